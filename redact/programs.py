"""Where a program talks to that is started with some words. Knows programs by name; knows no shell's grammar.

Strategy: programs that talk to a network are known by name, and how each is told its host. Of all others, and of those too, words
count that name a host to anybody: URLs, addresses, domains, what stands behind `--server`. Whatever stands among the words of an
unknown program and is a known one is taken to be started by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

MADE = "\0"
"""Stands in a word for what only the shell will know: an expansion, a substitution."""


class Reach(NamedTuple):
    """The hosts that a command names, lower case, and whether it may talk to others that cannot be told."""

    hosts: frozenset[str] = frozenset()
    unclear: bool = False


NOWHERE = Reach()
ANYWHERE = Reach(unclear=True)
Words = list[str]
Talks = Callable[[Words], Reach]


class Inside(NamedTuple):
    """What is to be known where a program starts another one."""

    read: Callable[[str, Inside], Reach]
    """Tells where a script talks to."""
    trusted: frozenset[str] = frozenset()
    """Programs whose words do not count."""
    is_strict: bool = False
    """Whether a program that is not known may talk anywhere."""
    depth: int = 0


DEEPEST = 3
"""How many commands may stand in one another, as `bash -c` has them."""


def together(reaches: Iterable[Reach]) -> Reach:
    """Give all that several commands reach."""
    hosts: frozenset[str] = frozenset()
    unclear = False
    for one in reaches:
        hosts, unclear = hosts | one.hosts, unclear or one.unclear
    return Reach(hosts, unclear)


def talks_to(candidates: Iterable[str]) -> Reach:
    """Make a reach of hosts; where one of them is not a plain name, it may be any."""
    hosts = frozenset(candidates) - {""}
    return Reach(frozenset(host for host in hosts if MADE not in host), any(MADE in host for host in hosts))


# -- hosts in words

_URL = re.compile(r"(?<![a-z0-9+.-])[a-z0-9+.-]+://([^/\s?#\"'<>|;]*)", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.%]+\]")
_BEHIND_AT = re.compile(r"(?<![^\s@/:])[^\s@/:]+@([^\s@/:]+):")  # as git and scp write it
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
LABEL = re.compile(r"rdx_[a-z0-9_]+", re.IGNORECASE)  # what stands for a secret
_LABELLED = re.compile(
    rf"(?<![a-z0-9_]){LABEL.pattern}(?:\.[\w-]+){{2,}}", re.IGNORECASE
)  # … as a part of a host's name
_GIVEN_HOST = re.compile(r"(?i)\b(?:host|hostaddr|server|data source|addr|address)\s*=\s*['\"]?([^\s;&'\"]+)")
_DOMAIN = re.compile(
    r"(?P<before>//|\\\\|[^\s@/\\:=]+@)?(?P<host>(?:\w[\w-]*\.)+(?P<top>[a-z]{2,24}|xn--[a-z0-9-]+))\.?(?P<after>:[^\s=]*)?(?:[/\\].*)?",
    re.IGNORECASE,
)
_WITH_PORT = re.compile(r"([a-z][\w.-]*):(?:80|\d{3,5})(?:/.*)?", re.IGNORECASE)
_FILES = frozenset(
    "js jsx ts tsx mjs cjs json jsonl ndjson yml yaml toml ini cfg conf cnf txt log lock csv tsv xml html htm css scss less sass vue "
    "svelte java kt kts class jar war gradle go mod sum c h cpp hpp cxx cs csproj sln fs vb rb erb php t pyi pyc ipynb bash zsh fish "
    "bat cmd sql db sqlite dump rst adoc tex pdf png jpg jpeg gif svg ico webp tar gz tgz bz xz zst whl egg deb rpm dmg iso bin exe "
    "dll dylib o a lib pem crt cer key csr p pfx jks asc gpg sig env sample template tmpl tpl dist bak old orig tmp swp diff patch map "
    "min d proto graphql tfvars tfstate hcl nix dart swift m scala clj ex exs erl hs lua r jl vim el org service socket timer plist "
    "props properties editorconfig gitignore dockerignore dockerfile makefile rc pid out err data dat wasm snap keystore".split()
)
_FILES_AND_COUNTRIES = frozenset("sh py md rs pl pm so cc zip mov tf ml ps mm".split())
"""How files end, and domains too: two labels are a file, more are a host."""
_TELLS_WHERE = re.compile(
    r"--?(?:[\w-]+-)?(?:host|hosts|hostname|server|servers|url|uri|endpoint|proxy|registry|broker|brokers|address|addr|webhook|dsn|"
    r"repository-url)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(\w+)=(\S*)")
_HOST_VARIABLE = re.compile(r"(?i)(?:host|addr|address|server|_proxy|proxyhost)$")
_STEERING = re.compile(
    r"BASH_ENV|ENV|LD_PRELOAD|LD_AUDIT|PROMPT_COMMAND|PS[0-4]|IFS|NODE_OPTIONS|PERL5OPT|RUBYOPT|\w*JAVA\w*OPTIONS|HOSTALIASES|CURL_HOME|"
    r"WGETRC|PGSERVICE\w*|PGSYSCONFDIR|GIT_\w*(?:SSH|COMMAND|PROXY|ASKPASS|EDITOR|PAGER|CONFIG)\w*|RSYNC_\w+|TAR_OPTIONS|LESSOPEN|LESSCLOSE|"
    r"SHELLOPTS|BASHOPTS|BROWSER|MAKEFLAGS"
)
"""Variables by which a program is told to start or to talk to another one."""


def host(word: str) -> str:
    """Cut a word that says where to down to the host: without scheme, user, port and path; what is no plain name is made."""
    authority = re.split(r"[/?#]", word.partition("://")[2] or word, maxsplit=1)[0].lower()
    if "\\" in authority:  # where the host ends here, programs do not agree
        return MADE
    name = authority.rpartition("@")[2]
    name = f"{name.partition(']')[0]}]" if name.startswith("[") else name.partition(":")[0].rstrip(".")
    return name.strip("[]") if not name or _NAME.fullmatch(name) else MADE


def urls(text: str) -> Iterator[str]:
    """Find the hosts of URLs in a text."""
    for match in _URL.finditer(text):
        found = host(match[1])
        if found or not match[0].lower().startswith("file:"):
            yield found if found and MADE not in match[1] else MADE


def plain_hosts(word: str) -> Iterator[str]:
    """Find what is a host to any program."""
    yield from urls(word)
    yield from (match[1].lower() for match in _BEHIND_AT.finditer(word))
    yield from (match[0] for match in _IPV4.finditer(word))
    yield from (match[0].lower() for match in _LABELLED.finditer(word))


def domains(word: str) -> Iterator[str]:
    """Find what looks like a host, alone or behind an equals sign, and does not look like a file."""
    for part in {word, word.partition("=")[2]}:
        if match := _DOMAIN.fullmatch(part):
            top, is_told = match["top"].lower(), match["before"] or match["after"]
            labels = match["host"].count(".") + 1
            is_file = top in _FILES or (top in _FILES_AND_COUNTRIES and labels == 2)  # noqa: PLR2004  a name and its end
            if is_told or not is_file:
                yield match["host"].lower()
        elif match := _WITH_PORT.fullmatch(part):
            yield match[1].lower()


def named_in(text: str) -> Reach:
    """Tell which hosts a text names; unclear where there is none."""
    found = {*urls(text), *(each for word in text.split() for each in domains(word))}
    return talks_to(found or {MADE})


def assigned(name: str, value: str) -> Reach:
    """Tell where a variable leads to that is given this value."""
    if _STEERING.fullmatch(name):
        return ANYWHERE
    return talks_to([*plain_hosts(value), *([host(value)] if _HOST_VARIABLE.search(name) else [])])


# -- how a program is told its host


def _every_word(words: Words) -> Reach:
    """Take each word that is no option for a host."""
    return talks_to(
        host(word.lstrip("@")) for word in words if word and not word.startswith("-") and not word.isdigit()
    )


class _Options(NamedTuple):
    """Options of a web client: whose value is no host, whose value is one, and which hide where it talks to."""

    values: frozenset[str]
    hosts: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    most: int | None = None
    """How many addresses it takes; what comes after them is data."""


_CURL = _Options(
    frozenset(
        "-H --header -d --data --data-raw --data-binary --data-urlencode --data-ascii --json -F --form --form-string -u --user -A "
        "--user-agent -e --referer -b --cookie -c --cookie-jar -X --request -o --output -w --write-out -m --max-time "
        "--connect-timeout --retry --retry-delay --cacert -E --cert --key -T --upload-file --oauth2-bearer -r --range -D "
        "--dump-header".split()
    ),
    frozenset("-x --proxy --proxy1.0 --preproxy --url --socks4 --socks4a --socks5 --socks5-hostname".split()),
    frozenset(
        "-K --config --resolve --connect-to --dns-servers --doh-url --unix-socket --abstract-unix-socket --variable "
        "--expand-url --ipfs-gateway --alt-svc --hsts".split()
    ),
)
_WGET = _Options(
    frozenset(
        "--header --post-data --post-file --body-data --body-file --method -O --output-document -P --directory-prefix -t --tries -T "
        "--timeout -U --user-agent --user --password --http-user --http-password --referer --ca-certificate -a --append-output "
        "-o --output-file".split()
    ),
    unclear=frozenset("-i --input-file -e --execute --config --use-askpass".split()),
)
_HTTPIE = _Options(
    frozenset(
        "-a --auth -A --auth-type -o --output -p --print --timeout --verify --cert --cert-key --max-redirects".split()
    ),
    unclear=frozenset("--proxy --session --session-read-only".split()),
    most=1,
)
_METHOD = re.compile(r"[A-Z]+")


def _web(options: _Options) -> Talks:
    def talks(words: Words) -> Reach:
        targets: list[str] = []
        given = iter(words)
        for word in given:
            if word == "--":
                targets += map(host, given)
            elif not word.startswith("-") or word == "-":
                targets += (
                    [] if options.most and (_METHOD.fullmatch(word) or len(targets) >= options.most) else [host(word)]
                )
            else:
                option, value = _option(word, options)
                if MADE in word.partition("=")[0] or option in options.unclear:
                    return ANYWHERE
                if option in options.values or option in options.hosts:
                    value = next(given, "") if value is None else value
                targets += [host(value or "")] if option in options.hosts else []
        return talks_to(target for target in targets if target not in ("", "-"))

    return talks


def _option(word: str, options: _Options) -> tuple[str, str | None]:
    """Split an option from its value, if that hangs on it: `--data=x`, `-dx`, `-sSd` and the value to come."""
    if word.startswith("--"):
        option, equals, value = word.partition("=")
        return option, value if equals else None
    for position, letter in enumerate(word[1:], 2):
        option = f"-{letter}"
        if option in options.unclear or option in options.hosts or option in options.values:
            return option, word[position:] or None
    return word, None


_LEAVES = re.compile(
    r"(?i)\\!|\\copy\b.*\bprogram\b|\b(?:to|from) program\b|\bload_extension\b|^\.?(?:shell|system)\b|dblink|\bservice="
)
"""By which a database's client starts a program, or talks to another database."""


