"""Which hosts a shell command talks to, as far as that can be told. Knows bash by its grammar, PowerShell by words; runs nothing.

Strategy: every simple command of the script counts, wherever it stands. Programs that talk to a network are known by name,
and how each is told its host; of all others only URLs and the like count. What cannot be followed (a name made at run time, code
in an option, a script from a pipe, a program that knows its hosts by itself) is `unclear`, which a caller takes for any host.
A command can also write a program and run it later: nobody can tell from the command what that talks to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

Shell = Literal["bash", "powershell", "typed"]
"""`typed` is what is typed into a program that runs already, whichever it is."""

LARGEST = 4096
"""Commands of more bytes than this are not read: the grammar takes quadratic time on crafted ones."""
_STEPS = 150
"""So often the parser may ask whether to go on; as many bytes of ordinary commands take a quarter of it."""
_DEEPEST = 3
"""How many commands may stand in one another, as `bash -c` has them."""
_MADE = "\0"
"""Stands in a word for what only the shell will know: an expansion, a substitution."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # what no command is written with; some cost the parser dearly


class Reach(NamedTuple):
    """The hosts that a command names, lower case, and whether it may talk to others that cannot be told."""

    hosts: frozenset[str] = frozenset()
    unclear: bool = False


class _Inside(NamedTuple):
    """What a command inside another one is to know."""

    trusted: frozenset[str]
    depth: int = 0


NOWHERE = Reach()
ANYWHERE = Reach(unclear=True)


def reach(command: str | Sequence[str], shell: Shell = "bash", trusted: frozenset[str] = frozenset()) -> Reach:
    """Tell where a command talks to; a list of words is what a program is started with, without a shell.

    What `trusted` programs do, by their names, does not count.
    """
    if shell == "typed":
        return ANYWHERE
    if not isinstance(command, str):
        inside = _Inside(trusted)
        return _started(list(command), inside) if command and not any(_MADE in word for word in command) else ANYWHERE
    if shell == "powershell":
        return ANYWHERE if _is_too_much(command) else _in_words(command)
    return _in_bash(command, _Inside(trusted))


def _is_too_much(text: str) -> bool:
    return len(text.encode("utf-8", "replace")) > LARGEST or _CONTROL.search(text) is not None


_PATH = r"[\w./~-]+"
_WRITING = re.compile(
    rf"\s*(?:cd {_PATH} && )?(?:apply_patch|applypatch|cat|tee)(?: ?>{{1,2}} ?{_PATH}| {_PATH})* ?<<-? ?"
    rf"(?P<quote>['\"])(?P<end>\w+)(?P=quote)(?: ?>{{1,2}} ?{_PATH})?\n(?P<text>.*)\n(?P=end)\s*",
    re.DOTALL,
)


def _only_writes(text: str) -> bool:
    """Whether this is one command that writes the text below it into a file, as a patch may be: however long, it talks to nobody."""
    match = _WRITING.fullmatch(text)
    if match is None or _DEVICE.search(text, 0, match.start("text")):
        return False
    return all(line.strip() != match["end"] for line in match["text"].split("\n"))


def named_in(text: str) -> Reach:
    """Tell which hosts the URLs in a text name; unclear where there is none."""
    hosts = frozenset(_urls(text))
    return Reach(hosts - {_MADE}, unclear=not hosts or _MADE in hosts)


def _all(reaches: Iterable[Reach]) -> Reach:
    hosts: frozenset[str] = frozenset()
    unclear = False
    for one in reaches:
        hosts, unclear = hosts | one.hosts, unclear or one.unclear
    return Reach(hosts, unclear)


def _talks_to(candidates: Iterable[str]) -> Reach:
    hosts = frozenset(candidates)
    return Reach(frozenset(host for host in hosts if _MADE not in host), any(_MADE in host for host in hosts))


# -- hosts in words

_URL = re.compile(r"[a-z][a-z0-9+.-]*://([^/\s?#\"'\\<>|;]*)", re.IGNORECASE)
_BEHIND_AT = re.compile(r"[^\s@/:]+@([^\s@/:]+):")  # as git and scp write it
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_LABELLED = re.compile(r"rdx_[a-z0-9_]+(?:\.[\w-]+){2,}", re.IGNORECASE)  # a surrogate as a part of a host's name
_GIVEN_HOST = re.compile(r"(?i)\b(?:host|hostaddr|server)=([^\s;,&]+)")


