"""`redact known`: what is imported is found everywhere, counted, forgotten, and never shown."""

import base64
import json

import pytest

import redact as library

PASSWORD, KEY = "s3cret-pw!", "Zx81kLm29QpVw73Rt"
ENV = f"NODE_ENV=production\nDB_PASSWORD={PASSWORD}\nUNTOLD={KEY}\nSHORT_KEY=a-b\nPLAIN_KEY=sunflower\n"


@pytest.fixture
def env(home):
    path = home / ".env"
    path.write_text(ENV)
    return path


@pytest.fixture
def sanitized(redact, config):
    return lambda text: redact("sanitize", "--config", config, stdin=text.encode()).stdout


@pytest.fixture
def listed(redact, config):
    def listed():
        lines = redact("known", "list", "--json", "--config", config).stdout.splitlines()
        return {(row["source"], row["kind"]): row["count"] for row in map(json.loads, lines)}

    return listed


def test_what_is_imported_is_found_in_the_next_process_in_every_encoding(redact, config, env, sanitized):
    done = redact("known", "import", env, "--config", config)
    assert (0, ".env: 2 values taken, 2 of them new; 3 not taken\n") == (done.exit_code, done.stdout)
    hidden = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    sent = sanitized(f"psql {PASSWORD} {hidden} {KEY}")
    for value in (PASSWORD, hidden, KEY):
        assert value not in sent
    assert "RDX_PASSWORD_" in sent


def test_what_is_refused_is_told_by_line_key_and_reason_and_never_shown(redact, config, env):
    done = redact("known", "import", env, "--config", config)
    assert [
        f"{env}: line 1, NODE_ENV: its name does not call it secret and it does not look random; --all takes it",
        f"{env}: line 4, SHORT_KEY: too short",
        f"{env}: line 5, PLAIN_KEY: a plain word: 16 characters are needed where all are of one kind",
    ] == done.stderr.splitlines()
    for value in ("production", "a-b", "sunflower", PASSWORD, KEY):
        assert value not in done.output


def test_importing_twice_takes_nothing_new(redact, config, env, listed):
    redact("known", "import", env, "--config", config)
    assert "2 values taken, 0 of them new" in redact("known", "import", env, "--config", config).stdout
    assert {(".env", "PASSWORD"): 1, (".env", "VALUE"): 1} == listed()


def test_values_that_rules_found_are_counted_beside_those_imported(redact, config, env, listed, sanitized):
    redact("known", "import", env, "--config", config)
    sanitized("account 123456789012")
    assert {(".env", "PASSWORD"): 1, (".env", "VALUE"): 1, ("(found by rules)", "ACME_ACCOUNT"): 1} == listed()
    table = redact("known", "list", "--config", config).stdout
    assert ["(found by rules)  ACME_ACCOUNT        1"] == [line for line in table.splitlines() if "rules" in line]


def test_nothing_is_known_at_first(redact, config):
    assert "no value is known yet\n" == redact("known", "list", "--config", config).stdout


def test_account_ids_become_digits(redact, config, sanitized):
    accounts = json.dumps({"Accounts": [{"Id": "123456789012"}]})
    done = redact("known", "import", "-", "--as", "org", "--config", config, stdin=accounts.encode())
    assert "org: 1 value taken, 1 of them new; 0 not taken\n" == done.stdout
    sent = sanitized("arn:aws:iam::123456789012:role/x")
    assert sent[13:25].isdigit()
    assert "123456789012" not in sent


def test_names_of_a_catalog_are_found_in_every_case_style(redact, config, home, sanitized):
    catalog = "kind: Component\nmetadata: {name: payflow-router}\n"
    redact("known", "import", "-", "--as", "catalog", "--config", config, stdin=catalog.encode())
    sent = sanitized("new PayflowRouterClient(PAYFLOW_ROUTER)")
    assert "payflow" not in sent.lower()
    assert sent.startswith("new ")
    assert (
        redact("restore", "--config", config, stdin=sent.encode()).stdout == "new PayflowRouterClient(PAYFLOW_ROUTER)"
    )
    found = redact("scan", "--json", "-", "--config", config, stdin=b"payflow-router").stdout
    assert ("known-name", "internal") == tuple(json.loads(found)[name] for name in ("rule_id", "category"))


def test_a_scan_finds_what_is_known(redact, config, env):
    redact("known", "import", env, "--config", config)
    done = redact("scan", "--json", "-", "--config", config, stdin=f"x {KEY}".encode())
    assert {"path": "-", "start": 2, "end": 19, "rule_id": "known-value", "category": "secret"} == json.loads(
        done.stdout
    )