def _given_host(options: str, unclear: str = "") -> Talks:
    """Take the value of a host option, however it is shortened; a program that is given none stays on this machine."""

    def talks(words: Words) -> Reach:
        hosts: list[str] = []
        for position, word in enumerate(words):
            if _LEAVES.search(word) or word.partition("=")[0] in unclear.split():
                return ANYWHERE
            for option in options.split():
                following = words[position + 1] if position + 1 < len(words) else ""
                name, equals, value = word.partition("=")
                is_long = option.startswith("--")
                if word == option or (is_long and not equals and _shortens(name, option)):
                    hosts.append(host(following))
                elif is_long and equals and _shortens(name, option):
                    hosts.append(host(value))
                elif not is_long and word.startswith(option):
                    hosts.append(host(word[len(option) :].removeprefix("=")))
            hosts += (host(each) for match in _GIVEN_HOST.finditer(word) for each in match[1].split(","))
            if word.startswith(MADE):
                hosts.append(MADE)
        return talks_to(hosts)

    return talks


def _shortens(name: str, option: str) -> bool:
    return len(name) > len("--") and option.startswith(name)


_SSH_VALUES = frozenset("-b -c -E -e -I -i -l -m -O -p -Q -S -w -B".split())
_SSH_UNCLEAR = re.compile(r"-[JWLRDoF]")


