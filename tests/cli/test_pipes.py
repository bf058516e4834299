"""`redact sanitize` and `redact restore`: every byte that is not replaced stays, and every value comes back."""

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import TOKEN


def test_a_value_goes_and_comes_back(redact, config):
    said = f"x = '{TOKEN}'; LedgerReconciler on db.corp.acme.example, account 123456789012\n".encode()
    sent = redact("sanitize", "--config", config, stdin=said)
    assert (0, b"") == (sent.exit_code, sent.stderr_bytes)
    for value in (TOKEN, "LedgerReconciler", "acme.example", "123456789012"):
        assert value.encode() not in sent.stdout_bytes
    back = redact("restore", "--config", config, stdin=sent.stdout_bytes)
    assert (0, said, b"") == (back.exit_code, back.stdout_bytes, back.stderr_bytes)


def test_the_same_value_gets_the_same_surrogate_in_every_run(redact, config):
    once, twice = (redact("sanitize", "--config", config, stdin=TOKEN.encode()).stdout for _ in range(2))
    assert once == twice
    assert once.startswith("RDX_ACME_TOKEN_")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"no line feed",
        b"one\r\ntwo\rthree\n\n",
        b"\xef\xbb\xbfwith a mark\n",
        b"latin \xe9 and \xff\xfe\x00 bytes",
        "ö 🦆 \u2028 \x85".encode(),
        b"\xed\xa0\x80 half a pair \xf0\x9f",
    ],
)
def test_bytes_that_hold_nothing_stay_as_they_are(redact, config, data):
    assert data == redact("sanitize", "--config", config, stdin=data).stdout_bytes
    assert data == redact("restore", "--config", config, stdin=data).stdout_bytes


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.one_of(st.just(TOKEN.encode()), st.just(b" ledger_reconciler "), st.binary(max_size=6))).map(b" ".join)
)
def test_whatever_the_bytes_restoring_undoes_sanitizing(redact, config, data):
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    sent = redact("sanitize", "--config", config, stdin=data).stdout_bytes
    assert TOKEN.encode() not in sent
    assert data == redact("restore", "--config", config, stdin=sent).stdout_bytes


def test_a_rule_that_blocks_leaves_nothing_on_stdout(redact, config):
    result = redact("sanitize", "--config", config, stdin=b"BLOCK-123456789012")
    assert (1, b"") == (result.exit_code, result.stdout_bytes)
    assert result.stderr == "redact: a rule forbids this to leave; nothing was written (acme-never) at stdin\n"


def test_what_is_only_reported_stays(redact, config):
    assert b"WATCH-123456789012" == redact("sanitize", "--config", config, stdin=b"WATCH-123456789012").stdout_bytes


def test_utf_16_is_refused_as_no_rule_could_read_it(redact, config):
    result = redact("sanitize", "--config", config, stdin=f"x = {TOKEN}".encode("utf-16"))
    assert (2, b"") == (result.exit_code, result.stdout_bytes)
    assert "UTF-8" in result.stderr


def test_a_vault_that_cannot_be_kept_lets_nothing_through(redact, config, tmp_path):
    (tmp_path / "state").write_text("a file where the folder should be")
    result = redact("sanitize", "--config", config, stdin=TOKEN.encode())
    assert (2, b"") == (result.exit_code, result.stdout_bytes)
    assert TOKEN not in result.stderr


def test_restoring_is_done_as_the_text_comes(redact, program, config):
    sent = redact("sanitize", "--config", config, stdin=TOKEN.encode()).stdout_bytes
    with program("restore", "--config", config) as running:
        running.stdin.write(b"first " + sent + b" then ")
        running.stdin.flush()
        said = f"first {TOKEN} then ".encode()
        assert said == running.stdout.read(len(said))
        running.stdin.write(sent[:7])
        running.stdin.close()
        assert sent[:7] == running.stdout.read()
        assert 0 == running.wait(20)


def test_a_reader_that_goes_away_ends_it_quietly(program, config):
    with program("sanitize", "--config", config) as running:
        running.stdout.close()
        running.stdin.write(b"x" * 1_000_000)
        running.stdin.close()
        assert 1 == running.wait(20)
        assert b"" == running.stderr.read()


def test_what_was_kept_is_sealed(redact, config, tmp_path):
    other = b"acme_3Xw8Kq2Lm4Zx9Tr7Vw1Yb3Nc"  # not the example that stands in the rule
    redact("sanitize", "--config", config, stdin=other)
    kept = [path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert kept
    assert not [data for data in kept if other in data]
