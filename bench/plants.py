"""What is planted in real files: how each language writes accounts, names and secrets. Knows languages; knows nothing of redact.

A line is a statement that may stand at the outermost level; `⏎` breaks it. What begins with `%` is invented for each place anew:
%ACCOUNT and %GROUPED (the same with signs between digits), %PIN, %SECRET and its halves %ONE and %TWO, %TOKEN, %CHARS and %STRINGS (a
list of characters), %HOST, %KEY (the lines of a private key, as they stand in a file) and %BODY (two of its lines).
"""

from __future__ import annotations

import random
import string

_C_LIKE = """
    // account %ACCOUNT of the ledger reconciler, password: %SECRET
    /* see https://kim:%ONE%TWO@%HOST/payout-router?token=%TOKEN */
    /*⏎ * %KEY⏎ */
    // -----BEGIN RSA PRIVATE KEY-----⏎// %BODY⏎// %BODY⏎// -----END RSA PRIVATE KEY-----
"""

STATEMENTS: dict[str, str] = {
    "python": '''
        import acme_ledger_reconciler.client as ledgerReconcilerClient
        from com.acme.ledger import LedgerReconciler, payout_router
        ACCOUNT_ID = %ACCOUNT
        ACCOUNT_NUMBER = %GROUPED
        OWNERS = [%ACCOUNT, "%ACCOUNT", '%ACCOUNT']
        ADMIN_PIN = %PIN
        db_password = "%SECRET"
        db_password: str = "%ONE" "%TWO"
        db_password = "%ONE" + "%TWO"
        db_password = ("%ONE"⏎               '%TWO')
        client_secret = "%ONE" \\⏎    "%TWO"
        ledger_client = connect(host="%HOST", user="kim", password="%SECRET", account_id=%ACCOUNT)
        SETTINGS = {"api_key": "%SECRET", "X-Api-Token": "%TOKEN", "account": %ACCOUNT, "Authorization": "Bearer %TOKEN"}
        HEADERS = {"Authorization": f"Bearer %TOKEN{SUFFIX}", "X-Account": f"{PREFIX}/%ACCOUNT"}
        api_token = os.environ.get("API_TOKEN", "%SECRET")
        requests.get("https://%HOST/ledger-reconciler", auth=("kim", "%SECRET"))
        dsn = f"postgres://kim:%SECRET@{HOST}:5432/payout_router"
        password = f"%ONE{SUFFIX}%TWO"
        password = ["%ONE", "%TWO"]
        password = "".join([%STRINGS])
        password_chars = [%CHARS]
        # account %ACCOUNT, password=%SECRET, arn:aws:iam::%ACCOUNT:role/ledger-reconciler
        # -----BEGIN RSA PRIVATE KEY-----⏎# %BODY⏎# %BODY⏎# -----END RSA PRIVATE KEY-----
        def planted_one(password="%SECRET", *, account_id=%ACCOUNT):⏎    """Call the ledger reconciler.⏎⏎    password: %SECRET⏎    token = "%TOKEN"⏎    """⏎    return LedgerReconciler(password)
        SIGNING_KEY = """%KEY"""
        SIGNING_KEY = (⏎    "-----BEGIN RSA PRIVATE KEY-----\\n"⏎    "%BODY\\n"⏎    "%BODY\\n"⏎    "-----END RSA PRIVATE KEY-----\\n"⏎)
        ROLE = "arn:aws:iam::" + "%ACCOUNT" + ":role/payout-router"
        IMAGE = "%ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/ledger-reconciler:1"
        class LedgerReconcilerConfig(PayoutRouter):⏎    password = b"%SECRET"⏎    account_id = int("%ACCOUNT")
    ''',
    "javascript": """
        import { LedgerReconciler } from "@acme/ledger-reconciler/payout_router";
        const accountId = %ACCOUNT;
        const accountId = %GROUPED;
        const accountId = %ACCOUNTn;
        const accountIds = [%ACCOUNT, "%ACCOUNT", '%ACCOUNT', `%ACCOUNT`];
        const adminPin = %PIN;
        const dbPassword = "%SECRET";
        let dbPassword = "%ONE" + '%TWO';
        const clientSecret = "%ONE" +⏎  "%TWO";
        const config = { host: "%HOST", apiKey: "%SECRET", "x-api-key": '%TOKEN', account: "%ACCOUNT", owner: %ACCOUNT };
        fetch(`https://%HOST/ledgerReconciler`, { headers: { Authorization: "Bearer %TOKEN", "X-Auth-Token": `%SECRET` } });
        const token = process.env.API_TOKEN ?? "%SECRET";
        const token = `%ONE${suffix}%TWO`;
        const dsn = `postgres://kim:%SECRET@${host}:5432/payout_router`;
        const password = [%STRINGS].join("");
        const password = [%CHARS];
        function planted(password = "%SECRET", ledgerReconciler = new LedgerReconciler("%HOST")) { return password; }
        axios.get(url, { auth: { username: "kim", password: "%SECRET" } });
        class LedgerReconcilerClient extends PayoutRouter {⏎  #password = "%SECRET";⏎  accountId = %ACCOUNT;⏎}
        const signingKey = `%KEY`;
        const signingKey = "-----BEGIN RSA PRIVATE KEY-----\\n" +⏎  "%BODY\\n" +⏎  "%BODY\\n" +⏎  "-----END RSA PRIVATE KEY-----\\n";
        const role = "arn:aws:iam::" + "%ACCOUNT" + ":role/payout-router";
        const image = "%ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/ledger-reconciler:1";
    """ + _C_LIKE,
    "typescript": """
        import { LedgerReconciler } from "@acme/ledger-reconciler/payout_router";
        const accountId: number = %ACCOUNT;
        const accountId: number = %GROUPED;
        const accountId: bigint = %ACCOUNTn;
        const accountIds: string[] = ["%ACCOUNT", '%ACCOUNT', `%ACCOUNT`];
        const adminPin: number = %PIN;
        const dbPassword: string = "%SECRET";
        const clientSecret = "%ONE" +⏎  "%TWO";
        const config: Config = { host: "%HOST", apiKey: "%SECRET", account: "%ACCOUNT", owner: %ACCOUNT };
        new Stack(app, { env: { account: '%ACCOUNT', region: 'eu-west-1' } });
        const token = process.env.API_TOKEN ?? "%SECRET";
        const token = `%ONE${suffix}%TWO` as const;
        const password: string[] = [%STRINGS];
        class LedgerReconcilerClient extends PayoutRouter {⏎  private readonly password: string = "%SECRET";⏎  constructor(private accountId = %ACCOUNT, token: string = "%TOKEN") { super(); }⏎}
        enum LedgerReconcilerKind { Secret = "%SECRET", Account = %ACCOUNT }
        @Module({ password: "%SECRET", accountId: "%ACCOUNT" })⏎class PayoutRouterModule {}
        const signingKey: string = `%KEY`;
        interface LedgerReconcilerOptions { accountId: %ACCOUNT; host: "%HOST" }
    """ + _C_LIKE,
    "java": '''
        class Planted { long accountId = %ACCOUNTL; LedgerReconciler ledgerReconciler; }
        class Planted { static final long ACCOUNT_ID = %GROUPEDL; }
        class Planted { int adminPin = %PIN; }
        class Planted { private static final String PASSWORD = "%SECRET"; String account = "%ACCOUNT"; }
        class Planted { String password = "%ONE" + "%TWO"; }
        class Planted { String clientSecret = "%ONE"⏎      + "%TWO"; }
        class Planted { char[] password = {%CHARS}; }
        class Planted { char[] password = new char[] { %CHARS }; }
        class Planted { char[] password = "%SECRET".toCharArray(); }
        class Planted { @Value("${db.password:%SECRET}") String password; }
        @Credentials(user = "kim", password = "%SECRET", accountId = "%ACCOUNT") class Planted {}
        class Planted { void f() { ds.setPassword("%SECRET"); props.put("account.id", "%ACCOUNT"); client.withAccountId(%ACCOUNTL); } }
        class Planted { Map<String, String> headers = Map.of("Authorization", "Bearer %TOKEN", "X-Api-Key", "%SECRET"); }
        class Planted { String token = System.getenv().getOrDefault("API_TOKEN", "%SECRET"); }
        class Planted { Authenticator a = new PasswordAuthentication("kim", "%SECRET".toCharArray()); }
        class Planted { String signingKey = "-----BEGIN RSA PRIVATE KEY-----\\n"⏎    + "%BODY\\n"⏎    + "%BODY\\n"⏎    + "-----END RSA PRIVATE KEY-----\\n"; }
        class Planted { String signingKey = """⏎%KEY⏎"""; }
        class LedgerReconcilerClient extends com.acme.ledger.PayoutRouter { String url = "jdbc:postgresql://%HOST:5432/x?password=%SECRET"; }
    ''' + _C_LIKE,
    "kotlin": '''
        val accountId = %ACCOUNTL
        val accountId: Long = %GROUPED
        const val ADMIN_PIN = %PIN
        private const val PASSWORD: String = "%SECRET"
        val password = "%ONE" + "%TWO"
        val password = "%ONE${suffix}%TWO"
        val password = charArrayOf(%CHARS)
        val headers = mapOf("Authorization" to "Bearer %TOKEN", "X-Api-Key" to "%SECRET", "account" to %ACCOUNTL)
        val client = LedgerReconciler(host = "%HOST", password = "%SECRET", accountId = %ACCOUNT)
        val token = System.getenv("API_TOKEN") ?: "%SECRET"
        val signingKey = """%KEY"""
        class LedgerReconcilerClient(val password: String = "%SECRET", val accountId: Long = %ACCOUNTL) : com.acme.ledger.PayoutRouter()
        fun planted(ledgerReconciler: LedgerReconciler) { ledgerReconciler.password = "%SECRET"; ledgerReconciler.accountId = "%ACCOUNT" }
    ''' + _C_LIKE,
    "go": """
        const accountID = %ACCOUNT
        const accountID int64 = %GROUPED
        const adminPin = %PIN
        var dbPassword = "%SECRET"
        var dbPassword string = "%ONE" + "%TWO"
        var clientSecret = "%ONE" +⏎	`%TWO`
        var password = []byte("%SECRET")
        var password = []byte{%CHARS}
        var passwordRunes = []rune{%CHARS}
        var config = LedgerReconcilerConfig{Host: "%HOST", Password: "%SECRET", AccountID: %ACCOUNT, Owner: aws.String("%ACCOUNT")}
        var headers = map[string]string{"Authorization": "Bearer %TOKEN", "X-Api-Key": "%SECRET"}
        func planted(ledgerReconciler *payoutRouter) {⏎	req.SetBasicAuth("kim", "%SECRET")⏎	req.Header.Set("X-Auth-Token", "%TOKEN")⏎	token := "%SECRET"⏎	accountID := int64(%ACCOUNT)⏎}
        var signingKey = `%KEY`
        var signingKey = "-----BEGIN RSA PRIVATE KEY-----\\n" +⏎	"%BODY\\n" +⏎	"%BODY\\n" +⏎	"-----END RSA PRIVATE KEY-----\\n"
        var dsn = fmt.Sprintf("postgres://kim:%SECRET@%s/payout_router", "%HOST")
        type LedgerReconcilerClient struct {⏎	Password string `default:"%SECRET"`⏎	payoutRouter PayoutRouter⏎}
    """ + _C_LIKE,
    "rust": """
        use com_acme_ledger::ledger_reconciler::LedgerReconciler;
        const ACCOUNT_ID: u64 = %ACCOUNT;
        const ACCOUNT_ID: i64 = %GROUPED;
        const ACCOUNT_ID: i64 = %ACCOUNTi64;
        static ACCOUNT_ID: u64 = %GROUPED_u64;
        const ADMIN_PIN: u32 = %PIN;
        const DB_PASSWORD: &str = "%SECRET";
        const DB_PASSWORD: &str = concat!("%ONE", "%TWO");
        const PASSWORD: &[u8] = b"%SECRET";
        const PASSWORD: [char; 12] = [%CHARS];
        fn planted() { let token = env::var("API_TOKEN").unwrap_or("%SECRET".to_string()); let account_id = %ACCOUNTu64; }
        fn planted() { let c = LedgerReconcilerConfig { host: "%HOST".into(), password: Some("%SECRET".to_owned()), account_id: "%ACCOUNT" }; }
        fn planted() { headers.insert("Authorization", "Bearer %TOKEN"); request.basic_auth("kim", Some("%SECRET")); }
        const SIGNING_KEY: &str = r#"%KEY"#;
        const SIGNING_KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\\n\\⏎    %BODY\\n\\⏎    %BODY\\n\\⏎    -----END RSA PRIVATE KEY-----\\n";
        struct LedgerReconcilerClient { payout_router: PayoutRouter }
    """ + _C_LIKE,
    "c": """
        static long long account_id = %ACCOUNTLL;
        static unsigned long long account_id = %ACCOUNTULL;
        static const long account_id = %ACCOUNT;
        static int admin_pin = %PIN;
        static const char *db_password = "%SECRET";
        static const char db_password[] = "%ONE" "%TWO";
        static const char password[] = {%CHARS};
        static const char password[] = { %CHARS, 0 };
        #define DB_PASSWORD "%SECRET"
        #define ACCOUNT_ID %ACCOUNTLL
        static struct ledger_reconciler_config config = { .host = "%HOST", .password = "%SECRET", .account_id = %ACCOUNT };
        void planted(void) { connect_to("%HOST", "kim", "%SECRET"); set_password("%SECRET"); }
        static const char *signing_key =⏎    "-----BEGIN RSA PRIVATE KEY-----\\n"⏎    "%BODY\\n"⏎    "%BODY\\n"⏎    "-----END RSA PRIVATE KEY-----\\n";
        static const char *authorization = "Authorization: Bearer %TOKEN\\r\\n";
        struct ledger_reconciler { struct payout_router *payout_router; };
    """ + _C_LIKE,
    "cpp": """
        static const long long accountId = %ACCOUNTLL;
        static const auto accountId = %TICKED;
        static const auto accountId = %TICKEDULL;
        static const char* dbPassword = "%SECRET";
        const std::string dbPassword = std::string("%ONE") + "%TWO";
        const std::string dbPassword{"%SECRET"};
        const char password[] = {%CHARS};
        const std::map<std::string, std::string> headers = {{"Authorization", "Bearer %TOKEN"}, {"X-Api-Key", "%SECRET"}};
        const char* signingKey = R"(%KEY)";
        class LedgerReconcilerClient : public com::acme::ledger::PayoutRouter { std::string password_ = "%SECRET"; long accountId = %ACCOUNTL; };
        void planted() { ledgerReconciler.setPassword("%SECRET"); auto token = u8"%TOKEN"; }
    """ + _C_LIKE,
    "csharp": """
        class Planted { long accountId = %ACCOUNTL; LedgerReconciler ledgerReconciler; }
        class Planted { const long AccountId = %GROUPED; }
        class Planted { int adminPin = %PIN; }
        class Planted { string password = "%SECRET"; }
        class Planted { string Password { get; set; } = "%SECRET"; }
        class Planted { string password = "%ONE" + "%TWO"; }
        class Planted { string password = @"%SECRET"; string token = $"%ONE{suffix}%TWO"; }
        class Planted { char[] password = {%CHARS}; }
        class Planted { char[] password = new[] { %CHARS }; }
        [Credentials("kim", Password = "%SECRET", AccountId = "%ACCOUNT")] class Planted {}
        class Planted { void F() { services.Add("ApiKey", "%SECRET"); var c = new NetworkCredential("kim", "%SECRET"); } }
        class Planted { Dictionary<string, string> headers = new() { ["Authorization"] = "Bearer %TOKEN", { "X-Api-Key", "%SECRET" } }; }
        class Planted { string signingKey = @"%KEY"; }
        class Planted { string connectionString = "Server=%HOST;Database=x;User Id=kim;Password=%SECRET;"; }
        class LedgerReconcilerClient : Com.Acme.Ledger.PayoutRouter { string token = Environment.GetEnvironmentVariable("T") ?? "%SECRET"; }
    """ + _C_LIKE,
    "ruby": """
        require "ledger_reconciler/payout_router"
        ACCOUNT_ID = %ACCOUNT
        account_id = %GROUPED
        admin_pin = %PIN
        DB_PASSWORD = "%SECRET".freeze
        db_password = "%ONE" "%TWO"
        db_password = '%ONE' + '%TWO'
        password = "%ONE#{suffix}%TWO"
        password = [%STRINGS].join
        password = %w[%ONE %TWO]
        config = { host: "%HOST", password: "%SECRET", account_id: %ACCOUNT, "X-Api-Key" => "%TOKEN" }
        token = ENV.fetch("API_TOKEN", "%SECRET")
        token = ENV["API_TOKEN"] || '%SECRET'
        request.basic_auth("kim", "%SECRET")
        class LedgerReconcilerClient < Acme::PayoutRouter⏎  attr_accessor :ledger_reconciler⏎  def planted(password: "%SECRET", account_id: "%ACCOUNT")⏎    @token = "%TOKEN"⏎  end⏎end
        SIGNING_KEY = <<~PEM⏎  %KEY⏎PEM
        # account %ACCOUNT, password=%SECRET, the ledger reconciler
        # -----BEGIN RSA PRIVATE KEY-----⏎# %BODY⏎# %BODY⏎# -----END RSA PRIVATE KEY-----
    """,
    "php": """
        use Acme\\LedgerReconciler\\PayoutRouter;
        $accountId = %ACCOUNT;
        $accountId = %GROUPED;
        $adminPin = %PIN;
        $dbPassword = "%SECRET";
        $dbPassword = '%ONE' . '%TWO';
        $password = "%ONE{$suffix}%TWO";
        $password = implode('', [%STRINGS]);
        define('DB_PASSWORD', '%SECRET');
        const DB_PASSWORD = '%SECRET';
        $config = ['host' => '%HOST', 'password' => '%SECRET', 'account_id' => %ACCOUNT, 'api_key' => "%TOKEN"];
        $token = getenv('API_TOKEN') ?: '%SECRET';
        $pdo = new PDO('mysql:host=%HOST', 'kim', '%SECRET');
        class LedgerReconcilerClient extends PayoutRouter { private string $password = '%SECRET'; const ACCOUNT_ID = '%ACCOUNT'; }
        function planted($password = '%SECRET', $ledgerReconciler = null) { return $password; }
        $signingKey = <<<PEM⏎%KEY⏎PEM;
        # account %ACCOUNT, password=%SECRET
    """ + _C_LIKE,
    "scala": '''
        import com.acme.ledger.{LedgerReconciler, PayoutRouter}
        val accountId = %ACCOUNTL
        val accountId: Long = %GROUPEDL
        val adminPin = %PIN
        val dbPassword = "%SECRET"
        val dbPassword: String = "%ONE" + "%TWO"
        val password = s"%ONE${suffix}%TWO"
        val password = Array(%CHARS)
        val headers = Map("Authorization" -> "Bearer %TOKEN", "X-Api-Key" -> "%SECRET", "account" -> %ACCOUNTL)
        val client = LedgerReconciler(host = "%HOST", password = "%SECRET", accountId = %ACCOUNTL)
        val token = sys.env.getOrElse("API_TOKEN", "%SECRET")
        val signingKey = """%KEY"""
        class LedgerReconcilerClient(password: String = "%SECRET") extends PayoutRouter
    ''' + _C_LIKE,
    "swift": '''
        let accountId = %ACCOUNT
        let accountId: Int64 = %GROUPED
        let adminPin = %PIN
        let dbPassword = "%SECRET"
        let dbPassword: String = "%ONE" + "%TWO"
        let password = "%ONE\\(suffix)%TWO"
        let password: [Character] = [%STRINGS]
        let headers = ["Authorization": "Bearer %TOKEN", "X-Api-Key": "%SECRET"]
        let client = LedgerReconciler(host: "%HOST", password: "%SECRET", accountId: %ACCOUNT)
        let token = ProcessInfo.processInfo.environment["API_TOKEN"] ?? "%SECRET"
        let signingKey = """⏎%KEY⏎"""
        class LedgerReconcilerClient: PayoutRouter { let password = "%SECRET"; var accountId: Int = %ACCOUNT }
        func planted(password: String = "%SECRET", ledgerReconciler: LedgerReconciler) {}
    ''' + _C_LIKE,
    "bash": """
        ACCOUNT_ID=%ACCOUNT
        export AWS_ACCOUNT_ID="%ACCOUNT"
        ADMIN_PIN=%PIN
        export DB_PASSWORD=%SECRET
        DB_PASSWORD='%SECRET'
        DB_PASSWORD="%ONE""%TWO"
        PASSWORD="%ONE${SUFFIX}%TWO"
        TOKEN=${API_TOKEN:-%SECRET}
        OWNERS=(%ACCOUNT "%ACCOUNT" '%ACCOUNT')
        curl -u "kim:%SECRET" -H "Authorization: Bearer %TOKEN" "https://%HOST/ledger-reconciler"
        curl -u kim:%SECRET https://%HOST/payout_router
        mysql -h %HOST -u kim -p%SECRET payout_router
        aws sts assume-role --role-arn arn:aws:iam::%ACCOUNT:role/ledger-reconciler
        docker login -u AWS -p %SECRET %ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com
        psql "postgres://kim:%SECRET@%HOST:5432/payout_router"
        ledger_reconciler() {⏎  local password=%SECRET⏎  [ "$account_id" = "%ACCOUNT" ] && payout-router --token %TOKEN --account-id %ACCOUNT⏎}
        cat > key.pem <<EOF⏎%KEY⏎EOF
        cat > .env <<'EOF'⏎DB_PASSWORD=%SECRET⏎ACCOUNT_ID=%ACCOUNT⏎HOST=%HOST⏎EOF
        echo "%KEY" > key.pem
        # account %ACCOUNT, password=%SECRET, the ledger reconciler
        # -----BEGIN RSA PRIVATE KEY-----⏎# %BODY⏎# %BODY⏎# -----END RSA PRIVATE KEY-----
    """,
    "sql": """
        SELECT * FROM ledger_reconciler WHERE account_id = %ACCOUNT;
        SELECT * FROM payout_router WHERE account_id = '%ACCOUNT' AND token = '%TOKEN';
        UPDATE users SET password = '%SECRET' WHERE owner = '%ACCOUNT';
        ALTER ROLE kim WITH PASSWORD '%SECRET';
        INSERT INTO ledger_reconciler (account_id, password, host) VALUES (%ACCOUNT, '%SECRET', '%HOST');
        -- account %ACCOUNT, password=%SECRET, the ledger reconciler
        /* token %TOKEN⏎   at https://kim:%SECRET@%HOST/x */
        SELECT 'arn:aws:iam::%ACCOUNT:role/ledger-reconciler', 'postgres://kim:%SECRET@%HOST/x';
    """,
    "dockerfile": """
        ENV DB_PASSWORD=%SECRET
        ENV DB_PASSWORD="%SECRET" ACCOUNT_ID=%ACCOUNT
        ENV API_TOKEN %SECRET
        ARG AWS_ACCOUNT_ID=%ACCOUNT
        ARG CLIENT_SECRET="%SECRET"
        LABEL owner="%ACCOUNT" service="ledger-reconciler"
        FROM %ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/ledger-reconciler:1 AS payout_router
        RUN curl -u kim:%SECRET https://%HOST/ledger-reconciler.tgz
        RUN git clone https://kim:%TOKEN@%HOST/payout-router.git
        # account %ACCOUNT, password=%SECRET, the ledger reconciler
        CMD ["ledger-reconciler", "--token", "%TOKEN", "--account-id", "%ACCOUNT"]
        COPY ledger-reconciler/ /opt/payout_router/
    """,
    "hcl": """
        locals {⏎  account_id = %ACCOUNT⏎}
        locals {⏎  account_id = "%ACCOUNT"⏎  owners = ["%ACCOUNT", "%ACCOUNT"]⏎}
        provider "aws" {⏎  allowed_account_ids = ["%ACCOUNT"]⏎  assume_role {⏎    role_arn = "arn:aws:iam::%ACCOUNT:role/ledger-reconciler"⏎  }⏎}
        resource "aws_db_instance" "ledger_reconciler" {⏎  password = "%SECRET"⏎  username = "kim"⏎}
        variable "db_password" {⏎  type    = string⏎  default = "%SECRET"⏎}
        module "payout_router" {⏎  source = "git::https://%HOST/ledger-reconciler.git?ref=v1"⏎  api_token = "%ONE${var.suffix}%TWO"⏎}
        locals {⏎  environment = [{ name = "DB_PASSWORD", value = "%SECRET" }, { name = "ACCOUNT", value = "%ACCOUNT" }]⏎}
        locals {⏎  private_key = <<EOF⏎%KEY⏎EOF⏎}
        locals {⏎  admin_pin = %PIN⏎  headers = { Authorization = "Bearer %TOKEN" }⏎}
        # account %ACCOUNT, password=%SECRET, the ledger reconciler
        /* see https://kim:%SECRET@%HOST/x */
    """,
    "yaml": """
        planted_a:⏎  account_id: %ACCOUNT⏎  AccountId: "%ACCOUNT"
        planted_b:⏎  owners: [%ACCOUNT, "%ACCOUNT", '%ACCOUNT']
        planted_c:⏎  account_ids:⏎    - %ACCOUNT⏎    - "%ACCOUNT"
        planted_d:⏎  admin_pin: %PIN
        planted_e:⏎  password: %SECRET⏎  api_key: "%SECRET"⏎  client_secret: '%SECRET'
        planted_f: { host: %HOST, user: kim, password: %SECRET, account_id: %ACCOUNT }
        planted_g:⏎  env:⏎  - name: DB_PASSWORD⏎    value: %SECRET⏎  - name: LEDGER_RECONCILER_TOKEN⏎    value: "%TOKEN"
        planted_h:⏎  environment:⏎  - DB_PASSWORD=%SECRET⏎  - AWS_ACCOUNT_ID=%ACCOUNT
        planted_i:⏎  image: %ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/ledger-reconciler:1⏎  role: arn:aws:iam::%ACCOUNT:role/payout-router
        planted_j: |⏎  password: %SECRET⏎  curl -u kim:%SECRET https://%HOST/ledger-reconciler
        planted_k:⏎  private_key: |⏎    -----BEGIN RSA PRIVATE KEY-----⏎    %BODY⏎    %BODY⏎    -----END RSA PRIVATE KEY-----⏎  next: 1
        planted_l:⏎  command: ["ledger-reconciler", "--token", "%TOKEN", "--account-id", "%ACCOUNT"]
        ledger-reconciler:⏎  payout_router: postgres://kim:%SECRET@%HOST:5432/x
        # account %ACCOUNT, password=%SECRET, the ledger reconciler
    """,
    "toml": '''
        [planted_a]⏎account_id = %ACCOUNT⏎owner = "%ACCOUNT"
        [planted_b]⏎account_id = %GROUPED⏎owners = ["%ACCOUNT", '%ACCOUNT']
        [planted_c]⏎admin_pin = %PIN⏎password = "%SECRET"⏎api_key = '%SECRET'
        [planted_d.ledger_reconciler]⏎db = { host = "%HOST", user = "kim", password = "%SECRET", account_id = %ACCOUNT }
        [planted_e]⏎private_key = """⏎%KEY⏎"""
        [ledger-reconciler.payout_router]⏎url = "postgres://kim:%SECRET@%HOST:5432/x"⏎token = "%TOKEN"
        # account %ACCOUNT, password=%SECRET, the ledger reconciler
    ''',
    "html": """
        <div data-password="%SECRET" data-account-id="%ACCOUNT">the ledger reconciler at %HOST</div>
        <input type="hidden" name="api_token" value="%TOKEN"/>
        <add key="ClientSecret" value="%SECRET"/>
        <config><password>%SECRET</password><accountId>%ACCOUNT</accountId></config>
        <property name="db.password" value="%SECRET"/>
        <ledger-reconciler host='%HOST'><payout-router token='%TOKEN'/></ledger-reconciler>
        <!-- account %ACCOUNT, password=%SECRET, the ledger reconciler -->
        <a href="https://kim:%SECRET@%HOST/ledger-reconciler?account_id=%ACCOUNT">x</a>
        <script>const dbPassword = "%SECRET", accountId = %ACCOUNT;</script>
    """,
    "json": """
        "planted_a": {"accountId": %ACCOUNT, "account": "%ACCOUNT"},
        "planted_b": {"owners": [%ACCOUNT, "%ACCOUNT"]},
        "planted_c": {"password": "%SECRET", "pin": %PIN, "apiKey": "%TOKEN"},
        "planted_d": {"env": [{"name": "DB_PASSWORD", "value": "%SECRET"}]},
        "planted_e": {"environment": ["DB_PASSWORD=%SECRET", "AWS_ACCOUNT_ID=%ACCOUNT"]},
        "planted_f": {"Principal": {"AWS": "arn:aws:iam::%ACCOUNT:role/ledger-reconciler"}},
        "planted_g": {"private_key": "-----BEGIN RSA PRIVATE KEY-----\\n%BODY\\n%BODY\\n-----END RSA PRIVATE KEY-----\\n"},
        "ledgerReconciler": {"payout-router": "https://kim:%SECRET@%HOST/x", "headers": {"Authorization": "Bearer %TOKEN"}},
    """,
}  # fmt: skip
STATEMENTS["tsx"] = STATEMENTS["typescript"]