def _ssh(words: Words, inside: Inside) -> Reach:
    """Take the first word for the host, and read what is done there; what goes through another host is unclear."""
    given = iter(words)
    for word in given:
        if _SSH_UNCLEAR.match(word):
            return ANYWHERE
        if word in _SSH_VALUES:
            next(given, "")
        elif not word.startswith("-"):
            there = " ".join(given)
            beyond = _read(there, inside) if there else NOWHERE
            return together([talks_to([host(word)]), beyond])
    return ANYWHERE


def _read(script: str, inside: Inside) -> Reach:
    if MADE in script or inside.depth >= DEEPEST:
        return ANYWHERE
    return inside.read(script, inside._replace(depth=inside.depth + 1))


def _copies(words: Words) -> Reach:
    """Take what stands before a colon for a host."""
    if any(re.match(r"-[JFoeS]|--rsh", word) for word in words):
        return ANYWHERE
    return talks_to(host(word) if MADE not in word else MADE for word in words if ":" in word or MADE in word)


def _anywhere(_words: Words) -> Reach:
    return ANYWHERE


def _first(words: Words) -> str:
    """Give where a subcommand may stand."""
    return " ".join(words[:2])


def _only(subcommands: str) -> Talks:
    """Talk somewhere unclear with these subcommands, nowhere with others."""
    telling = frozenset(subcommands.split())

    def talks(words: Words) -> Reach:
        return ANYWHERE if any(word in telling for word in words) or MADE in _first(words) else NOWHERE

    return talks


