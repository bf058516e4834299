"""Every language by construct by kind of value: texts with `«…»` around what must be found, and texts in which nothing may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Cell(NamedTuple):
    """A text, and what it stands for."""

    name: str
    text: str


WORDS = {
    "word": "swordfish",
    "phrase": "correct horse battery staple",
    "short": "h4nter2x",
}
OPAQUE = {
    "mixed": "Zx9Kq2LmT4vB8nRw",
    "hex": "9f86d081884c7d659a2feaa0c55ad015",
    "base64": "c2VjcmV0LWtleS1mb3Itc2lnbmluZw==",
    "signs": "p@ss!W0rd-7.Kx~q",
    "dashed": "k7Qz-2mXp-9vLt-4rBw",
}
VALUES = {**WORDS, **OPAQUE}
ACCOUNT = "402913587726"

NAMES = {"word": "db_password", "phrase": "admin_passphrase", "short": "smtp_password", "mixed": "client_secret", "hex": "api_key",
         "base64": "signing_key", "signs": "user_password", "dashed": "access_token"}  # fmt: skip
STYLES = {
    "snake": "_".join,
    "camel": lambda words: words[0] + "".join(word.title() for word in words[1:]),
    "pascal": lambda words: "".join(word.title() for word in words),
    "upper": lambda words: "_".join(words).upper(),
    "kebab": "-".join,
}


class Language(NamedTuple):
    """How a language writes things: `N` is the name, `Q` the value in quotes, `A` and `B` halves of it, `V` the bare value."""

    label: str
    style: str
    constructs: dict[str, str]
    accounts: dict[str, str]
    nothing: tuple[str, ...]
    quote: str = '"'
    before: str = ""


def lines(text: str) -> dict[str, str]:
    """Read `title: template`, one a line; `⏎` breaks lines."""
    pairs = (line.strip().split(": ", 1) for line in text.strip().split("\n"))
    return {title: template.replace("⏎", "\n") for title, template in pairs}


NOTHING_ANYWHERE = (
    '"${DB_PASSWORD_1}"',
    '"{{ vault.db_pw1 }}"',
    '"<your-password1>"',
    '"changeme"',
    '"********"',
    '""',
)

LANGUAGES = (
    Language("python", "snake", lines("""
        assignment: N = Q
        attribute: self.N = Q
        annotated: N: str = Q
        keyword argument: connect(user="kim", N=Q)
        default: def connect(user, N=Q):⏎    return user
        typed default: def connect(N: str = Q) -> None:⏎    pass
        dict entry: config = {"host": "h", "N": Q}
        subscript: config["N"] = Q
        comparison: if N == Q:⏎    pass
        setter: client.set_N(Q)
        environment default: N = os.getenv("X", Q)
        alternative: N = read() or Q
        joined: N = A + B
        side by side: N = A B
        in brackets: N = (⏎    A⏎    B⏎)
        continued: N = A \\⏎    B
        wrapped: N = SecretStr(Q)
        encoded: N = Q.encode("utf-8")
        bytes: N = bQ
        raw: N = rQ
        walrus: if (N := Q):⏎    pass
        conditional: N = Q if x else None
        decorator: @inject(N=Q)⏎def f():⏎    pass
        field default: N: str = Field(default=Q)
        nested: f(a=[g(b={"N": Q})])
        returned: def N():⏎    return Q
        compared behind: if Q == N:⏎    pass
        one of: if N in (Q, "x"):⏎    pass
        pair: user, N = "kim", Q
        formatted: N = "{}{}".format(A, B)
        case: match N:⏎    case Q:⏎        pass
    """), lines("""
        constant: ACCOUNT_ID = V
        string: account_id = Q
        list: owners=[Q]
        argument: run(account=Q)
        entry: d = {"AccountId": Q}
    """), ("get_password()", "settings.password", 'os.environ["DB_PASSWORD"]', "password", "PASSWORDS[0]", "None", 'getpass("Password: ")', 'f"{user}:{word}"', "b''.join(parts)")),
    Language("javascript", "camel", lines("""
        const: const N = Q;
        let: let N = Q;
        member: this.N = Q;
        entry: const c = { host: "h", N: Q };
        quoted entry: const c = { "N": Q };
        subscript: config["N"] = Q;
        default: function connect(user, N = Q) {}
        destructured default: const { N = Q } = options;
        field: class K {⏎  N = Q;⏎}
        private field: class K {⏎  #N = Q;⏎}
        comparison: if (N === Q) run();
        setter: builder.N(Q);
        put: map.set("N", Q);
        environment default: const N = process.env.X || Q;
        nullish: const N = read() ?? Q;
        joined: const N = A + B;
        lines joined: const N = A +⏎  B;
        wrapped: const N = Buffer.from(Q, "utf-8");
        arrow default: const f = (N = Q) => N;
        conditional: const N = x ? Q : y;
        export: export const N = Q;
        nested: run({ a: [{ b: { N: Q } }] });
        returned: function N() { return Q; }
        compared behind: if (Q === N) run();
        list joined: const N = [A, B].join("");
        case: switch (N) {⏎  case Q: run();⏎}
        option default: y.option("N", { default: Q });
        filled: await page.fill("#N", Q);
    """), lines("""
        constant: const accountId = V;
        string: const account = Q;
        entry: const env = { account: Q, region: "eu" };
        list: const owners = [Q];
    """), ("getPassword()", "config.password", "process.env.DB_PASSWORD", "password", "passwords[0]", "null", "await read('db')", "`${user}-${word}`", "undefined")),
    Language("typescript", "camel", lines("""
        const: const N: string = Q;
        field: class K {⏎  private readonly N: string = Q;⏎}
        parameter: function f(N: string = Q): void {}
        constructor: class K {⏎  constructor(private N = Q) {}⏎}
        entry: const c: Config = { N: Q };
        assertion: const N = Q as const;
        enum: enum E {⏎  N = Q,⏎}
        optional: const N: string | undefined = x ?? Q;
        satisfies: const c = { N: Q } satisfies Config;
        setter: client.setN(Q);
        joined: const N: string = A + B;
        member: this.N = Q;
        generic call: const N = wrap.of<string>(Q);
        cast behind: const N = (x as string) || Q;
        state: const [N, setX] = useState<string>(Q);
    """), lines("""
        constant: const ACCOUNT: string = Q;
        entry: new Stack(app, { env: { account: Q } });
        list: const trustedAccounts: string[] = [Q];
    """), ("getPassword()", "config.password!", "process.env.DB_PASSWORD as string", "password", "null", "`${user}-${word}`")),
    Language("java", "camel", lines("""
        field: class K {⏎  private static final String N = Q;⏎}
        local: String N = Q;
        assignment: this.N = Q;
        annotation: class K {⏎  @Inject(N = Q)⏎  void f() {}⏎}
        setter: ds.setN(Q);
        builder: Client.builder().N(Q).build();
        put: props.put("N", Q);
        property: System.setProperty("N", Q);
        map of: Map<String, String> m = Map.of("N", Q);
        get or default: String N = System.getenv().getOrDefault("X", Q);
        equals: if (N.equals(Q)) run();
        joined: String N = A + B;
        string join: String N = String.join("", A, B);
        concat: String N = A.concat(B);
        characters: char[] N = Q.toCharArray();
        optional: String N = Optional.ofNullable(x).orElse(Q);
        conditional: String N = x ? Q : null;
        new string: String N = new String(Q);
        decode: byte[] N = Base64.getDecoder().decode(Q);
        returned: class K { String N() { return Q; } }
        compared behind: if (Q.equals(N)) run();
        or else: String N = Optional.ofNullable(x).orElse(Q);
        built: String N = new StringBuilder(A).append(B).toString();
        formatted: String N = String.format("%s%s", A, B);
    """), lines("""
        constant: static final String ACCOUNT_ID = Q;
        number: long accountId = VL;
        setter: request.setAccountId(Q);
    """), ("getPassword()", "config.password", 'System.getenv("DB_PASSWORD")', "password", "null", 'props.getProperty("db.password")', "new String(chars)")),
    Language("kotlin", "camel", lines("""
        val: val N = Q
        typed: private const val N: String = Q
        member: config.N = Q
        subscript: config["N"] = Q
        argument: connect(user = "kim", N = Q)
        default: fun connect(N: String = Q) {}
        map: val m = mapOf("N" to Q)
        setter: client.setN(Q)
        put: map.put("N", Q)
        elvis: val N = System.getenv("X") ?: Q
        joined: val N = A + B
        annotation: @Inject(N = Q)⏎class Kim
        conditional: val N = if (x) Q else null
        when: val N = when (x) { 1 -> Q; else -> y }
        returned: fun N() = Q
        list joined: val N = listOf(A, B).joinToString("")
    """), lines("""
        val: val accountId = Q
        number: val accountId = VL
        argument: Stack(account = Q)
    """), ("readPassword()", "config.password", 'System.getenv("DB_PASSWORD")', "password", "null")),
    Language("go", "camel", lines("""
        short: func f() {⏎	N := Q⏎}
        var: var N = Q
        typed: var N string = Q
        const: const N = Q
        assignment: func f() {⏎	c.N = Q⏎}
        struct: var c = Config{Host: "h", N: Q}
        map: var m = map[string]string{"N": Q}
        index: func f() {⏎	m["N"] = Q⏎}
        comparison: func f() {⏎	if N == Q {⏎	}⏎}
        setter: func f() {⏎	c.SetN(Q)⏎}
        set: func f() {⏎	h.Set("N", Q)⏎}
        setenv: func f() {⏎	os.Setenv("N", Q)⏎}
        bytes: var N = []byte(Q)
        joined: var N = A + B
        const block: const (⏎	user = "kim"⏎	N = Q⏎)
        flag default: func f() {⏎	flag.StringVar(&c.N, "N", Q)⏎}
        pair: user, N := "kim", Q
        returned: func N() string { return Q }
        compared behind: if Q == N { run() }
    """), lines("""
        const: const accountID = Q
        struct: var c = Config{AccountId: Q}
        pointer: var c = Config{Owner: aws.String(Q)}
        list: var c = Config{Owners: []string{Q}}
    """), ("getPassword()", "cfg.Password", 'os.Getenv("DB_PASSWORD")', "password", "nil", "fmt.Sprint(x)"), before="package main\n\n"),
    Language("rust", "snake", lines("""
        let: fn f() {⏎    let N = Q;⏎}
        const: const N: &str = Q;
        static: static N: &str = Q;
        struct: fn f() {⏎    let c = Config { N: Q, user };⏎}
        to string: fn f() {⏎    let N = Q.to_string();⏎}
        string from: fn f() {⏎    let N = String::from(Q);⏎}
        some: fn f() {⏎    let c = Config { N: Some(Q.into()) };⏎}
        assignment: fn f() {⏎    c.N = Q;⏎}
        insert: fn f() {⏎    m.insert("N", Q);⏎}
        comparison: fn f() {⏎    if N == Q {}⏎}
        builder: fn f() {⏎    c.N(Q);⏎}
        unwrap or: fn f() {⏎    let N = env::var("X").unwrap_or(Q.to_string());⏎}
        bytes: const N: &[u8] = bQ;
        match: let N = match x { 1 => Q, _ => y };
        list joined: let N = [A, B].concat();
        returned: fn N() -> &'static str { Q }
        default closure: let N = read().unwrap_or_else(|_| Q.to_string());
    """), lines("""
        const: const ACCOUNT_ID: &str = Q;
        number: const ACCOUNT_ID: u64 = V;
    """), ("get_password()", "config.password", 'env::var("DB_PASSWORD").unwrap()', "password", "None")),
    Language("c", "snake", lines("""
        array: static char N[] = Q;
        pointer: const char *N = Q;
        define: #define N Q
        assignment: void f(void) {⏎  N = Q;⏎}
        member: void f(void) {⏎  c->N = Q;⏎}
        initializer: struct c c = {.N = Q};
        setenv: void f(void) {⏎  setenv("N", Q, 1);⏎}
        copied: void f(void) {⏎  strcpy(N, Q);⏎}
        compared: int f(void) {⏎  return strcmp(N, Q);⏎}
        side by side: const char *N = A B;
        returned: const char *N(void) { return Q; }
        bracketed define: #define N (Q)
        compared behind: if (strcmp(Q, N) == 0) run();
        setter in a context: set_N(ctx, Q);
    """), lines("""
        define: #define ACCOUNT_ID Q
        pointer: const char *account_id = Q;
    """), ("get_password()", "config->password", 'getenv("DB_PASSWORD")', "password", "NULL")),
    Language("cpp", "snake", lines("""
        string: const std::string N = Q;
        braces: std::string N{Q};
        auto: auto N = std::string(Q);
        member: struct K {⏎  std::string N = Q;⏎};
        subscript: void f() {⏎  m["N"] = Q;⏎}
        setter: void f() {⏎  c.set_N(Q);⏎}
        map: std::map<std::string, std::string> m = {{"N", Q}};
        joined: std::string N = std::string(A) + B;
        default: void f(std::string N = Q);
        constexpr: constexpr auto N = Q;
        initializer: K::K() : N_(Q) {}
        assigned: N.assign(Q);
    """), lines("""
        string: const std::string account_id = Q;
    """), ("get_password()", "config.password", 'std::getenv("DB_PASSWORD")', "password", "nullptr")),
    Language("csharp", "pascal", lines("""
        field: class K {⏎  private const string N = Q;⏎}
        property: class K {⏎  public string N { get; set; } = Q;⏎}
        var: var N = Q;
        initializer: var c = new Config { N = Q };
        dictionary: var m = new Dictionary<string, string> { { "N", Q } };
        index entry: var m = new Dictionary<string, string> { ["N"] = Q };
        subscript: config["N"] = Q;
        argument: Connect(user: "kim", N: Q);
        default: class K {⏎  void F(string N = Q) {}⏎}
        attribute: [Inject(N = Q)]⏎class K {};
        alternative: var N = Read() ?? Q;
        joined: var N = A + B;
        add: services.Add("N", Q);
        verbatim: var N = @Q;
        setter: client.SetN(Q);
        comparison: if (N == Q) Run();
        switch: var N = x switch { 1 => Q, _ => y };
        built: var N = new StringBuilder(A).Append(B).ToString();
        compared with: if (string.Equals(N, Q)) Run();
    """), lines("""
        const: const string AccountId = Q;
        number: long AccountId = VL;
    """), ("GetPassword()", "config.Password", 'Environment.GetEnvironmentVariable("DB_PASSWORD")', "password", "null", '$"{user}-{word}"')),
    Language("ruby", "snake", lines("""
        assignment: N = Q
        instance: @N = Q
        constant: DB = { N: Q }
        rocket: h = { :N => Q }
        string key: h = { "N" => Q }
        argument: connect(user: "kim", N: Q)
        subscript: config[:N] = Q
        attribute: c.N = Q
        default: def connect(N: Q)⏎end
        positional default: def connect(N = Q)⏎end
        fetch: N = ENV.fetch("X", Q)
        alternative: N = ENV["X"] || Q
        or equals: N ||= Q
        joined: N = A + B
        setting: set :N, Q
        frozen: N = Q.freeze
        list joined: N = [A, B].join
        returned: def N⏎  Q⏎end
        case: case N⏎when Q then run⏎end
    """), lines("""
        constant: ACCOUNT_ID = Q
        number: account_id = V
    """), ("get_password", "config.password", 'ENV["DB_PASSWORD"]', "password", "nil", '"#{user}-#{word}"')),
    Language("php", "snake", lines("""
        variable: $N = Q;
        member: $this->N = Q;
        entry: $c = ["N" => Q];
        old entry: $c = array("N" => Q);
        define: define("N", Q);
        constant: class K {⏎  const N = Q;⏎}
        property: class K {⏎  private string $N = Q;⏎}
        default: function connect($N = Q) {}
        argument: connect(N: Q);
        alternative: $N = getenv("X") ?: Q;
        nullish: $N = $_ENV["X"] ?? Q;
        joined: $N = A . B;
        subscript: $c["N"] = Q;
        setter: $c->setN(Q);
        comparison: if ($N === Q) { run(); }
        imploded: $N = implode("", [A, B]);
        match: $N = match($x) { 1 => Q, default => y() };
        compared behind: if (Q === $N) run();
    """), lines("""
        variable: $account_id = Q;
        entry: $c = ["account" => Q];
    """), ("getPassword()", "$config->password", 'getenv("DB_PASSWORD")', "$password", "null", '"{$user}-{$word}"'), before="<?php\n"),
    Language("scala", "camel", lines("""
        val: val N = Q
        typed: val N: String = Q
        argument: connect(user = "kim", N = Q)
        default: def connect(N: String = Q) = ()
        map: val m = Map("N" -> Q)
        member: c.N = Q
        get or else: val N = sys.env.getOrElse("X", Q)
        joined: val N = A + B
        setter: c.setN(Q)
        class default: case class C(N: String = Q)
        match: val N = x match { case 1 => Q; case _ => y }
        or else: val N = Option(x).getOrElse(Q)
        list joined: val N = List(A, B).mkString
    """), lines("""
        val: val accountId = Q
    """), ("readPassword()", "config.password", 'sys.env("DB_PASSWORD")', "password", "null")),
    Language("swift", "camel", lines("""
        let: let N = Q
        typed: let N: String = Q
        member: self.N = Q
        argument: connect(user: "kim", N: Q)
        dictionary: let d = ["N": Q]
        subscript: d["N"] = Q
        default: func connect(N: String = Q) {}
        alternative: let N = read() ?? Q
        joined: let N = A + B
        setter: c.setN(Q)
        returned: func N() -> String { return Q }
        computed: var N: String { Q }
        keyed: store.set(Q, forKey: "N")
    """), lines("""
        let: let accountId = Q
    """), ("readPassword()", "config.password", 'ProcessInfo.processInfo.environment["DB_PASSWORD"]', "password", "nil")),
    Language("bash", "upper", lines("""
        assignment: N=Q
        export: export N=Q
        local: f() {⏎  local N=Q⏎}
        default: N=${X:-V}
        option: run --n-N Q
        for one command: N=Q ./run.sh
        comparison: if [ "$N" = Q ]; then run; fi
        case: case "$N" in Q) run;; esac
    """), lines("""
        assignment: AWS_ACCOUNT_ID=Q
        bare: export ACCOUNT_ID=V
        option: run --account-id V
    """), ("$(get_password)", "$PASSWORD", "${DB_PASSWORD}", '"$1"', '"$(cat /run/x)"', "")),
    Language("sql", "snake", lines("""
        set: UPDATE t SET N = Q WHERE id = 1;
        where: SELECT * FROM t WHERE N = Q;
        role: ALTER ROLE kim WITH PASSWORD Q;
        user: CREATE ROLE kim WITH LOGIN PASSWORD Q;
        default: CREATE TABLE t (N text DEFAULT Q);
    """), lines("""
        where: SELECT * FROM t WHERE account_id = Q;
        number: DELETE FROM t WHERE account_id = V;
    """), ("NULL", "other_column", ":password", "crypt(x, y)"), quote="'"),
    Language("dockerfile", "upper", lines("""
        env: ENV N=Q
        bare env: ENV N=V
        old env: ENV N V
        two: ENV PORT=1 N=V
        arg: ARG N=Q
        label: LABEL N=Q
    """), lines("""
        env: ENV AWS_ACCOUNT_ID=V
        arg: ARG ACCOUNT_ID=Q
    """), ("$PASSWORD", "${DB_PASSWORD}", '"${PASSWORD}"'), before="FROM debian:12\n"),
    Language("hcl", "snake", lines("""
        attribute: N = Q
        block: resource "aws_db_instance" "a" {⏎  N = Q⏎}
        entry: tags = { N = Q }
        quoted entry: tags = { "N" = Q }
        colon entry: tags = { N : Q }
        variable: variable "N" {⏎  default = Q⏎}
        typed variable: variable "N" {⏎  type    = string⏎  default = Q⏎}
        conditional: N = var.x ? Q : null
        list of objects: environment = [{ name = "N", value = Q }]
        coalesce: N = coalesce(var.x, Q)
        try: N = try(var.x, Q)
        formatted: N = format("%s%s", A, B)
        value first: env {⏎  value = Q⏎  name  = "N"⏎}
    """), lines("""
        attribute: account_id = Q
        owners: owners = [Q]
        provider: allowed_account_ids = [Q]
        variable: variable "account_id" {⏎  default = Q⏎}
    """), ("var.db_password", "random_password.db.result", "local.password", 'data.x.y["z"]', "null", '"${var.db_password}"')),
    Language("yaml", "snake", lines("""
        plain: N: V
        double: N: Q
        nested: db:⏎  a:⏎    N: Q
        flow: db: { user: kim, N: Q }
        flow plain: db: {user: kim, N: V}
        list item: - user: kim⏎  N: V
        named value: env:⏎- name: N⏎  value: Q
        pair: environment:⏎- N=V
        block: N: |⏎  V
        quoted key: "N": V
        tagged: N: !!str Q
        value first: env:⏎  - value: Q⏎    name: N
        parameter: N:⏎  Type: String⏎  Default: Q
    """), lines("""
        plain: account_id: V
        quoted: AccountId: Q
        list: owners: [Q]
        block list: allowed_accounts:⏎- Q
    """), ("${DB_PASSWORD}", "{{ vault_password }}", "!ref Secret", "null", "*anchor", "$(PASSWORD)", '"{{ .Values.password }}"'), before="x: y\n"),
    Language("json", "camel", lines("""
        entry: {"host": "h", "N": Q}
        nested: {"a": {"b": [{"N": Q}]}}
        named value: {"env": [{"name": "N", "value": Q}]}
        pair: {"environment": ["N=V"]}
        lines: {⏎  "user": "kim",⏎  "N": Q⏎}
        default: {"N": {"type": "string", "default": Q}}
    """), lines("""
        entry: {"accountId": Q}
        number: {"accountId": V}
        list: {"owners": [Q]}
    """), ("null", '"env:DB_PASSWORD"', '"arn:aws:secretsmanager:eu-west-1:x:secret:db"', "true")),
    Language("toml", "snake", lines("""
        pair: N = Q
        table: [db]⏎N = Q
        inline: db = { user = "kim", N = Q }
        dotted: db.N = Q
        quoted: "N" = Q
        multi-line: N = QQQ
    """), lines("""
        pair: account_id = Q
        number: account_id = V
        list: owners = [Q]
    """), ("true", '"env:DB_PASSWORD"', '"$PASSWORD"')),
    Language("html", "kebab", lines("""
        data: <div data-N=Q></div>
        input: <input type="hidden" name="N" value=Q>
        meta: <meta name="N" content=Q>
        property: <property name="N" value=Q/>
        key: <add key="N" value=Q/>
        element: <config><N>V</N></config>
        property text: <property name="N">V</property>
        value first: <input value=Q name="N">
    """), lines("""
        attribute: <bucket owner=Q/>
        element: <x><accountId>V</accountId></x>
    """), ('"${db.password}"', '"#{config.password}"', '"@password@"')),
)  # fmt: skip


def _halves(value: str) -> tuple[str, str]:
    middle = len(value) // 2
    return value[:middle], value[middle:]


def _written(language: Language, template: str, name: str, value: str) -> str:
    """Fill a template: the value stands where it is to be found."""
    q = language.quote
    first, second = _halves(value)
    # Capitals stand for things only where no letter is beside them.
    words = name.split("_")
    style = STYLES[language.style]
    spelt = style(words)
    out = template
    for sign, text in (
        ("QQQ", f"{q * 3}«{value}»{q * 3}"),
        ("setN", f"set{STYLES['pascal'](words)}"), ("SetN", f"Set{STYLES['pascal'](words)}"), ("set_N", f"set_{STYLES['snake'](words)}"),
        ("--n-N", f"--{STYLES['kebab'](words)}"),
    ):  # fmt: skip
        out = out.replace(sign, f"\0{text}\0")
    pieces = out.split("\0")
    filled = []
    for index, piece in enumerate(pieces):
        filled.append(
            piece
            if index % 2
            else _filled(
                piece,
                {
                    "N": spelt,
                    "Q": f"{q}«{value}»{q}",
                    "A": f"{q}«{first}»{q}",
                    "B": f"{q}«{second}»{q}",
                    "V": f"«{value}»",
                },
            )
        )
    return "".join(filled)


def _filled(piece: str, meant: dict[str, str]) -> str:
    out = []
    for index, character in enumerate(piece):
        before = piece[index - 1] if index else " "
        after = piece[index + 1] if index + 1 < len(piece) else " "
        alone = (
            not (before.isalpha() and before not in "br")
            and not (after.isalpha() and (character, after) != ("V", "L"))
            and before != "'"
        )
        out.append(
            meant[character]
            if character in meant and alone and not (before in "br" and index > 1 and piece[index - 2].isalpha())
            else character
        )
    return "".join(out)


def _fenced(language: Language, code: str) -> str:
    return f"Here it is:\n```{language.label}\n{language.before}{code}\n```\n"


_QUOTED_ONLY = frozenset(("phrase", "base64", "signs"))
"""Values with a space or a sign, which nobody writes without quotes."""


def found() -> Iterator[Cell]:
    """Yield texts in which everything between « and » must be found."""
    for language in LANGUAGES:
        for construct, template in language.constructs.items():
            for kind, value in VALUES.items():
                is_bare = "V" in template.replace("N", "").split() or any(
                    sign in template for sign in ("=V", ": V", ">V<", ":-V", '=V"', " V")
                )
                if is_bare and (kind in _QUOTED_ONLY or kind == "word"):
                    continue
                text = _written(language, template, NAMES[kind], value)
                yield Cell(f"{language.label} · {construct} · {kind}", _fenced(language, text))
        for construct, template in language.accounts.items():
            yield Cell(
                f"{language.label} · account {construct} · number",
                _fenced(language, _written(language, template, "", ACCOUNT)),
            )


_LITERAL_ONLY = frozenset(
    ("bytes", "raw", "verbatim", "multi-line", "enum", "side by side", "continued", "in brackets", "tagged", "case")
)
"""Constructs in which nothing but a literal can stand."""


def nothing() -> Iterator[Cell]:
    """Yield the same texts with variables, calls, look-ups, references and placeholders in the place of literals."""
    for language in LANGUAGES:
        for construct, template in language.constructs.items():
            if not any(sign in template for sign in "QAB") or construct in _LITERAL_ONLY:
                continue
            for name in ("db_password", "api_key"):
                for other in (*language.nothing, *NOTHING_ANYWHERE):
                    other = other.replace('"', language.quote) if language.quote != '"' and '"' in other else other  # noqa: PLW2901
                    if language.label == "json" and "{" in other and '"' not in other:
                        continue
                    marked = _written(language, template, name, "\1")
                    q = language.quote
                    code = marked.replace(f"{q}«\1»{q}", other).replace(f"{q}«»{q}", other)
                    if "«" not in code:
                        yield Cell(f"{language.label} · {construct} · {other} · {name}", _fenced(language, code))
