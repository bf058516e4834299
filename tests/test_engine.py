"""Text in, text out: what a Redactor finds, what it puts there, and what it remembers."""

import base64
import threading
from collections import Counter
from urllib.parse import quote

import pytest

from redact.detect.known import KnownValues
from redact.engine import Redactor, Text
from redact.errors import DetectionError, VaultError
from redact.model import Finding, Record
from redact.records import QUOTED
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

from . import pack
from .errors import everything_said

PASSWORD = "hunter2-x9"
ACCOUNT = "123456789012"


@pytest.fixture
def redactor():
    return pack.redactor()


def own(redactor, redaction):
    """Restore what this redaction put in, and nothing else, as an exchange does."""
    return redactor.restorer(redaction.records).restore(redaction.text)


def test_a_text_without_findings_is_the_same_text(redactor):
    text = "the general ledger was reconciled"
    assert text == redactor.redact(text).text
    assert () == redactor.redact(text).findings


def test_every_shape_of_surrogate_stands_where_its_value_stood(redactor):
    text = f'password="{PASSWORD}" arn:aws:iam::{ACCOUNT}:role/x LedgerReconciler db.corp.acme.test jane.roe@acme.test'
    sent = redactor.redact(text)
    words = sent.text.split()
    assert words[0].startswith('password="RDX_PASSWORD_')
    assert words[1][13:25].isdigit()
    assert words[1] == f"arn:aws:iam::{words[1][13:25]}:role/x"
    assert words[2].isalpha()
    assert words[3].endswith(".example")
    assert "@" in words[4]
    assert words[4].endswith(".example")
    for value in (PASSWORD, ACCOUNT, "Ledger", "corp", "jane"):
        assert value not in sent.text
    assert text == redactor.restore(sent.text)


def test_findings_edits_and_records_tell_the_same_story(redactor):
    text = f"TICKET-12345 password={PASSWORD} and {PASSWORD}"
    sent = redactor.redact(text)
    assert ["ticket", "password", "known-value"] == [finding.rule_id for finding in sent.findings]
    assert [PASSWORD, PASSWORD] == [text[start:end] for start, end, _ in sent.edits]
    assert [PASSWORD] == [record.value for record in sent.records]
    assert "TICKET-12345" in sent.text


@pytest.mark.parametrize(
    "written",
    [
        PASSWORD,
        "\\u0068unter2-x9 hunter2-x9",
        base64.b64encode(b"user:hunter2-x9").decode(),
        base64.urlsafe_b64encode(b"ab\xff\xfehunter2-x9").decode(),
        PASSWORD.encode().hex(),
        PASSWORD.encode().hex().upper(),
    ],
)
def test_a_value_found_once_is_found_everywhere_in_every_encoding(redactor, written):
    first, second = redactor.redact_all([Text(written), Text(f"password={PASSWORD}")])
    assert first.text != written
    assert not any(part in first.text for part in written.split()[-1:])
    assert written == own(redactor, first)
    assert second.text != f"password={PASSWORD}"


def test_a_value_with_signs_is_found_escaped_and_percent_encoded(redactor):
    value = "p@ss/w0rd&1!"
    redactor.redact(f"password={value}")
    for written in (quote(value, safe=""), quote(value), quote(value, safe="!'()*"), quote(value, safe="").lower()):
        assert "w0rd" not in redactor.redact(f"https://x.test/?q={written}").text


def test_a_value_too_plain_to_be_looked_for_is_replaced_where_a_rule_finds_it_only(redactor):
    assert "say abcde" == redactor.redact_all([Text("password=abcde"), Text("say abcde")])[1].text


# -- the same in every order, process and spelling


def test_the_same_value_gets_the_same_surrogate_in_another_process():
    text = f"password={PASSWORD} PAYFLOW arn:aws:iam::{ACCOUNT}"
    assert pack.redactor().redact(text).text == pack.redactor().redact(text).text


def test_what_is_remembered_changes_nothing_but_what_is_known(redactor):
    before = redactor.redact("nothing here").text
    text = f"say {PASSWORD}"
    assert text == redactor.redact(text).text
    redactor.redact(f"password={PASSWORD}")
    assert PASSWORD not in redactor.redact(text).text
    assert before == redactor.redact("nothing here").text


def test_a_restart_over_the_same_vault_knows_what_was_known(redactor):
    seen = [redactor.redact(text).text for text in (f"password={PASSWORD}", f"say {PASSWORD}", "db.corp.acme.test")]
    again = pack.redactor(pack.vault_of(redactor))
    assert seen[1:] == [again.redact(text).text for text in (f"say {PASSWORD}", "db.corp.acme.test")]