def _interpreter(options: str) -> Talks:
    """Run code: in an option or from a pipe it cannot be followed, in a file it is a program like others."""
    telling = re.compile(options)

    def talks(words: Words) -> Reach:
        if any(telling.match(word) for word in words):
            return ANYWHERE
        files = [word for word in words if word and word != "-" and not word.startswith(("-", MADE))]
        return NOWHERE if files and not FROM_A_PIPE.match(files[0]) else ANYWHERE

    return talks


_MODULES = re.compile(r"-\w*m\0?(?:pip|http|webbrowser|smtpd|urllib|ftplib|poplib|twine|uv)\b")


def _python(words: Words) -> Reach:
    """Run code, or a module: some of those that come along talk to others."""
    modules = (f"{word}{MADE}{following}" for word, following in pairwise([*words, ""]))
    return ANYWHERE if any(map(_MODULES.match, modules)) else _interpreter(r"-[A-Za-z]*c|-$")(words)


def _with(pattern: str) -> Talks:
    """Talk somewhere unclear if a word is like this."""
    telling = re.compile(pattern)

    def talks(words: Words) -> Reach:
        return ANYWHERE if any(telling.search(word) or word.startswith(MADE) for word in words) else NOWHERE

    return talks


_GIT_TALKS = frozenset("push fetch pull clone ls-remote".split())
_GIT_STAYS = frozenset(
    "add am apply blame branch checkout cherry-pick clean commit describe diff format-patch gc grep init log merge mv notes rebase "
    "reflog reset restore rev-list rev-parse revert rm shortlog show stash status switch tag worktree".split()
)
_GIT_KEEPS = frozenset("commit tag notes branch merge stash revert am".split())
_GIT_STARTS = re.compile(
    r"-[xO]|--(?:exec|ext|open-files|upload-pack|receive-pack|config|template|multiple|all$|recurse)"
)


def _git(words: Words) -> Reach:
    """Talk to the address in the command; without one, to a remote that only the repository knows. What it keeps is made to travel."""
    given = iter(words)
    subcommand = ""
    for word in given:
        if word == "-C":
            next(given, "")
        elif re.match(r"-c|--exec-path=|--config-env", word):
            return ANYWHERE
        elif not word.startswith("-"):
            subcommand = word
            break
    rest = list(given)
    if any(MADE in word[:1] for word in [subcommand, *rest]) or "-c" in rest:
        return ANYWHERE
    if subcommand in _GIT_TALKS:
        is_named = any(found for word in rest for found in plain_hosts(word))
        return NOWHERE if is_named and not any(_GIT_STARTS.match(word) for word in rest) else ANYWHERE
    if subcommand in ("", *_GIT_STAYS) and not any(
        re.match(r"-x|--exec|-O\S|--open-files|--ext", word) for word in rest
    ):
        keeps_it = subcommand in _GIT_KEEPS and any(LABEL.search(word) or FROM_A_PIPE.search(word) for word in rest)
        return ANYWHERE if keeps_it else NOWHERE
    return ANYWHERE


_IMAGE = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9._/-]*(?:[:@][\w.:-]+)?")


def _containers(words: Words) -> Reach:
    """Run what stays here; an image of somebody's own on a public registry is fetched from there, and is theirs."""
    if any(word in _CONTAINERS_TALK for word in words) or MADE in _first(words) or words[:1] == ["-c"]:
        return ANYWHERE
    starts = any(word in ("run", "create") for word in words)
    return talks_to("docker.io" for word in words if starts and _IMAGE.fullmatch(word))