def statements(language: str) -> list[str]:
    """List what is planted in files of a language, as written here."""
    return [line.strip().replace("⏎", "\n") for line in STATEMENTS[language].strip().split("\n")]


_KEY_LINE = string.ascii_letters + string.digits + "+/"


def filled(statement: str, chance: random.Random) -> tuple[str, list[str]]:
    """Invent what is planted in a statement; give it, and the values that nobody else may see."""
    values: list[str] = []
    while "%" in statement:
        name = next((name for name in _INVENTED if f"%{name}" in statement), None)
        if name is None:
            break
        written, hidden = _INVENTED[name](chance)
        values += hidden
        statement = statement.replace(f"%{name}", written, 1)
    return statement, values


def secret(chance: random.Random, length: int = 16) -> str:
    """Invent letters of both cases and digits, some of each."""
    while True:
        made = "".join(chance.choices(string.ascii_letters + string.digits, k=length))
        if (
            sum(c.isdigit() for c in made) > 1
            and made.upper() != made.lower() != made != made.upper()
            and made[0].isalpha()
        ):
            return made


def account(chance: random.Random) -> str:
    """Invent an account id."""
    return str(chance.randrange(10**11, 10**12))


def _account(chance: random.Random) -> tuple[str, list[str]]:
    made = account(chance)
    return made, [made]