def _host(word: str) -> str:
    """Cut a word that says where to down to the host: without scheme, user, port and path."""
    authority = re.split(r"[/?#]", word.partition("://")[2] or word, maxsplit=1)[0].rpartition("@")[2]
    if authority.startswith("["):
        return authority.partition("]")[0].lstrip("[").lower()
    return authority.partition(":")[0].rstrip(".").lower()


def _urls(text: str) -> Iterator[str]:
    for match in _URL.finditer(text):
        host = _host(match[1])
        if host or not match[0].lower().startswith("file:"):
            yield host if host and _MADE not in match[1] else _MADE


def _plain_hosts(word: str) -> Iterator[str]:
    """Find what is a host to any program."""
    yield from _urls(word)
    yield from (match[1].lower() for match in _BEHIND_AT.finditer(word))
    yield from (match[0] for match in _IPV4.finditer(word))
    yield from (match[0].lower() for match in _LABELLED.finditer(word))


# -- programs

Words = list[str]


def _every_word(words: Words) -> Reach:
    """Take each word that is no option for a host."""
    return _talks_to(
        _host(word.lstrip("@")) for word in words if word and not word.startswith("-") and not word.isdigit()
    )


class _Options(NamedTuple):
    """Options of a web client: whose value is no host, whose value is one, and which hide where it talks to."""

    values: frozenset[str]
    hosts: frozenset[str]
    unclear: frozenset[str]


_CURL = _Options(
    frozenset(
        "-H --header -d --data --data-raw --data-binary --data-urlencode --data-ascii --json -F --form --form-string -u --user -A "
        "--user-agent -e --referer -b --cookie -c --cookie-jar -X --request -o --output -w --write-out -m --max-time "
        "--connect-timeout --retry --retry-delay --cacert -E --cert --key -T --upload-file --oauth2-bearer -r --range -D "
        "--dump-header".split()
    ),
    frozenset("-x --proxy --preproxy --url --socks4 --socks4a --socks5 --socks5-hostname".split()),
    frozenset(
        "-K --config --resolve --connect-to --dns-servers --doh-url --unix-socket --abstract-unix-socket".split()
    ),
)
_WGET = _Options(
    frozenset(
        "--header --post-data --post-file --body-data --body-file --method -O --output-document -P --directory-prefix -t --tries -T "
        "--timeout -U --user-agent --user --password --http-user --http-password --referer --ca-certificate -a --append-output "
        "-o --output-file".split()
    ),
    frozenset(),
    frozenset("-i --input-file -e --execute --config --use-askpass".split()),
)


def _web(options: _Options) -> Callable[[Words], Reach]:
    def talks(words: Words) -> Reach:
        targets: list[str] = []
        given = iter(words)
        for word in given:
            if not word.startswith("-") or word == "-":
                targets.append(_host(word))
                continue
            if _MADE in word.partition("=")[0]:
                return ANYWHERE
            option, value = _option(word, options)
            if option in options.unclear:
                return ANYWHERE
            if option in options.values or option in options.hosts:
                value = next(given, "") if value is None else value
            if option in options.hosts:
                targets.append(_host(value or ""))
        return _talks_to(target for target in targets if target not in ("", "-"))

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


_METHOD = re.compile(r"[A-Z]+")


def _httpie(words: Words) -> Reach:
    """Take the first word that is no method for the address; the others are data."""
    if any(word.startswith(("--proxy", "--session")) for word in words):
        return ANYWHERE
    targets = [word for word in words if word and not word.startswith("-") and not _METHOD.fullmatch(word)]
    return _talks_to(map(_host, targets[:1]))


def _given_host(options: str) -> Callable[[Words], Reach]:
    """Take the value of a host option; a program that is given none stays on this machine."""

    def talks(words: Words) -> Reach:
        hosts: list[str] = []
        for position, word in enumerate(words):
            for option in options.split():
                following = words[position + 1] if position + 1 < len(words) else ""
                if word == option:
                    hosts.append(_host(following))
                elif word.startswith(f"{option}=") or (len(option) == 2 and word.startswith(option)):  # noqa: PLR2004  a letter
                    hosts.append(_host(word[len(option) :].removeprefix("=")))
            hosts += (_host(match[1]) for match in _GIVEN_HOST.finditer(word))
            if word.startswith(_MADE):
                hosts.append(_MADE)
        return _talks_to(hosts)

    return talks