def _openssl(words: Words) -> Reach:
    """Talk to whom the words name, if it is to talk."""
    return _every_word(words) if any(word in _OPENSSL_TALKS or MADE in word[:1] for word in words) else NOWHERE


_OPENSSL_TALKS = frozenset("s_client s_server s_time ocsp cmp ts http storeutl".split())
_PYTHONS = ("python", "py", "pypy")
_CONTAINERS_TALK = frozenset("login push pull search copy context buildx trust manifest --context".split())
_AWK_ESCAPES = re.compile(r"/inet|system\s*\(|\||getline")
_SED_STARTS = re.compile(r"(?:^|[\s;{}0-9$/!])e(?:\s|$)|/[gpIiMm0-9]*e[gpIiMm0-9]*(?:$|[;\n}])|/dev/(?:tcp|udp)")
_MAKE_STARTS = re.compile(r"(?:\.?SHELL(?:FLAGS)?|MAKE\w*)=|--eval|-E|-f-|-$|/dev/(?:stdin|fd)|/proc/self/fd")

PROGRAMS: dict[str, Talks] = {
    **dict.fromkeys(("curl", "curlie"), _web(_CURL)),
    **dict.fromkeys(("wget", "wget2"), _web(_WGET)),
    **dict.fromkeys(("http", "https", "xh", "httpie"), _web(_HTTPIE)),
    **dict.fromkeys(
        "nc ncat netcat socat telnet ftp lftp tftp sftp ping ping6 fping arping hping3 dig nslookup host drill kdig delv dog doggo dnsx q "
        "unbound-host getent resolvectl systemd-resolve avahi-resolve whois finger traceroute tracepath tracert mtr nmap aria2c "
        "lynx w3m links elinks websocat wscat grpcurl ab wrk hey mongosh mongo mongodump cqlsh mosh autossh ssh-copy-id ssh-keyscan "
        "ldapsearch ldapmodify smbclient mount sshfs curlftpfs rlogin rsh rdate ntpdate snmpget snmpset snmpwalk snmptrap rsync-ssl".split(),
        _every_word,
    ),
    **dict.fromkeys(
        "psql pg_dump pg_dumpall pg_restore createdb dropdb pgbench mysql mysqldump mysqladmin mariadb mariadb-dump mycli pgcli".split(),
        _given_host("-h --host --hostname", "--defaults-file --defaults-extra-file --login-path"),
    ),
    **dict.fromkeys(
        "redis-cli valkey-cli clickhouse-client clickhouse mosquitto_pub mosquitto_sub".split(),
        _given_host("-h --host --hostname", "-u --uri MIGRATE SLAVEOF REPLICAOF migrate slaveof replicaof --cluster"),
    ),
    **dict.fromkeys(("kcat", "kafkacat"), _given_host("-b", "-F -X")),
    "logger": _given_host("-n --server"),
    "sqlcmd": _given_host("-S"),
    **dict.fromkeys(("sqlite3", "duckdb"), _given_host("")),
    **dict.fromkeys(("scp", "rsync", "rcp"), _copies),
    **dict.fromkeys(
        "eval alias trap coproc bind hash enable complete compgen at batch crontab gh glab hub aws gcloud gsutil bq az azd kubectl k9s helm oc "
        "heroku vercel netlify fly flyctl wrangler doctl linode-cli hcloud ngrok cloudflared tailscale mail mailx mutt sendmail msmtp swaks "
        "osascript xdg-open open sensible-browser rclone s3cmd s5cmd b2 mc restic borg ansible ansible-playbook vault consul nomad npx bunx uvx "
        "pnpx pipx twine tmux screen expect su runuser newgrp sg iex invoke-expression iwr invoke-webrequest irm invoke-restmethod "
        "start-bitstransfer resolve-dnsname test-netconnection test-connection send-mailmessage certutil bitsadmin mshta terraform tofu "
        "terragrunt pulumi serverless sls sam cdk eksctl supabase railway firebase doppler op bw infisical stripe twilio slack slackcat "
        "telegram-send ntfy pushbullet pastebinit wgetpaste termbin ix transfer croc wormhole magic-wormhole syncthing dropbox gdrive "
        "mega-put ipfs irssi wall write talk uucp svn hg bzr fossil jj cvs git-lfs keytool certbot apt apt-get dnf yum apk brew pacman "
        "zypper snap flatpak conda mamba composer nix nix-shell flit hatch nats amqp-publish hydra systemd-run systemctl launchctl "
        "youtube-dl yt-dlp ffmpeg vlc ed dc bc claude codex gemini aider opencode goose copilot cursor-agent qwen llm sgpt mods ollama".split(),
        _anywhere,
    ),
    "openssl": _openssl,
    "git": _git,
    **dict.fromkeys(("docker", "podman", "buildah", "skopeo", "nerdctl"), _containers),
    **dict.fromkeys(
        ("npm", "yarn", "pnpm", "bun"),
        _only(
            "publish login adduser dlx exec x create set config install i ci add update upgrade view info search token ping -e --eval"
        ),
    ),
    **dict.fromkeys(
        ("pip", "uv", "poetry", "pdm"),
        _only("install add sync download search index config publish wheel lock tool --with --from"),
    ),
    "cargo": _only("publish login owner install search add update fetch yank --config"),
    "gem": _only("push signin install fetch search"),
    "bundle": _only("install update exec"),
    "go": _only("get install run mod list work generate -exec -toolexec -overlay"),
    **dict.fromkeys(
        ("mvn", "mvnw", "gradle", "gradlew", "sbt"),
        _with(r"deploy|publish|release|[uU]pload|dependency:|exec:|-D\w*\.?proxy|-I$|--init-script"),
    ),
    **dict.fromkeys(("dotnet", "nuget"), _only("push nuget add restore")),
    **dict.fromkeys(_PYTHONS, _python),
    **dict.fromkeys(
        ("node", "nodejs", "ts-node", "tsx"),
        _interpreter(r"-[epr]|-pe|--eval|--print|--import|--require|--loader|--experimental-loader|-$"),
    ),
    "deno": _interpreter(r"eval|repl|https?:|jsr:|npm:"),
    **dict.fromkeys(
        "perl ruby lua rscript julia tclsh wish ghci runghc scala groovy jshell erl elixir clj clojure racket sbcl guile irb".split(),
        _interpreter(r"-[A-Za-z]*[eEMrS]|--eval|-c|-$"),
    ),
    "php": _interpreter(r"-[rRBES]|-$"),
    "java": _with(r"-D\w*\.?proxy|-javaagent|-D.*(?:[uU]rl|[hH]ost)="),
    **dict.fromkeys(
        ("vim", "nvim", "vi", "view", "ex", "emacs", "gdb", "lldb"), _interpreter(r"-[ces]|-ex|--|\+|-x|-batch")
    ),
    **dict.fromkeys(("less", "more", "man"), _with(r"!|-P|\+|--pager")),
    **dict.fromkeys(("gpg", "gpg2"), _with(r"--(?:recv|send|search|refresh|fetch|keyserver|auto-key)")),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _with(rf"{_AWK_ESCAPES.pattern}|^--?(?:load|l|include)\b")),
    "sed": _with(_SED_STARTS.pattern),
    "tar": _with(r"--(?:checkpoint-action|use-compress|to-command|rsh|info-script|new-volume)|-[A-Za-z]*[IF]"),
    "zip": _with(r"-T"),
    "make": _with(_MAKE_STARTS.pattern),
    "mapfile": _only("-C"),
    "readarray": _only("-C"),
    "php-cgi": _anywhere,
}
_STARTERS = frozenset(
    "make go java mvn mvnw gradle gradlew sbt cargo npm yarn pnpm bun zip tar less man psql mysql mariadb sqlite3".split()
)
"""Known programs whose words may be a command for a shell."""
LOCAL = frozenset(
    "echo printf cat tee grep egrep fgrep rg tr cut head tail wc sort uniq test [ true false mkdir cp mv rm ls touch chmod chown cd jq diff "
    "base64 read export unset set apply_patch applypatch : exit return pwd sleep date basename dirname realpath ln install dd which type".split()
)
"""Programs to which a URL is a text like others."""
_AT_HOME = frozenset(
    "env sudo doas command builtin exec nohup time timeout nice ionice stdbuf setsid watch find fd xargs parallel sshpass htpasswd "
    "pytest tox nox jest vitest mocha eslint prettier tsc ruff mypy black gcc g++ clang cc cmake ninja rustc javac ant bazel xxd od hexdump "
    "sha256sum md5sum pass keyring secret-tool security dotenv direnv dotnet rake just task".split()
)
"""Further programs that are known, and stay here as far as their words say."""
SHELLS = frozenset("sh bash zsh dash ksh mksh ash fish".split())
POWERSHELLS = frozenset("powershell pwsh cmd".split())
COPIERS = frozenset("tee cp mv ln install dd sed".split())
"""Programs whose words name files that they write."""
SOURCES = frozenset((".", "source"))
_WRAPPERS = frozenset(
    "sudo doas env command builtin exec nohup time timeout nice ionice stdbuf setsid watch strace ltrace xargs parallel find fd chroot "
    "unshare nsenter script busybox toybox flock sshpass".split()
)
"""Programs that start the one that their words name."""
_FINDERS = frozenset(("find", "fd"))
_FEEDS = frozenset(("xargs", "parallel"))
"""Programs whose command gets further words from a pipe."""
_ELSEWHERE = frozenset(("proxychains", "proxychains4", "torsocks"))
FROM_A_PIPE = re.compile(r"/dev/(?:stdin|fd/)|/proc/self/fd/|-$")
_MADE_NAME = re.compile(r"[\0*?\[{]")
_IN_A_STRING = frozenset(
    "curl wget nc ncat netcat socat telnet ssh scp sftp rsync openssl bash sh zsh python python3 perl iwr dig nslookup ping".split()
)
"""Programs that are looked for in a string of several words: it may be a command."""


