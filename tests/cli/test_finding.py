"""Findings get the right place, and many processes find what one does."""

from hypothesis import given
from hypothesis import strategies as st

from redact.cli import finding
from redact.cli.finding import finder, places, scan_files
from redact.errors import DetectionError

from .conftest import TOKEN


@given(st.text(alphabet="ab\né🦆\r", max_size=40))
def test_a_place_counts_lines_and_columns_from_one(text):
    place = places(text)
    for offset in range(len(text) + 1):
        before = text[:offset].split("\n")
        assert (len(before), len(before[-1]) + 1) == place(offset)


def test_a_hit_says_where_it_begins_and_ends(config):
    (hit,) = finder(config).hits(f"é\n🦆 = {TOKEN}\n")
    assert (6, 6 + len(TOKEN), "acme-token", 2, 5, 2, 5 + len(TOKEN), False) == hit


def test_a_hit_may_span_lines(config, tmp_path):
    pack = "rules: [{id: two-lines, title: x, category: secret, pattern: 'BEGIN\\nEND', matches: [\"«BEGIN\\nEND»\"], rejects: [x]}]"
    (tmp_path / "two.yaml").write_text(pack)
    config.write_text("rules: [./two.yaml]\nstate_dir: ./state\n")
    (hit,) = finder(config).hits("x BEGIN\nEND")
    assert (1, 3, 2, 4) == hit[3:7]


def test_what_a_rule_allows_is_no_hit_and_what_it_reports_is(config):
    assert ["acme-watched"] == [hit.rule_id for hit in finder(config).hits("PUBLIC-123456789012 WATCH-123456789012")]


def test_surrogates_of_ours_are_no_hits(redact, config):
    sent = redact("sanitize", "--config", config, stdin=f"x = {TOKEN}".encode()).stdout
    assert () == finder(config).hits(sent)


def test_many_processes_find_what_one_does_in_the_same_order(config, tmp_path, monkeypatch):
    paths = [tmp_path / f"{number}.txt" for number in range(30)]
    for number, path in enumerate(paths):
        path.write_text(f"x\n{TOKEN}\n" * (number % 4))
    paths.insert(3, tmp_path / "not there")
    paths.insert(9, tmp_path / "binary")
    (tmp_path / "binary").write_bytes(b"\0")
    alone = list(scan_files(config, paths, 1))
    monkeypatch.setattr(finding, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(finding, "_BATCH", 20_000)
    assert alone == list(scan_files(config, paths, 2))
    assert ["No such file or directory"] == [result.trouble for result in alone if result.trouble]
    assert 1 == sum(result.binary for result in alone)
    assert sum(number % 4 for number in range(30)) == sum(len(result.hits) for result in alone)


def test_a_rule_that_runs_out_of_time_is_trouble_with_that_file_only(config, tmp_path, monkeypatch):
    slow, quick = tmp_path / "slow.txt", tmp_path / "quick.txt"
    slow.write_text("slow")
    quick.write_text(TOKEN)
    find = finder(config)
    hits = find.hits

    def sometimes(text, path):
        if text == "slow":
            raise DetectionError("acme-token")
        return hits(text, path)

    monkeypatch.setattr(find, "hits", sometimes)
    first, second = scan_files(config, [slow, quick])
    assert "acme-token" in first.trouble
    assert second.hits


def test_a_file_of_many_hits_is_scanned_to_its_end(config):
    hits = finder(config).hits("account 123456789012\n" * 30_000)
    assert list(range(1, 30_001)) == [hit.line for hit in hits]
