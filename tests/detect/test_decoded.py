"""What another detector finds in the views of a text: mapped back, a few encodings deep, and within bounds."""

import base64
import gzip
import json
from urllib.parse import quote

import pytest

from redact.detect import decoded as module
from redact.detect.decoded import BUDGET, DEPTH, Decoded, Hidden
from redact.engine import Text
from redact.errors import DetectionError
from redact.literals import have_hyperscan
from redact.model import Finding
from tests import pack

TOKEN = "dtk_8Jq2mVx91LpZt0Ye"
NOTE = f"user: bob, the token is {TOKEN} for now"

both = pytest.mark.parametrize("fast", [False, True] if have_hyperscan() else [False])


def encoded(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def found(text, *, fast=None):
    """List the parts of a text where something is found, by which rule, and what they say."""
    findings = Decoded(pack.patterns(fast), fast=fast)(text)
    return sorted({(text[f.start : f.end], f.rule_id, getattr(f, "value", "")) for f in findings})


@both
def test_a_finding_is_the_range_that_says_it_and_knows_what_it_says(fast):
    assert [("ZHRrXzhKcTJtVng5MUxwWnQwWWU", "demo-token", TOKEN)] == found(f"t: {encoded(TOKEN)}", fast=fast)


@both
def test_the_name_of_a_value_may_be_encoded_with_it(fast):
    assert [("aHVudGVyMi14OQ", "password", "hunter2-x9")] == found(encoded("my login password=hunter2-x9"), fast=fast)
    assert [("hunter2-x9", "password", "")] == found("/?q=password%3Dhunter2-x9", fast=fast)
    assert [("hunter2%2Dx9", "password", "hunter2-x9")] == found("/?q=password%3Dhunter2%2Dx9", fast=fast)


@both
def test_of_joined_literals_each_is_found_unless_one_is_a_few_letters(fast):
    assert [("hunter2-", "password", "hunter2-x9-k4"), ("x9-k4", "password", "")] == found(
        'k = 1; password = "hunter2-" + "x9-k4"', fast=fast
    )[-2:]
    [whole] = [each for each in found('password = "hunter2-x9" + "-" + "k4ab"', fast=fast) if each[2]]
    assert ('hunter2-x9" + "-" + "k4ab', "password", "hunter2-x9-k4ab") == whole


@both
def test_a_key_of_many_lines_is_one_finding(fast):
    key = "-----BEGIN DEMO KEY-----\n" + "MIIBabcd\n" * 30 + "-----END DEMO KEY-----"
    for written in (encoded("k\n" + key), quote(key), "".join(f"&#{ord(c)};" for c in key), key.encode().hex()):
        ((_, rule_id, value),) = found(f"k = {written}", fast=fast)
        assert ("private-key", key) == (rule_id, value)


@both
def test_names_hosts_and_numbers_are_found_behind_encodings_too(fast):
    text = encoded("use LedgerReconciler at db.corp.acme.test, arn:aws:iam::123456789012:role/x")
    assert {"LedgerReconciler", "db.corp.acme.test", "123456789012"} == {
        value for _, _, value in found(text, fast=fast)
    }


def test_a_finding_behind_an_encoding_does_not_show_what_it_says():
    (finding,) = Decoded(pack.patterns())(encoded(TOKEN))
    assert isinstance(finding, Hidden)
    assert TOKEN not in repr(finding)


@both
def test_a_text_without_encodings_is_not_read_again(fast):
    def detect(_text):
        pytest.fail("was read")

    assert [] == Decoded(detect, fast=fast)(f"password=hunter2-x9 and {TOKEN} in plain text")


# -- how deep, how much


def nested(times):
    text = NOTE
    for _ in range(times):
        text = encoded(text)
    return text


@both
def test_encodings_are_undone_so_deep_and_no_deeper(fast):
    assert found(nested(DEPTH), fast=fast)
    assert not found(nested(DEPTH + 1), fast=fast)


@both
def test_different_encodings_are_undone_inside_one_another(fast):
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
    for text in (
        encoded(f"x = '{escaped}'"),
        quote(encoded("?>?>" + NOTE), safe=""),
        encoded(gzip.compress(escaped.encode())),
    ):
        assert [TOKEN] == [value for _, _, value in found(text, fast=fast)]


@both
def test_percent_signs_without_end_are_undone_so_often(fast):
    assert [] == found("%" + "25" * 100_000 + "41", fast=fast)


class Counting:
    """A detector that finds nothing, and knows how much it was given."""

    def __init__(self):
        self.texts = []

    def __call__(self, text):
        self.texts.append(text)
        return []


@both
def test_views_of_views_are_read_within_the_budget(monkeypatch, fast):
    monkeypatch.setattr(module, "BUDGET", 10_000)
    seen = Counting()
    text = " ".join(nested(3) for _ in range(1000))
    Decoded(seen, fast=fast)(text)
    first, *deeper = map(len, seen.texts)
    assert len(text) / 2 < first
    assert sum(deeper) < 10_000 + 500


@both
def test_a_budget_that_is_used_up_by_views_of_views_hides_no_view(monkeypatch, fast):
    monkeypatch.setattr(module, "BUDGET", 1000)
    text = " ".join([nested(3)] * 100 + [encoded(gzip.compress(b"a" * 10_000_000))] * 100 + [encoded(NOTE)])
    assert [TOKEN] == [value for _, _, value in found(text, fast=fast)]


@both
def test_bombs_are_not_inflated_beyond_the_budget(fast):
    seen = Counting()
    bomb = encoded(gzip.compress(gzip.compress(b"a" * 50_000_000)))
    Decoded(seen, fast=fast)(" ".join([encoded(gzip.compress(b"a" * 50_000_000)), bomb] * 3))
    assert sum(map(len, seen.texts)) <= 2 * BUDGET + 1_000_000
    assert len(seen.texts) <= DEPTH


@both
def test_every_view_is_read_in_one_go(fast):
    seen = Counting()
    Decoded(seen, fast=fast)(" ".join([encoded(NOTE), NOTE.encode().hex()] * 500))
    assert 1 == len(seen.texts)


def test_a_detector_that_runs_out_of_time_is_heard():
    def slow(_text):
        raise DetectionError("slow")

    with pytest.raises(DetectionError):
        Decoded(slow)(encoded(NOTE))


def test_a_finding_that_reaches_into_the_next_piece_ends_with_its_own():
    text = f"{encoded('one thing, and password')} {encoded('another thing')}"
    (finding,) = Decoded(lambda view: [Finding(4, len(view), "greedy")])(text)
    assert encoded("one thing, and password").rstrip("=")[5:] == text[finding.start : finding.end]


# -- through the Redactor


def redactor(fast=None):
    over = pack.redactor(fast=fast)
    over._detectors = (pack.patterns(fast), Decoded(pack.patterns(fast), fast=fast))
    return over


TEXTS = {
    "base64": f"echo {encoded(NOTE)} | base64 -d",
    "base64 twice": f"echo {encoded(encoded(NOTE))} | base64 -d | base64 -d",
    "wrapped base64": "\n".join(encoded(NOTE * 9)[n : n + 76] for n in range(0, 500, 76)),
    "percent twice": f"curl 'https://x.test/?q={quote(quote('password=' + TOKEN + '&x'))}'",
    "escapes": json.dumps({"a": NOTE.translate({ord(c): f"\\u{ord(c):04x}" for c in NOTE})}),
    "joined": f'a = "password=hunter2-" +\n    "x9-y"\nb = "{TOKEN[:9]}" + "{TOKEN[9:]}"',
    "hex and plain": f"{NOTE.encode().hex()} and {TOKEN}",
    "gzip": encoded(gzip.compress(NOTE.encode(), mtime=0)),
    "zero-width": "\u200b".join(NOTE),
    "entities": "".join(f"&#{ord(c)};" for c in NOTE),
    "an account": "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole",
    "names and hosts": encoded("LedgerReconciler, and db-1.corp.acme.test"),
}


@both
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_behind_an_encoding_does_not_leave_and_comes_back(text, fast):
    over = redactor(fast)
    sent = over.redact(text)
    assert sent.text != text
    assert [] == over.find(sent.text)
    assert text == over.restorer(sent.records).restore(sent.text)
    assert sent.text == over.redact(sent.text).text
    assert sent.text == redactor(fast).redact(text).text


def test_what_is_behind_an_encoding_is_found_in_plain_elsewhere():
    over = redactor()
    password = encoded("my login password=hunter2-x9")
    before, hidden, after = over.redact_all([Text("say hunter2-x9"), Text(password), Text("and hunter2-x9 again")])
    assert "hunter2" not in before.text + after.text
    assert before.text.split()[1] == after.text.split()[1]
    assert before.text.split()[1].startswith("RDX_PASSWORD_")
    assert password == over.restorer(hidden.records).restore(hidden.text)
    assert "say hunter2-x9" == over.restorer(before.records).restore(before.text)
    again = pack.redactor(pack.vault_of(over))
    assert before.text == again.redact("say hunter2-x9").text


def test_what_is_only_reported_is_not_learnt():
    over = redactor()
    over.redact(encoded("and then TICKET-hunter2 came"))
    assert [] == list(pack.vault_of(over).records())


def test_a_surrogate_behind_an_encoding_is_not_learnt():
    over = redactor()
    label = over.redact("password=hunter2-x9").text.partition("=")[2]
    before = list(pack.vault_of(over).records())
    text = encoded(f"my login password={label}")
    assert text == over.redact(text).text
    assert before == list(pack.vault_of(over).records())