def program(word: str) -> str:
    """Give the plain name of a program: no folder, no version, no case."""
    name = re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")
    return (
        re.sub(r"(?<=[a-z])[\d.]+$", "", name)
        if name.startswith(("python", "pypy", "ruby", "perl", "php", "lua", "pip"))
        else name
    )


def started(words: Words, inside: Inside) -> Reach:
    """Tell where a program talks to that is started with these words."""
    name = program(words[0])
    if _MADE_NAME.search(words[0]):
        return ANYWHERE
    if name in inside.trusted:
        return NOWHERE
    if name in LOCAL:
        return _beside(name, words[1:])
    if name in SHELLS:
        return _shell(words[1:], inside)
    reached = together([talks_to(found for word in words for found in plain_hosts(word)), _told(words[1:])])
    if name in POWERSHELLS:
        return together([reached, in_words(" ".join(words[1:]))])
    if name in SOURCES and any(FROM_A_PIPE.match(word) or MADE in word for word in words[1:]):
        return ANYWHERE
    if name == "ssh":
        return together([reached, _ssh(words[1:], inside)])
    if name in _FINDERS:
        words = [word for word in words if word not in (";", "+")]
    if name not in ("git", *PROGRAMS) or name in ("docker", "podman", "nerdctl", "uv", "poetry", "pdm", "bundle"):
        reached = together([reached, _wrapped(name, words[1:], inside)])
    if name in PROGRAMS:
        reached = together([reached, PROGRAMS[name](words[1:])])
        reached = together([reached, ANYWHERE if name in _STARTERS and any(map(_is_command, words[1:])) else NOWHERE])
    elif inside.is_strict and name not in _AT_HOME and name not in SOURCES:
        return ANYWHERE
    if name != "git":
        modules = {following for word, following in pairwise(words) if word == "-m" and name in _PYTHONS}
        reached = together([reached, talks_to(each for word in {*words[1:]} - modules for each in domains(word))])
    return reached


