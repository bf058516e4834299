"""Files of values: what counts as one, what it is, and why the others do not."""

import json

import pytest

from redact.errors import UnreadableError
from redact.model import Known
from redact.sources import Entry, guessed, read

SECRET = "pQ7/vZk2Lr9+Xw4TbNs8HdYc3MfJg6RuVeAo5KiE"


def taken(text, name=".env", form="auto", **more):
    return [entry.known.value for entry in read(text, name, form, **more) if entry.known]


def refused(text, name=".env", form="auto", **more):
    return [(entry.where, entry.key, entry.why) for entry in read(text, name, form, **more) if not entry.known]


# dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("TOKEN=plain-value-1", "plain-value-1"),
        ("TOKEN = plain-value-1", "plain-value-1"),
        ("export TOKEN=plain-value-1", "plain-value-1"),
        ("  TOKEN=plain-value-1  # why", "plain-value-1"),
        ("TOKEN=hash#inside-1", "hash#inside-1"),
        ('TOKEN="in quotes # 1"', "in quotes # 1"),
        ("TOKEN='single $1 \\n'", "single $1 \\n"),
        ("TOKEN=`back 'tick' \"1\"`", "back 'tick' \"1\""),
        ('TOKEN="say \\"it\\"\\tnow-1"', 'say "it"\tnow-1'),
        ('TOKEN="two\nlines-1"', "two\nlines-1"),
        ('TOKEN="two\\nlines-1"', "two\nlines-1"),
        ("TOKEN=plain-value-1\r", "plain-value-1"),
        ('TOKEN="never closed-1', '"never closed-1'),
        ("DB_URL=postgres://app:hunter2-x9@db/x", "hunter2-x9"),
        ("DB_URL=postgres://app:p%40ss-w0rd@db/x", "p@ss-w0rd"),
        ("CONNECTION=Server=db;User Id=sa;Password=hunter2-x9;Encrypt=yes", "hunter2-x9"),
        ('GOOGLE={"private_key_id": "1f2e3d4c5b6a79881726"}', "1f2e3d4c5b6a79881726"),
        ("UNTOLD=Zx81kLm29QpVw73Rt", "Zx81kLm29QpVw73Rt"),
        ("AWS_ACCOUNT_ID=123456789012", "123456789012"),
        (f'PEM="-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"', f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"),
    ],
)  # fmt: skip
def test_a_value_is_taken_from_a_line(line, value):
    assert [value] == taken(f"FIRST=\n{line}\nLAST=\n")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("NODE_ENV=production", "does not call it secret"),
        ("AWS_REGION=us-east-1", "does not call it secret"),
        ("API_URL=https://api.acme.test/v1", "an address without a password"),
        ("TOKEN=${OTHER}", "a reference"),
        ("TOKEN=your-token-here", "a placeholder"),
        ("KEY_FILE=/etc/ssl/key.pem", "a path"),
        ("AUTH_HOST=auth.corp.acme.test:8443", "a host name"),
        ("TOKEN=", "empty"),
        ("TOKEN=''", "empty"),
        ("TOKEN=abc", "too short"),
        ("what is this", "not KEY=value"),
    ],
)
def test_what_is_no_secret_is_refused_with_a_reason_that_does_not_show_it(line, why):
    ((where, _, told),) = refused(f"# first\n{line}\n")
    assert "line 2" == where
    assert why in told
    assert line.partition("=")[2] not in told or not line.partition("=")[2]


def test_everything_takes_what_does_not_look_secret():
    assert ["production", "https://api.acme.test/v1"] == taken(
        "NODE_ENV=production\nAPI_URL=https://api.acme.test/v1\nX=\n", everything=True
    )


def test_lines_are_counted_through_values_of_several_lines():
    text = "A_KEY='one\ntwo\nthree-1'\n\n# note\nB_KEY=x\nC_KEY=four-5-six\n"
    assert ["line 1", "line 6", "line 7"] == [entry.where for entry in read(text, ".env")]


def test_an_unclosed_quote_swallows_no_other_line():
    assert ['"abc-def-1', "def-ghi-2"] == taken('A_KEY="abc-def-1\nB_KEY="def-ghi-2"\n')


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("DB_PASSWORD", "PASSWORD"),
        ("GH_TOKEN", "TOKEN"),
        ("CLIENT_SECRET", "SECRET"),
        ("API_KEY", "KEY"),
        ("X", "VALUE"),
    ],
)
def test_the_kind_says_what_a_value_is_and_not_its_whole_name(key, kind):
    (entry,) = read(f"{key}=Zx81kLm29QpVw73Rt", ".env")
    assert Known("Zx81kLm29QpVw73Rt", kind, "label", "secret") == entry.known


# AWS

CREDENTIALS = f"""\
[default]
aws_access_key_id = AKIAQ7ZT2LNVX5KD3RWM
aws_secret_access_key={SECRET}
# role_arn = arn:aws:iam::999999999999:role/old
[profile prod]
region = eu-west-1
role_arn = arn:aws:iam::210987654321:role/admin
mfa_serial = arn:aws:iam::123456789012:mfa/alice
sso_account_id = 345678901234
s3 =
    max_concurrent_requests = 20
"""


def test_keys_and_account_ids_are_taken_from_aws_files():
    found = [entry.known for entry in read(CREDENTIALS, "credentials")]
    assert [
        Known("AKIAQ7ZT2LNVX5KD3RWM", "AWS_ACCESS_KEY", "label", "secret"),
        Known(SECRET, "AWS_SECRET_KEY", "label", "secret"),
        *(Known(n, "AWS_ACCOUNT", "digits", "identifier") for n in ("210987654321", "123456789012", "345678901234")),
    ] == found