def test_a_forgotten_source_is_not_looked_for_and_its_surrogates_still_restore(redact, config, env, sanitized, listed):
    redact("known", "import", env, "--config", config)
    sent = sanitized(PASSWORD)
    done = redact("known", "forget", "--source", ".env", "--config", config)
    assert (0, ".env: 2 values forgotten\n") == (done.exit_code, done.stdout)
    assert PASSWORD == sanitized(PASSWORD)
    assert PASSWORD == redact("restore", "--config", config, stdin=sent.encode()).stdout
    assert (".env", "PASSWORD") not in listed()


def test_what_came_from_elsewhere_too_stays_known(redact, config, env, sanitized):
    redact("known", "import", env, "--config", config)
    redact("known", "import", "-", "--as", "other", "--config", config, stdin=PASSWORD.encode())
    done = redact("known", "forget", "--source", ".env", "--config", config)
    assert ".env: 1 value forgotten; 1 stay known, as they came from elsewhere too\n" == done.stdout
    assert PASSWORD not in sanitized(PASSWORD)


def test_an_unknown_source_is_an_error_that_names_the_nearest(redact, config, env):
    redact("known", "import", env, "--config", config)
    done = redact("known", "forget", "--source", ".emv", "--config", config)
    assert (2, True) == (done.exit_code, "did you mean '.env'?" in done.stderr)


def test_a_file_with_nothing_to_take_ends_with_1(redact, config):
    done = redact("known", "import", "-", "--config", config, stdin=b"NODE_ENV=production\nA=1\n")
    assert (1, "") == (done.exit_code, done.stdout)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b'{"password": "hunter2-x9', "it is not valid JSON"),
        (b"kind: Component\nmetadata: [hunter2-x9", "is not YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_without_its_text(redact, config, home, data, why):
    (home / "values").write_bytes(data)
    done = redact("known", "import", "values", "--config", config)
    assert 2 == done.exit_code
    assert why in done.stderr
    assert "hunter2" not in done.output


def test_a_file_that_is_not_there_is_an_error(redact, config):
    done = redact("known", "import", "nowhere", "--config", config)
    assert (2, "redact: nowhere: No such file or directory\n") == (done.exit_code, done.stderr)


def test_surrogates_and_allowed_values_are_not_taken(redact, config, sanitized):
    label = sanitized("acme_8Kq2Lm4Zx9Tr7Vw1Yb3Nc5Pd")
    redact("allow", "add", "--config", config, stdin=PASSWORD.encode())
    done = redact("known", "import", "-", "--config", config, stdin=f"{label}\n{PASSWORD}\n".encode())
    assert ["line 1: a surrogate already", "line 2: allowed"] == [
        line[3:].partition(";")[0] for line in done.stderr.splitlines()[:2]
    ]


def test_who_imported_and_forgot_is_audited_without_values(redact, config, env):
    redact("known", "import", env, "--config", config)
    redact("known", "forget", "--source", ".env", "--config", config)
    text = (config.parent / "state" / "audit.jsonl").read_text()
    events = [json.loads(line) for line in text.splitlines()]
    assert [("known-imported", ".env", 2), ("known-forgotten", ".env", 2)] == [
        (event["change"], event["subject"], event["count"]) for event in events
    ]
    assert PASSWORD not in text


def test_what_cannot_be_audited_is_not_imported(redact, config, env, sanitized):
    (config.parent / "state").mkdir(mode=0o700)
    (config.parent / "state" / "audit.jsonl").mkdir()
    done = redact("known", "import", env, "--config", config)
    assert 2 == done.exit_code
    assert PASSWORD == sanitized(PASSWORD)


def test_no_value_stands_in_any_file_of_the_state(redact, config, home):
    values = [f"{KEY}{n:04}" for n in range(600)]
    redact("known", "import", "-", "--as", "many", "--config", config, stdin="\n".join(values).encode())
    state = config.parent / "state"
    assert (state / "compiled" / "known.bin").exists()
    for path in state.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()


@pytest.mark.parametrize("name", ["two words", "-x", "é", "a" * 65])
def test_a_source_has_a_plain_name(redact, config, env, name):
    assert 2 == redact("known", "import", env, f"--as={name}", "--config", config).exit_code


def test_a_program_that_has_redact_open_sees_it_when_it_looks(redact, config, env):
    with library.open(config) as opened:
        assert f"{KEY} PayflowRouter" == opened.redact(f"{KEY} PayflowRouter").text
        redact("known", "import", env, "--config", config)
        catalog = b"kind: Component\nmetadata: {name: payflow-router}\n"
        redact("known", "import", "-", "--as", "catalog", "--config", config, stdin=catalog)
        opened.refresh()
        sent = opened.redact(f"{KEY} PayflowRouter").text
        assert KEY not in sent
        assert "Payflow" not in sent
        assert f"{KEY} PayflowRouter" == opened.restore(sent)