def _beside(name: str, words: Words) -> Reach:
    """Tell what a program of this machine does to others: gives them another name, or says where they talk to."""
    if name in COPIERS and any(
        "/" in word and (program(word) in PROGRAMS or program(word) in SHELLS) for word in words
    ):
        return ANYWHERE
    if name in ("read", "printf", "export", "unset"):
        named = [word for word in words if re.fullmatch(r"\w+", word)]
        return ANYWHERE if any(_HOST_VARIABLE.search(word) or _STEERING.fullmatch(word) for word in named) else NOWHERE
    return NOWHERE


def _told(words: Words) -> Reach:
    """Tell what a program of any name is told by variables and options that say where something is."""
    reaches: list[Reach] = []
    for position, word in enumerate(words):
        if match := _NAMED.fullmatch(word):
            reaches.append(assigned(match[1], match[2]))
        elif _TELLS_WHERE.fullmatch(word.partition("=")[0]):
            _, equals, value = word.partition("=")
            following = words[position + 1] if position + 1 < len(words) else ""
            reaches.append(talks_to([host(value if equals else following)]))
    return together(reaches)


def _wrapped(name: str, words: Words, inside: Inside) -> Reach:
    """Look behind a program that may start another one: at the first word that names one we know."""
    if name in _ELSEWHERE:
        return ANYWHERE
    for position, word in enumerate(words):
        inner = program(word)
        if inner in PROGRAMS or inner in SHELLS or inner in POWERSHELLS or inner == "ssh":
            return ANYWHERE if name in _FEEDS else started(words[position:], inside)
    if name in ("sudo", "doas") and any(re.fullmatch(r"-\w*[si]\w*|--shell|--login", word) for word in words):
        return ANYWHERE
    is_wrapper = name in _WRAPPERS and (
        name not in _FINDERS or any(word.startswith(("-exec", "-ok")) for word in words)
    )
    is_made = is_wrapper and any(MADE in word[:1] for word in words)
    is_strange = inside.is_strict and is_wrapper and not any(program(word) in (LOCAL | _AT_HOME) for word in words)
    return ANYWHERE if is_made or is_strange or any(map(_is_command, words)) else NOWHERE