def test_a_bounded_cache_forgets_texts_and_finds_the_same():
    small, large = pack.redactor(cache_characters=100), pack.redactor()
    texts = [Text(f"password={PASSWORD}{n % 7} LedgerReconciler " + "x" * n) for n in range(40)]
    for _ in range(2):
        assert large.redact_all(texts) == small.redact_all(texts)
    assert len(small._cache) < 4


@pytest.mark.parametrize(
    ("name", "surrogate"),
    [
        ("LedgerReconciler", "{First}{Second}"),
        ("ledgerReconciler", "{first}{Second}"),
        ("LEDGER_RECONCILER", "{FIRST}_{SECOND}"),
        ("ledger-reconciler", "{first}-{second}"),
        ("ledger.reconciler", "{first}.{second}"),
        ("ledgerreconciler", "{first}{second}"),
        ("Ledger reconciler", "{First} {second}"),
    ],
)
def test_a_name_gets_the_same_two_words_in_its_own_style(redactor, name, surrogate):
    first, second = redactor.redact("ledger reconciler").text.split()
    wanted = surrogate.format(
        first=first,
        second=second,
        First=first.title(),
        Second=second.title(),
        FIRST=first.upper(),
        SECOND=second.upper(),
    )
    assert f"new {wanted}Client()" == redactor.redact(f"new {name}Client()").text or name.islower()
    assert wanted == redactor.redact(name).text
    assert name == own(redactor, redactor.redact(name))


@pytest.mark.parametrize(("name", "style"), [("payflow", str.lower), ("Payflow", str.title), ("PAYFLOW", str.upper)])
def test_a_name_of_one_word_gets_one_word(redactor, name, style):
    sent = redactor.redact(name)
    assert sent.text == style(sent.text)
    assert sent.text.isalpha()
    assert name == own(redactor, sent)


def test_a_name_of_one_word_cannot_get_what_is_written_like_the_codename_of_another():
    class TwoNames(Mint):
        def codename(self, _words, counter=0):
            return super().codename(("same",), counter)

    vault = MemoryVault()
    redactor = Redactor(pack.RULES, [pack.patterns()], TwoNames(pack.KEY), vault, KnownValues())
    text = "payflow ledgerreconciler"
    assert text == redactor.restore(redactor.redact(text).text)


def test_a_style_the_model_invents_restores_too(redactor):
    first, second = redactor.redact("ledger reconciler").text.split()
    assert "ledger_reconciler" == redactor.restore(f"{first}_{second}")
    assert "LEDGER-RECONCILER" == redactor.restore(f"{first}-{second}".upper())
    assert "LedgerReconciler" == redactor.restore(f"{first[:1].upper()}{first[1:]}{second[:1].upper()}{second[1:]}")


# -- redacting twice


@pytest.mark.parametrize(
    "text",
    [
        f"password={PASSWORD}",
        f"arn:aws:iam::{ACCOUNT}",
        "password=LedgerReconciler and LedgerReconciler",
        "password: ledger_reconciler",
        "password=PAYFLOW",
        "password=db.corp.acme.test",
        "passwd=jane.roe@acme.test",
        f"password={ACCOUNT} arn:aws:iam::{ACCOUNT}",
        f"password=x{ACCOUNT}x",
    ],
)
def test_redacting_twice_is_redacting_once(redactor, text):
    once = redactor.redact(text)
    twice = redactor.redact(once.text)
    assert once.text == twice.text
    assert () == twice.records
    assert once.text == pack.redactor(pack.vault_of(redactor)).redact(once.text).text


def test_a_mutated_label_of_ours_is_left_alone(redactor):
    label = redactor.redact(f"password={PASSWORD}").text.removeprefix("password=")
    for text in (f"password={label}", f"password={label.lower()}", f"password={label}!", f"password=a{label}b"):
        assert text == redactor.redact(text).text


def test_a_forged_label_is_no_excuse(redactor):
    text = "password=RDX_PASSWORD_0123456789AB"
    assert "0123456789AB" not in redactor.redact(text).text


def test_a_secret_around_a_label_is_redacted(redactor):
    label = redactor.redact(f"password={PASSWORD}").text.removeprefix("password=")
    sent = redactor.redact(f"password=abcd{label}efgh")
    assert "abcd" not in sent.text
    assert "efgh" not in sent.text
    assert label in sent.text


# -- look-alikes


def look_alikes():
    redactor = pack.redactor()
    label = redactor.redact(f"password={PASSWORD}").text.removeprefix("password=")
    digits = redactor.redact(f"arn:aws:iam::{ACCOUNT}").text.removeprefix("arn:aws:iam::")
    name = redactor.redact("LedgerReconciler").text
    word = redactor.redact("payflow").text
    host = redactor.redact("a.corp.acme.test").text
    values = f"password={PASSWORD} arn:aws:iam::{ACCOUNT} LedgerReconciler payflow a.corp.acme.test"
    return [
        pytest.param(f"{before}{written}{after} {values}", id=f"{before}{what}{after}")
        for what, written in {
            "label": label,
            "lower label": label.lower(),
            "digits": digits,
            "name": name,
            "upper name": name.upper(),
            "snake name": "_".join(redactor.redact("ledger reconciler").text.split()),
            "word": word,
            "host": host,
            "upper host": host.upper(),
            "two": f"{label}{label} {digits} {host} {host}",
        }.items()
        for before, after in [
            ("", ""),
            ("x", "x"),
            ("İ ", " İ"),
            ("TICKET-", "-99"),
            ("arn:aws:iam::", ""),
            ("password=", ""),
        ]
    ]


