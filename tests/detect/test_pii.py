"""Personal data in prose: found by Presidio's recognizers, without a network, a model, or an import that nobody asked for."""

import json
import logging
import os
import random
import subprocess
import sys
import time

import pytest

from redact.detect import pii
from redact.detect.examples import can_be_tried, problems
from redact.errors import DetectionError, RuleError
from redact.rules import parse

CARD, IBAN, SSN = "4242 4242 4242 4242", "DE89 3704 0044 0532 0130 00", "536-22-8714"
PROSE = f"My card is {CARD},\nplease send it back to {IBAN}.\nYours, Jane ({SSN})\n"
CODE = f'import os\n\ndef pay(card: str) -> None:\n    number = "{CARD}"\n    send(number)\n'


def rules(*names, **more):
    fields = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in more.items())
    pack = "".join(
        f"- id: r{number}\n  title: t\n  category: pii\n  presidio: [{name}]\n  matches: [«1»]\n  rejects: [x]\n{fields}"
        for number, name in enumerate(names)
    )
    return parse(f"rules:\n{pack}", "pack.yaml")


@pytest.fixture(scope="module")
def find():
    return pii.detector(rules("CreditCardRecognizer", "IBAN_CODE", "UsSsnRecognizer"))


def found(find, text):
    return [text[f.start : f.end] for f in sorted(find(text))]


# -- finding


def test_what_recognizers_find_is_found_where_it_stands(find):
    assert [CARD, IBAN, SSN] == found(find, PROSE)
    assert ["r0", "r1", "r2"] == [finding.rule_id for finding in sorted(find(PROSE))]


def test_offsets_are_right_behind_other_alphabets_and_far_into_a_text(find):
    text = "Größe 🦆 und Maß.\n" * 3000 + PROSE + "こんにちは 7\n" * 500
    assert [CARD, IBAN, SSN] == found(find, text)


def test_a_number_is_found_wherever_stretches_are_cut(find):
    for filler in range(4000, 4200, 7):
        assert CARD in found(find, f"{'9 x ' * (filler // 4)}{'y' * (filler % 4)} {CARD} ends")


def test_what_is_weak_by_itself_counts_only_near_a_keyword():
    text = "ticket 536228714 of today" + " and so on" * 30 + ", her SSN: 536228714"
    assert [] == found(pii.detector(rules("US_SSN")), text)
    near = pii.detector(rules("US_SSN", keywords=["ssn"], window=32))
    assert [len(text) - 9] == [finding.start for finding in near(text)]


def test_allow_validators_and_entropy_hold():
    assert [] == found(pii.detector(rules("CREDIT_CARD", allow={"values": [CARD]})), PROSE)
    assert [] == found(pii.detector(rules("CREDIT_CARD", allow={"patterns": ["^4242"]})), PROSE)
    assert [] == found(pii.detector(rules("CREDIT_CARD", entropy=3)), PROSE)
    assert [] == found(pii.detector(rules("US_SSN", validators=["luhn"])), PROSE)


# -- prose


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f'{{\n  "card": "{CARD}",\n  "on": true\n}}\n',
        f'{{"card": "{CARD}"}}',
        f"<card>{CARD}</card>",
        f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-card\n+{CARD}\n",
        f"CARD={CARD}\nNAME=x\n",
        f'#include <stdio.h>\nint main() {{\n  puts("{CARD}");\n}}\n',
        f"INSERT INTO cards VALUES ('{CARD}');\nSELECT 1;\n",
    ],
)  # fmt: skip
def test_code_and_data_are_not_read(find, text):
    assert [] == found(find, text)


@pytest.mark.parametrize(
    "text",
    [
        f"return my call, use card {CARD}",
        f"use card {CARD}\nand let me know if it works\n",
        f"From: Jane\nTo: shop\n\nHello,\nmy card is {CARD}. It was declined (twice).\nBest, Jane",
        f"- first, the card: {CARD}\n- then the rest\n",
        f"Why does this fail?\n\n```python\nx = 1\n```\n\nMy card is {CARD}.",
        CARD,
    ],
)
def test_what_people_write_is_read(find, text):
    assert [CARD] == found(find, text)


def test_fenced_code_is_cut_out_whatever_its_fence(find):
    for fence in ("```", "~~~", "````"):
        assert [] == found(find, f"Look here:\n{fence}js\npay({CARD})\n{fence}\nand tell me.")
        assert [CARD] == found(find, f"Look here:\n{fence}js\nx\n{fence}\nand tell me {CARD}.")
        assert [] == found(find, f"Never closed:\n{fence}\nit was {CARD} here")
    text = "a b c\n```\n~~~\nx\n```\nnext\n"
    assert ["a b c\n", "\nnext\n"] == [text[start:end] for start, end in pii.prose(text)]


def test_a_text_of_digits_alone_is_read_up_to_the_budget(find):
    digits = " ".join(str(random.Random(5).randrange(10**6)) for _ in range(300_000))
    assert pii.BUDGET >= sum(end - start for start, end in pii.stretches(digits)) > 0.9 * pii.BUDGET
    started = time.process_time()
    find(digits)
    assert time.process_time() - started < 30