def _is_command(word: str) -> bool:
    parts = re.split(r"[^\w./-]+", word)
    return len(parts) > 1 and any(program(part) in _IN_A_STRING for part in parts)


def _shell(words: Words, inside: Inside) -> Reach:
    for position, word in enumerate(words):
        if re.match(r"--?(?:rcfile|init-file)", word):
            return ANYWHERE
        if re.fullmatch(r"-[A-Za-z]*c[A-Za-z]*", word):
            script, *given_to_it = words[position + 1 :] or [MADE]
            beside = talks_to(found for each in given_to_it for found in plain_hosts(each))
            return together([beside, _read(script, inside)])
    files = [word for word in words if not word.startswith(("-", "+"))]
    if files and not FROM_A_PIPE.match(files[0]) and MADE not in files[0]:
        return talks_to(found for word in words for found in (*plain_hosts(word), *domains(word)))
    return ANYWHERE


# -- PowerShell, cmd

_WEB_WORDS = re.compile(
    r"(?i)(?<![\w-])(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|start-bitstransfer|new-webserviceproxy)(?:\.exe)?(?![\w-])"
)
_UNCLEAR_WORDS = re.compile(
    r"(?i)(?<![\w-])(?:iex|invoke-expression|invoke-command|icm|add-type|resolve-dnsname|test-netconnection|tnc|test-connection|"
    r"nslookup|ping|telnet|ftp|tftp|ssh|scp|sftp|nc|ncat|plink|pscp|psexec|finger|winrs|winrm|wmic|msg|schtasks|register-scheduledtask|invoke-wmimethod|invoke-cimmethod|docker|npm (?:publish|install|i)|pip\d?|rundll32|regsvr32|msiexec|cscript|wscript|"
    r"send-mailmessage|enter-pssession|new-pssession|new-psdrive|set-alias|new-alias|sal|nal|start-process|saps|certutil|bitsadmin|mshta|"
    r"-e(?:nc|ncodedcommand|c)?|git|gh|aws|az|gcloud|kubectl|npx|python\d*|node|perl|ruby|wsl|bash|sh|for|call)(?:\.exe)?(?![\w-])|"
    r"net\.|net use|sockets|reflection\.|setenvironmentvariable|-computername|\.\s+[$(]|webclient|httpclient|xmlhttp|-comobject|frombase64|\[char\]|-join|-f\s|-replace|&\s*[$('\"]|\.invoke|\\\\[\w.]|"
    r"%\w+%|!\w+!|\^"
)


_NOTHING_SAID = re.compile(r"`|''|\"\"")
"""What PowerShell skips in the middle of a word."""
_GIVEN_VARIABLE = re.compile(r"(?i)(?:\$env:|\bset\s+)(\w+)\s*=\s*([^\s;&]*)")


def in_words(text: str) -> Reach:
    """Read a command by its words: a name made of pieces, or a program that may talk anywhere, is unclear."""
    said = _NOTHING_SAID.sub("", text)
    if _UNCLEAR_WORDS.search(text) or _UNCLEAR_WORDS.search(said):
        return ANYWHERE
    marked = re.sub(r"\$[\w:{(]+|`", MADE, text)
    words = [word.strip("'\"();,") for word in marked.split()]
    told = [assigned(match[1], match[2].strip("'\"")) for match in _GIVEN_VARIABLE.finditer(text)]
    named = talks_to([*plain_hosts(marked), *(found for word in words for found in domains(word))])
    hosts = together([named, _told(words), *told])
    if _WEB_WORDS.search(said) and not any(urls(marked)):
        return ANYWHERE
    return hosts