@pytest.mark.parametrize("text", look_alikes())
def test_a_look_alike_beside_its_value_is_quoted_and_comes_back(redactor, text):
    sent = redactor.redact(text)
    assert text == own(redactor, sent)
    assert sent.text == redactor.redact(sent.text).text
    assert text == own(redactor, pack.redactor(pack.vault_of(redactor)).redact(text))


@pytest.mark.parametrize("text", look_alikes())
def test_after_a_quotation_and_a_restart_the_same_surrogates_may_leave(redactor, text):
    redactor.redact(text)
    again = pack.redactor(pack.vault_of(redactor))
    plain = f"password={PASSWORD} arn:aws:iam::{ACCOUNT} LedgerReconciler payflow a.corp.acme.test"
    sent = again.redact(plain)
    assert sent.text == redactor.redact(plain).text
    assert not again.stands_in(sent.text.encode())


def test_a_quoted_look_alike_is_reported_as_such(redactor):
    name = redactor.redact("LedgerReconciler").text
    assert [QUOTED, "acme"] == [finding.rule_id for finding in redactor.redact(f"{name} is LedgerReconciler").findings]


def test_look_alikes_that_overlap_each_other_come_back(redactor):
    digits = [redactor.redact(f"arn:aws:iam::{n}").text[13:] for n in range(111111111111, 111111111211)]
    one, other = next((a, b) for a in digits for b in digits if a != b and a[-1] == b[0])
    values = " ".join(redactor.restore(f"arn:aws:iam::{n}") for n in (one, other))
    text = f"{one}{other[1:]} {values}"
    sent = redactor.redact(text)
    assert text == own(redactor, sent)


def test_a_surrogate_alone_stays_what_it_is(redactor):
    digits = redactor.redact(f"arn:aws:iam::{ACCOUNT}").text
    assert digits == redactor.redact(digits).text


def test_a_surrogate_is_never_a_value_of_somebody_else():
    first = pack.redactor()
    digits = first.redact(f"arn:aws:iam::{ACCOUNT}").text
    second = pack.redactor()  # another machine, where that surrogate came first and is taken for a value
    second.redact(digits)
    sent = second.redact(f"arn:aws:iam::{ACCOUNT}")
    assert sent.text != digits
    assert not second.stands_in(sent.text.encode())
    third = pack.redactor()
    both = third.redact_all([Text(digits), Text(f"arn:aws:iam::{ACCOUNT}")])
    assert [digits, f"arn:aws:iam::{ACCOUNT}"] == [own(third, sent) for sent in both]


def test_a_taken_surrogate_gives_way_to_the_next():
    class Narrow(Mint):
        def label(self, kind, _value, counter=0):
            return super().label(kind, "same", counter)

    redactor = Redactor(pack.RULES, [pack.patterns()], Narrow(pack.KEY), MemoryVault(), KnownValues())
    text = "\n".join(f"password=hunter2-{n:04}" for n in range(20))
    assert text == redactor.restore(redactor.redact(text).text)


# -- actions


def test_what_is_blocked_is_named(redactor):
    assert ("board-paper",) == redactor.redact("see BOARD-PAPER-1234 and BOARD-PAPER-5678").blocked


def test_what_is_reported_stays_and_is_not_remembered(redactor):
    sent = redactor.redact("TICKET-123456")
    assert "TICKET-123456" == sent.text
    assert (Finding(0, 13, "ticket"),) == sent.findings
    assert [] == list(pack.vault_of(redactor).records())


def test_only_what_is_certain_counts_in_a_sealed_text(redactor):
    assert () == redactor.redact_all([Text(f"password={PASSWORD}", sealed=True)])[0].findings
    assert [] == list(pack.vault_of(redactor).records())
    assert not redactor.stands_in(PASSWORD.encode())
    redactor.redact(f"password={PASSWORD}")
    assert redactor.redact_all([Text(f"password={PASSWORD}", sealed=True)])[0].findings
    assert redactor.redact_all([Text("dtk_8Jq2mVx91LpZt0Ye", sealed=True)])[0].findings