_SSH_VALUES = frozenset("-b -c -E -e -F -I -i -l -m -O -p -Q -S -w".split())
_SSH_UNCLEAR = re.compile(r"-[JWLRDoF]")


def _ssh(words: Words) -> Reach:
    """Take the first word for the host; what goes through another one is unclear."""
    given = iter(words)
    for word in given:
        if _SSH_UNCLEAR.match(word):
            return ANYWHERE
        if word in _SSH_VALUES:
            next(given, "")
        elif not word.startswith("-"):
            return _talks_to([_host(word)])
    return ANYWHERE


def _copies(words: Words) -> Reach:
    """Take what stands before a colon for a host."""
    if any(re.match(r"-[JFoeS]|--rsh", word) for word in words):
        return ANYWHERE
    return _talks_to(_host(word) if _MADE not in word else _MADE for word in words if ":" in word or _MADE in word)


def _anywhere(_words: Words) -> Reach:
    return ANYWHERE


def _only(subcommands: str) -> Callable[[Words], Reach]:
    """Talk somewhere unclear with these subcommands, nowhere with others."""
    telling = frozenset(subcommands.split())

    def talks(words: Words) -> Reach:
        return ANYWHERE if any(word in telling or _MADE in word[:1] for word in words) else NOWHERE

    return talks


def _interpreter(options: str) -> Callable[[Words], Reach]:
    """Run code: in an option or from a pipe it cannot be followed, in a file it is a program like others."""
    telling = re.compile(options)

    def talks(words: Words) -> Reach:
        if any(telling.match(word) for word in words):
            return ANYWHERE
        return (
            NOWHERE if any(word and word != "-" and not word.startswith(("-", _MADE)) for word in words) else ANYWHERE
        )

    return talks


_GIT_TALKS = frozenset("push fetch pull clone ls-remote archive send-pack fetch-pack".split())
_GIT_UNCLEAR = frozenset("-c config remote submodule send-email request-pull lfs svn bundle".split())


def _git(words: Words) -> Reach:
    """Talk to the address in the command; without one, to a remote that only the repository knows."""
    if any(word in _GIT_UNCLEAR or _MADE in word[:1] for word in words):
        return ANYWHERE
    talks = any(word in _GIT_TALKS for word in words)
    return ANYWHERE if talks and not any(host for word in words for host in _plain_hosts(word)) else NOWHERE


_AWK_ESCAPES = re.compile(r"/inet|system\s*\(|\||getline")


def _awk(words: Words) -> Reach:
    return ANYWHERE if any(_AWK_ESCAPES.search(word) or _MADE in word for word in words) else NOWHERE