def _grouped(sign: str) -> ...:
    def make(chance: random.Random) -> tuple[str, list[str]]:
        made = account(chance)
        written = sign.join((made[:4], made[4:8], made[8:]))
        return written, [written]

    return make


def _pin(chance: random.Random) -> tuple[str, list[str]]:
    made = str(chance.randrange(10**7, 10**8))
    return made, [made]


def _secret(chance: random.Random) -> tuple[str, list[str]]:
    made = secret(chance)
    return made, [made]


def _token(chance: random.Random) -> tuple[str, list[str]]:
    made = "ghp_" + secret(chance, 36)
    return made, [made]


def _characters(quote: str) -> ...:
    def make(chance: random.Random) -> tuple[str, list[str]]:
        written = ", ".join(f"{quote}{character}{quote}" for character in secret(chance, 12))
        return written, [written]

    return make


def _host(chance: random.Random) -> tuple[str, list[str]]:
    made = f"db{chance.randrange(100)}.corp.acme.example"
    return made, [made]


def _body(chance: random.Random) -> tuple[str, list[str]]:
    made = "".join(chance.choices(_KEY_LINE, k=64))
    return made, [made]


def _key(chance: random.Random) -> tuple[str, list[str]]:
    lines = [_body(chance)[0] for _ in range(3)]
    return "\n".join(("-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----")), lines


_INVENTED = {
    "ACCOUNT": _account, "GROUPED": _grouped("_"), "TICKED": _grouped("'"), "PIN": _pin, "SECRET": _secret,
    "ONE": _secret, "TWO": _secret, "TOKEN": _token, "CHARS": _characters("'"), "STRINGS": _characters('"'), "HOST": _host,
    "KEY": _key, "BODY": _body,
}  # fmt: skip