@pytest.mark.parametrize(
    ("text", "near", "found"),
    [
        (PASSWORD, "password", PASSWORD),
        (ACCOUNT, "account_id", ACCOUNT),
        (PASSWORD, "title", None),
        ("${PASSWORD}", "password", None),
        ("", "password", None),
    ],
)
def test_the_key_a_text_stands_under_may_tell_what_it_is(redactor, text, near, found):
    sent = redactor.redact(text, near)
    assert ([found] if found else []) == [text[f.start : f.end] for f in sent.findings]
    assert text == own(redactor, sent)


# -- failures


class FullVault(MemoryVault):
    def put(self, _records):
        raise VaultError("the disk is full")


def test_without_a_vault_nothing_is_redacted_and_no_value_is_said():
    redactor = pack.redactor(FullVault())
    for _ in range(2):
        with pytest.raises(VaultError) as failed:
            redactor.redact(f"password={PASSWORD}")
        assert PASSWORD not in everything_said(failed.value)
    assert "nothing" == redactor.redact("nothing").text


def test_a_vault_that_comes_back_is_used():
    vault = MemoryVault()
    redactor = pack.redactor(vault)
    vault.put = FullVault().put
    with pytest.raises(VaultError):
        redactor.redact(f"password={PASSWORD}")
    del vault.put
    assert f"password={PASSWORD}" == redactor.restore(redactor.redact(f"password={PASSWORD}").text)
    assert PASSWORD not in redactor.redact(f"say {PASSWORD}").text


def test_a_detector_that_gives_up_lets_nothing_through():
    def slow(_text):
        raise DetectionError("slow-rule")

    redactor = Redactor(pack.RULES, [slow], Mint(pack.KEY), MemoryVault(), KnownValues())
    for _ in range(2):
        with pytest.raises(DetectionError, match="slow-rule"):
            redactor.redact("anything")


def test_nothing_shows_a_value_by_its_repr(redactor):
    sent = redactor.redact(f"password={PASSWORD}")
    shown = [repr(one) for one in (sent, sent.records, Text(PASSWORD, PASSWORD), redactor, pack.vault_of(redactor))]
    assert PASSWORD not in "".join(shown)


# -- beside the body


def test_find_mints_nothing_and_sees_what_redact_sees(redactor):
    assert [Finding(9, 19, "password")] == redactor.find(f"password={PASSWORD}")
    assert [] == list(pack.vault_of(redactor).records())


def test_scrubbed_words_hold_a_star_for_what_was_found(redactor):
    assert "model-*-v1" == redactor.scrubbed("model-LedgerReconciler-v1")
    assert "" == redactor.scrubbed("")


def test_a_restorer_of_the_whole_vault_grows_with_it(redactor):
    assert "x" == redactor.restore("x")
    sent = redactor.redact(f"password={PASSWORD}").text
    assert PASSWORD in redactor.restore(sent)
    stream = redactor.stream()
    assert f"password={PASSWORD}" == "".join(map(stream.feed, sent)) + stream.flush()


def test_threads_that_share_a_redactor_agree(redactor):
    texts = [f"password=hunter2-{n % 9:03} LedgerReconciler {n}" for n in range(60)]
    wanted = [pack.redactor().redact(text).text for text in texts]
    got = {}

    def work(part):
        for text in texts[part::4] + texts:
            got[part, text] = redactor.redact(text).text

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {text: sent for (_, text), sent in got.items()} == dict(zip(texts, wanted, strict=True))


def test_a_record_does_not_show_its_value():
    assert PASSWORD not in repr(Record("RDX_X_0123456789AB", PASSWORD, "X", "label", "secret"))


def never_back(rule_id, **more):
    """The invented company, where a rule says that its values never come back."""
    rules = [rule.model_copy(update={"restore": rule.id != rule_id}) for rule in pack.RULES]
    return Redactor(rules, pack.detectors(), Mint(pack.KEY), more.get("vault") or MemoryVault(), KnownValues())


@pytest.mark.parametrize(
    ("rule_id", "value"), [("password", PASSWORD), ("aws-account", ACCOUNT), ("acme", "LedgerReconciler")]
)
def test_what_must_never_come_back_stays_a_surrogate(rule_id, value):
    redactor = never_back(rule_id)
    tally = Counter()
    text = f'password="{PASSWORD}" arn:aws:iam::{ACCOUNT}:role/x LedgerReconciler'
    sent = redactor.redact(text)
    assert value not in own(redactor, sent)
    redactor.restorer(sent.records).restore(sent.text, tally=tally)
    assert {"restored": 2, "withheld": 1} == tally
    assert value not in redactor.restore(sent.text)


def test_what_was_found_before_a_rule_said_so_never_comes_back_either():
    vault = MemoryVault()
    sent = pack.redactor(vault).redact(f"password={PASSWORD}")
    assert PASSWORD in pack.redactor(vault).restore(sent.text)
    assert PASSWORD not in never_back("password", vault=vault).restore(sent.text)