ACCOUNTS = {
    "Accounts": [
        {
            "Id": "111122223333",
            "Arn": "arn:aws:organizations::999988887777:account/o-abcdefghij/111122223333",
            "Email": "root+prod@acme.test",
            "Name": "Acme Payflow",
            "Status": "ACTIVE",
        },
        {"Id": "12", "Name": "prod"},
        "nonsense",
    ]
}


def test_ids_mails_and_names_are_taken_from_a_list_of_accounts():
    assert [
        Known("111122223333", "AWS_ACCOUNT", "digits", "identifier"),
        Known("root+prod@acme.test", "EMAIL", "host", "pii"),
        Known("acme payflow", "NAME", "codename", "internal"),
        Known("999988887777", "AWS_ACCOUNT", "digits", "identifier"),
        Known("o-abcdefghij", "AWS_ORG", "label", "identifier"),
    ] == [entry.known for entry in read(json.dumps(ACCOUNTS), "a.json") if entry.known]
    assert {"Accounts[1].Id", "Accounts[1].Name", "Accounts[2].Id"} == {
        where for where, _, _ in refused(json.dumps(ACCOUNTS), "a.json")
    }


def test_a_list_of_accounts_that_is_none_is_an_error():
    with pytest.raises(UnreadableError, match="`Accounts`, a list"):
        read('{"Accounts": 1}', "a.json")


# Backstage

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ledger-reconciler
  title: Payflow Router
spec: {owner: team-x}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: web-app}
---
kind: API
metadata: {name: kestrel}
---
kind: User
metadata: {name: jane.roe}
spec: {profile: {email: jane.roe@acme.test}}
---
kind: Location
metadata: {name: some-location}
---
"""


def test_names_of_entities_are_taken_from_a_catalog():
    assert ["ledger reconciler", "payflow router", "jane.roe@acme.test"] == taken(CATALOG, "catalog-info.yaml")
    assert [("line 10", "System name"), ("line 13", "API name")] == [told[:2] for told in refused(CATALOG, "c.yaml")]


def test_a_single_word_is_taken_only_on_demand_and_ordinary_words_never():
    assert "kestrel" in taken(CATALOG, "c.yaml", everything=True)
    assert "web app" not in taken(CATALOG, "c.yaml", everything=True)


def test_a_catalog_in_json_is_one_too():
    entities = [{"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "ledger-reconciler"}}]
    assert ["ledger reconciler"] == taken(json.dumps(entities), "entities.json")
    assert ["ledger reconciler"] == taken(json.dumps({"items": entities}), "x.json", "backstage")


@pytest.mark.parametrize("text", ["kind: [", "a: b: c", "kind: !!python/object:x {}\n&a [*b]"])
def test_a_catalog_that_is_no_yaml_is_an_error_with_its_line(text):
    with pytest.raises(UnreadableError, match=r"line \d+ is not YAML"):
        read(text, "c.yaml", "backstage")


def test_a_deep_catalog_is_an_error_too():
    with pytest.raises(UnreadableError):
        read("[" * 100_000, "c.yaml", "backstage")


# lists and maps


def test_a_list_has_a_value_a_line():
    text = "# ours\nhunter2-x9\n\n  123456789012  \njane.roe@acme.test\n"
    assert [
        Known("hunter2-x9", "VALUE", "label", "secret"),
        Known("123456789012", "NUMBER", "digits", "identifier"),
        Known("jane.roe@acme.test", "EMAIL", "host", "pii"),
    ] == [entry.known for entry in read(text, "values.txt")]


def test_every_string_and_long_number_of_a_map_is_a_value():
    members = {"db": {"password": "hunter2-x9", "port": 5432, "on": True}, "ids": ["a-b-c-1", 123456789012], "pi": 3.14}
    found = read(json.dumps(members), "map.json")
    assert [
        Entry("db.password", "password", Known("hunter2-x9", "PASSWORD", "label", "secret")),
        Entry("db.port", "port", Known("5432", "VALUE", "label", "secret")),
        Entry("ids[0]", "ids", Known("a-b-c-1", "VALUE", "label", "secret")),
        Entry("ids[1]", "ids", Known("123456789012", "NUMBER", "digits", "identifier")),
    ] == found


def test_a_key_that_may_be_a_value_is_not_told():
    found = read(json.dumps({"hunter2@x/9": {"": "abcd-efgh"}}), "map.json")
    assert ["*.*"] == [entry.where for entry in found]


def test_json_that_is_none_is_an_error_without_its_text():
    with pytest.raises(UnreadableError) as error:
        read('{"password": "hunter2', "map.json")
    assert "hunter2" not in str(error.value)
    assert error.value.__context__ is None


# guessing


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("", ".env", "dotenv"),
        ("", ".env.local", "dotenv"),
        ("", "prod.env", "dotenv"),
        ("A=1\nB=2\n", "settings", "dotenv"),
        ("", "values.txt", "list"),
        ("hunter2\nA=1\nfoo\n", "values.txt", "list"),
        (CREDENTIALS, "x", "aws"),
        (json.dumps(ACCOUNTS), "x", "aws-accounts"),
        (CATALOG, "x", "backstage"),
        ('{"kind": "Component", "metadata": {}}', "x", "backstage"),
        ('{"a": "b"}', "x", "json"),
        ('["a"]', "x", "json"),
        ("[section]\nkey=value\n", "x", "list"),
    ],
)
def test_a_format_is_guessed(text, name, form):
    assert form == guessed(text, name)