_PROGRAMS: dict[str, Callable[[Words], Reach]] = {
    **dict.fromkeys(("curl", "curlie"), _web(_CURL)),
    **dict.fromkeys(("wget", "wget2"), _web(_WGET)),
    **dict.fromkeys(("http", "https", "xh"), _httpie),
    **dict.fromkeys(
        "nc ncat netcat socat telnet ftp lftp tftp sftp ping ping6 dig nslookup host drill kdig delv whois traceroute tracepath mtr "
        "nmap openssl aria2c lynx w3m links elinks websocat wscat grpcurl ab wrk hey mongosh mongo mongodump cqlsh mosh autossh ssh-copy-id ldapsearch".split(),
        _every_word,
    ),
    **dict.fromkeys(
        "psql pg_dump pg_dumpall pg_restore createdb mysql mysqldump mysqladmin mariadb mariadb-dump redis-cli valkey-cli "
        "clickhouse-client mosquitto_pub mosquitto_sub".split(),
        _given_host("-h --host --hostname"),
    ),
    "sqlcmd": _given_host("-S"),
    "ssh": _ssh,
    **dict.fromkeys(("scp", "rsync"), _copies),
    **dict.fromkeys(
        "eval alias trap coproc bind at batch crontab gh glab hub aws gcloud gsutil bq az azd kubectl helm oc heroku vercel netlify "
        "fly flyctl wrangler doctl linode-cli hcloud ngrok cloudflared tailscale mail mailx mutt sendmail msmtp swaks osascript "
        "xdg-open open sensible-browser rclone s3cmd b2 mc restic ansible ansible-playbook vault consul nomad npx bunx uvx pnpx "
        "pipx twine tmux screen expect su runuser iex invoke-expression iwr invoke-webrequest irm invoke-restmethod "
        "start-bitstransfer resolve-dnsname test-netconnection test-connection send-mailmessage certutil bitsadmin mshta".split(),
        _anywhere,
    ),
    "git": _git,
    **dict.fromkeys(("docker", "podman", "buildah", "skopeo", "nerdctl"), _only("login push pull search copy context")),
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), _only("publish login adduser dlx exec x create set config")),
    "cargo": _only("publish login owner install"),
    "gem": _only("push signin"),
    "go": _only("get install run"),
    **dict.fromkeys(("python", "py", "pypy"), _interpreter(r"-[A-Za-z]*c|-$")),
    **dict.fromkeys(("node", "nodejs"), _interpreter(r"-[ep]|-pe|--eval|--print|-$")),
    "deno": _interpreter(r"eval|repl|https?:"),
    **dict.fromkeys(("perl", "ruby", "lua", "rscript", "julia"), _interpreter(r"-[A-Za-z]*[eE]|-$")),
    "php": _interpreter(r"-[rRBE]|-$"),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _awk),
}
_LOCAL = frozenset(
    "echo printf cat tee grep egrep fgrep rg sed tr cut head tail wc sort uniq test [ true false mkdir cp mv rm ls touch chmod cd "
    "jq diff base64 read export apply_patch applypatch".split()
)
"""Programs to which a URL is a text like others."""
_SHELLS = frozenset("sh bash zsh dash ksh mksh ash fish".split())
_POWERSHELLS = frozenset("powershell pwsh cmd".split())
_WRAPPERS = frozenset(
    "sudo doas env command builtin exec nohup time timeout nice ionice stdbuf setsid watch strace ltrace xargs parallel find fd "
    "chroot unshare nsenter script busybox toybox caffeinate flock sshpass proxychains proxychains4 torsocks docker podman "
    "kubectl dotenv direnv op poetry uv pipenv conda nix".split()
)
_FEEDS = frozenset(("xargs", "parallel"))
"""Wrappers whose command gets further words from a pipe."""
_ELSEWHERE = frozenset(("proxychains", "proxychains4", "torsocks"))
_SOURCES = frozenset((".", "source"))
_FROM_A_PIPE = re.compile(r"/dev/(?:stdin|fd/)|/proc/self/fd/|-$")
_MADE_NAME = re.compile(r"[\0*?\[{]")


def _program(word: str) -> str:
    name = re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")
    return (
        re.sub(r"(?<=[a-z])[\d.]+$", "", name)
        if name.startswith(("python", "pypy", "ruby", "perl", "php", "lua"))
        else name
    )


def _started(words: Words, inside: _Inside) -> Reach:
    """Tell where a program talks to that is started with these words."""
    name = _program(words[0])
    if _MADE_NAME.search(words[0]):
        return ANYWHERE
    if name in _LOCAL or name in inside.trusted:
        return NOWHERE
    if name in _SHELLS:
        return _shell(words[1:], inside)
    reached = _talks_to(host for word in words for host in _plain_hosts(word))
    if name in _POWERSHELLS:
        return _all([reached, _in_words(" ".join(words[1:]))])
    if name in _SOURCES and any(_FROM_A_PIPE.match(word) or _MADE in word for word in words[1:]):
        return ANYWHERE
    if name in _PROGRAMS:
        reached = _all([reached, _PROGRAMS[name](words[1:])])
    if name in _WRAPPERS:
        reached = _all([reached, _wrapped(name, words[1:], inside)])
    return reached


def _wrapped(name: str, words: Words, inside: _Inside) -> Reach:
    """Look behind a program that starts another one: at the first word that names one we know."""
    if name in _ELSEWHERE:
        return ANYWHERE
    for position, word in enumerate(words):
        program = _program(word)
        if program in _PROGRAMS or program in _SHELLS or program in _POWERSHELLS:
            return ANYWHERE if name in _FEEDS else _started(words[position:], inside)
    return ANYWHERE if any(_MADE in word[:1] for word in words) else NOWHERE