def test_stretches_hold_every_digit_of_a_short_text():
    text = "".join(random.Random(6).choices("ab 0123\n", k=20_000))
    covered = {index for start, end in pii.stretches(text) for index in range(start, end)}
    assert {index for index, character in enumerate(text) if character.isdigit()} <= covered


def test_a_text_without_digits_is_not_read_at_all():
    assert [] == list(pii.stretches("nothing to see here\n" * 1000))


# -- what may be named


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("EmailRecognizer", "downloads a list of domains"),
        ("EMAIL_ADDRESS", "downloads a list of domains"),
        ("URL", "downloads a list of domains"),
        ("PERSON", "needs a language model"),
        ("SpacyRecognizer", "needs a language model"),
        ("AzureAILanguageRecognizer", "sends the text to a service"),
        ("credit-card", "neither a recognizer"),
    ],
)
def test_what_would_reach_out_is_refused_with_its_reason(name, why):
    with pytest.raises(RuleError, match=why):
        rules(name)


def test_an_unknown_recognizer_is_refused_with_the_nearest():
    with pytest.raises(
        RuleError, match=r"pack\.yaml:2 r0: presidio: Presidio has no 'CreditCadRecognizer'; did you mean 'CreditCardR"
    ):
        pii.detector(rules("CreditCadRecognizer"))
    with pytest.raises(RuleError, match="'US_SNN'; did you mean 'US_SSN'"):
        pii.detector(rules("US_SNN"))


def test_nothing_that_is_refused_can_be_made():
    every = pii._recognizers()
    assert len(every) > 50
    assert not {name for name in every if name in pii.REFUSED}
    assert not {entity for kind in every.values() for entity in kind().supported_entities if entity in pii.REFUSED}


def test_without_presidio_a_rule_that_is_on_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pii, "is_installed", lambda: False)
    on, off = rules("US_SSN"), rules("US_SSN", enabled=False)
    (problem,) = problems(on)
    assert str(problem).startswith("pack.yaml:2 r0: presidio: Presidio is not installed; pip install 'redact[pii]'")
    assert [] == list(problems(off))
    assert not can_be_tried(off[0])
    with pytest.raises(RuleError):
        pii.detector(on)


def test_rules_that_name_nothing_make_no_detector():
    assert pii.detector([]) is None


# -- failures, logs, network


def test_a_recognizer_that_fails_or_runs_out_of_time_stops_the_text(monkeypatch):
    find = pii.detector(rules("US_SSN"))
    (recognizer,) = [recognizer for _, recognizer, _ in find._wanted]

    class Slow:
        def finditer(self, *_args, **_more):
            raise TimeoutError

    recognizer.patterns[0].compiled_regex = Slow()
    recognizer.patterns[0].compiled_with_flags = recognizer.global_regex_flags
    with pytest.raises(DetectionError) as error:
        find(PROSE)
    assert error.value.__context__ is None
    monkeypatch.setattr(recognizer, "analyze", lambda *_: 1 / 0)
    with pytest.raises(DetectionError):
        find(PROSE)
    recognizer.patterns[0].compiled_regex = None


def test_what_presidio_says_of_values_reaches_no_log(caplog):
    with caplog.at_level(logging.DEBUG):
        found(pii.detector(rules("IbanRecognizer")), f"{PROSE} and DE89 3704 0044 0532 0130 -- X")
        logging.getLogger("presidio-analyzer").error("Failed to validate text %s", IBAN)
    assert IBAN not in caplog.text


def test_neither_importing_nor_finding_needs_a_socket():
    program = f"""
import socket
asked = []
class Refused(socket.socket):
    def __init__(self, family=-1, *_args, **_more):
        asked.append(family)
        raise OSError("no sockets here")
def refused(*_args, **_more):
    raise SystemExit("a name was looked up, or a connection made")
socket.socket = Refused
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refused
from redact.detect import pii
from redact.rules import parse
every = pii._recognizers()
rule = "- {{{{id: r{{}}, title: t, category: pii, presidio: [{{}}], matches: [«1»], rejects: [x]}}}}\\n"
find = pii.detector(parse("rules:\\n" + "".join(rule.format(n, name) for n, name in enumerate(every)), "p"))
print(len(find({PROSE!r} + "see jane.roe@acme.test, http://acme.test/x?1, +1 (415) 555-2671")) > 3)
# urllib3, which Presidio brings, asks while it is imported whether this machine has IPv6; nobody else asks for anything.
print(set(asked) <= {{socket.AF_INET6}}, len(asked) < 2)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=clean(), check=False)
    assert (0, "True\nTrue True\n") == (done.returncode, done.stdout), done.stderr


def test_nothing_is_imported_where_no_rule_names_a_recognizer(tmp_path):
    program = """
import sys
import redact
with redact.open(sys.argv[1]) as opened:
    opened.redact("My card is 4242 4242 4242 4242")
print([name for name in sys.modules if name.partition(".")[0] in ("presidio_analyzer", "spacy", "thinc", "tldextract", "phonenumbers")])
"""
    (tmp_path / "redact.yaml").write_text("state_dir: ./state\n")
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "redact.yaml"],
        capture_output=True,
        text=True,
        env=clean(),
        check=False,
    )
    assert (0, "[]\n") == (done.returncode, done.stdout), done.stderr


def clean():
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HOME": "/nonexistent"}