def _shell(words: Words, inside: _Inside) -> Reach:
    for position, word in enumerate(words):
        if re.fullmatch(r"-[A-Za-z]*c[A-Za-z]*", word):
            script, *given_to_it = words[position + 1 :] or [_MADE]
            if _MADE in script or inside.depth >= _DEEPEST:
                return ANYWHERE
            beside = _talks_to(host for each in given_to_it for host in _plain_hosts(each))
            return _all([beside, _in_bash(script, _Inside(inside.trusted, inside.depth + 1))])
    files = [word for word in words if not word.startswith(("-", "+"))]
    if files and not _FROM_A_PIPE.match(files[0]) and _MADE not in files[0]:
        return _talks_to(host for word in words for host in _plain_hosts(word))
    return ANYWHERE


# -- bash

_BASH = Language(tree_sitter_bash.language())
_DEVICE = re.compile(r"/dev/(?:tcp|udp)\b")
_HOST_VARIABLE = re.compile(r"(?i)(?:host|addr|address|server|_proxy)$")


def _in_bash(text: str, inside: _Inside) -> Reach:
    if _only_writes(text):
        return NOWHERE
    if _is_too_much(text) or _DEVICE.search(text):
        return ANYWHERE
    source = text.encode("utf-8", "replace")
    steps = iter(range(_STEPS))
    try:
        tree = Parser(_BASH).parse(
            lambda start, _point: source[start:], progress_callback=lambda _at, _failed: next(steps, None) is None
        )
    except ValueError:  # it was told to stop
        return ANYWHERE
    if tree.root_node.has_error:
        return ANYWHERE
    return _all(_reached(node, inside) for node in _nodes(tree.root_node))


def _nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.named_children


def _reached(node: Node, inside: _Inside) -> Reach:
    match node.type:
        case "command":
            words = [_said(each) for each in node.named_children if each.type not in _BESIDE]
            return _started(words, inside) if words else NOWHERE
        case "variable_assignment":
            name, _, value = _text(node).partition("=")
            said = _said(node.named_children[-1]) if len(node.named_children) > 1 else value
            hosts = [*_plain_hosts(said), *([_host(said)] if said and _HOST_VARIABLE.search(name) else ())]
            return _talks_to(hosts)
    return NOWHERE


_BESIDE = frozenset(
    ("variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect", "subshell", "comment")
)
_ESCAPED = re.compile(r"\\(.|\n)", re.DOTALL)
_ESCAPED_IN_STRING = re.compile(r'\\([$`"\\\n])')


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _unescaped(match: re.Match[str]) -> str:
    return match[1].strip("\n")


def _said(node: Node) -> str:
    """Give a word as its program gets it, with a mark where only the shell knows what stands there."""
    match node.type:
        case "word" | "number":
            return _ESCAPED.sub(_unescaped, _text(node))
        case "raw_string":
            return _text(node)[1:-1]
        case "string":
            return "".join(
                _ESCAPED_IN_STRING.sub(_unescaped, _text(each)) if each.type == "string_content" else _MADE
                for each in node.named_children
            )
        case "command_name" | "concatenation" | "translated_string":
            return "".join(map(_said, node.named_children)) if node.named_children else _text(node)
    return _MADE


# -- PowerShell, cmd

_WEB_WORDS = re.compile(
    r"(?i)(?<![\w-])(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod|start-bitstransfer|new-webserviceproxy)(?:\.exe)?(?![\w-])"
)
_UNCLEAR_WORDS = re.compile(
    r"(?i)(?<![\w-])(?:iex|invoke-expression|invoke-command|icm|add-type|resolve-dnsname|test-netconnection|tnc|test-connection|"
    r"nslookup|ping|telnet|ftp|ssh|scp|nc|ncat|send-mailmessage|enter-pssession|new-pssession|certutil|bitsadmin|mshta|"
    r"-e(?:nc|ncodedcommand|c)?|git|gh|aws|az|gcloud|kubectl|npx|python\d*|node|perl|ruby|wsl|bash|sh|for|call)(?:\.exe)?(?![\w-])|"
    r"net\.|sockets|webclient|httpclient|frombase64|\[char\]|-join|-f\s|-replace|&\s*[$(]|\.invoke|\\\\[\w.]|%\w+%|!\w+!|\^"
)


def _in_words(text: str) -> Reach:
    """Read a command by its words: a name made of pieces, or a program that may talk anywhere, is unclear."""
    if _UNCLEAR_WORDS.search(text):
        return ANYWHERE
    marked = re.sub(r"\$[\w:{(]+|`", _MADE, text)
    hosts = _talks_to(host for host in _plain_hosts(marked))
    if _WEB_WORDS.search(text) and not any(_urls(marked)):
        return ANYWHERE
    return hosts
