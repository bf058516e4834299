"""Bodies that are no plain JSON, through an exchange: forms, files, lines, and media inside JSON."""

import base64
import json

import pytest

from redact.errors import BlockedError, UnreadableError
from redact.sanitizer import MEDIA

from . import pack
from .pack import exchange
from .papers import PNG, ZIP, b64, field, form, pdf, upload

FORM = "multipart/form-data; boundary=b0undary"
VALUES = (b"hunter2-x9", b"jane.roe@acme.test", b"LedgerReconciler", b"payflow")


def sent(body, kind=FORM, dialect="files", **more):
    made = exchange(dialect)
    made._media = {**MEDIA, **more}
    out = made.request(body, kind)
    return out, made.report


def test_every_part_of_a_form_is_redacted_its_file_names_too():
    body = form(
        field("purpose", "batch"),
        field("note", "password=hunter2-x9"),
        upload("LedgerReconciler.py", b"PASSWD:hunter2-x9\n# jane.roe@acme.test\n", "text/x-python"),
        upload("a.json", b'{\n  "password": "hunter2-x9",\n  "n": 1.50\n}\n', "application/json"),
        upload("b.jsonl", b'{"body": {"messages": [{"role": "user", "content": "payflow"}]}}\n', "application/jsonl"),
    )
    out, report = sent(body)
    assert not [value for value in VALUES if value in out]
    assert 5 == out.count(b"--b0undary\r\n")
    assert b'{\n  "password": "RDX_PASSWORD_' in out
    assert b'",\n  "n": 1.50\n}\n' in out
    assert b'name="purpose"\r\n\r\nbatch\r\n' in out
    assert 1 <= report.rules["mail"]


def test_a_form_in_which_nothing_is_found_stays_as_it_is():
    body = form(field("purpose", "batch"), upload("a.txt", b"hello"), upload("a.jsonl", b'{ "a" : 1 }\r\n'))
    assert body == sent(body)[0]


@pytest.mark.parametrize("dialect", ["openai-chat", "generic", "files"])
def test_forms_are_read_on_every_path(dialect):
    assert b"hunter2-x9" not in sent(form(field("prompt", "password=hunter2-x9")), dialect=dialect)[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.png", PNG),
        ("x.wav", b"RIFF1234WAVE"),
        ("x.mp4", b"\0\0\0 ftypisom"),
        ("x.pdf", pdf("hello")),
    ],
)
def test_media_passes_and_is_counted(name, content):
    body = form(upload(name, content))
    out, report = sent(body)
    assert body == out
    [rule] = report.rules
    assert rule.startswith("media-")


def refused(body, kind=FORM, dialect="files", **more):
    with pytest.raises(BlockedError) as blocked:
        sent(body, kind, dialect, **more)
    assert "hunter2" not in str(blocked.value)
    return blocked.value.rule_ids


def test_what_cannot_be_read_is_refused_unless_policy_says_otherwise():
    body = form(upload("x.zip", ZIP))
    assert ("media-other",) == refused(body)
    assert body == sent(body, other="allow")[0]
    assert ("media-image",) == refused(form(upload("x.png", PNG)), image="block")


def test_what_is_found_in_a_pdf_blocks():
    body = form(upload("x.pdf", pdf("password=hunter2-x9")))
    assert ("password",) == refused(body)
    assert body == sent(body, pdf="allow")[0]


def image_url(data):
    said = {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_data": data, "filename": "x"}}]}]}
    return json.dumps(said, separators=(",", ":")).encode()


@pytest.mark.parametrize("prefix", ["", "data:application/pdf;base64,"], ids=["bare", "url"])
def test_what_is_found_in_a_pdf_inside_json_blocks(prefix):
    body = image_url(prefix + b64(pdf("password=hunter2-x9")))
    assert ("password",) == refused(body, "", "openai-chat")
    fine = image_url(prefix + b64(pdf("hello")))
    out, report = sent(fine, "", "openai-chat")
    assert fine == out
    assert {"media-pdf": 1} == dict(report.rules)


@pytest.mark.parametrize("times", [1, 200], ids=["short", "long"])
def test_text_in_base64_is_redacted_inside(times):
    body = image_url("data:text/plain;base64," + b64(b"password=hunter2-x9\n" + b"more text\n" * times))
    out, _ = sent(body, "", "openai-chat")
    data = json.loads(out)["messages"][0]["content"][0]["file"]["file_data"]
    assert data.startswith("data:text/plain;base64,")
    text = base64.b64decode(data.partition(",")[2])
    assert text.startswith(b"password=RDX_PASSWORD_")
    assert text.endswith(b"\n" + b"more text\n" * times)


def test_json_in_base64_keeps_its_form():
    inside = b'{"messages": [{"content": "password=hunter2-x9 \\u00e9"}], "n": 1.50}'
    body = json.dumps({"input": {"invokeModel": {"body": b64(inside)}}}).encode()
    out, _ = sent(body, "application/json", "bedrock-converse")
    text = base64.b64decode(json.loads(out)["input"]["invokeModel"]["body"])
    assert b"hunter2-x9" not in text
    assert text.endswith(b' \\u00e9"}], "n": 1.50}')


def test_archives_in_base64_are_refused():
    assert ("media-other",) == refused(image_url(b64(ZIP * 200)), "", "openai-chat")


def test_lines_are_read_as_requests():
    line = {"custom_id": "1", "body": {"messages": [{"role": "user", "content": "password=hunter2-x9"}]}}
    out, _ = sent(json.dumps(line).encode() + b"\n\n" + json.dumps(line).encode(), "application/jsonl", "openai-chat")
    assert 2 == len(out.splitlines())
    assert b"hunter2-x9" not in out


def test_a_file_alone_is_read_as_what_it_is():
    assert b"hunter2-x9" not in sent(b"password=hunter2-x9", "text/plain")[0]
    assert ("media-other",) == refused(ZIP, "application/zip")
    assert b"hunter2-x9" not in sent(b'{"file": {"display_name": "password=hunter2-x9"}}', "application/json")[0]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-protobuf", "application/x-www-form-urlencoded"])
def test_other_kinds_are_refused_where_no_file_may_stand(kind):
    with pytest.raises(UnreadableError) as error:
        exchange("openai-chat").request(b"a=b", kind)
    assert ("content-type", 415) == (error.value.code, error.value.status)


def test_json_is_read_whatever_it_is_called():
    assert b"hunter2-x9" not in exchange("openai-chat").request(b'{"a":"password=hunter2-x9"}', "text/plain")


def test_a_pdf_is_not_read_in_the_event_loop():
    over = pack.redactor()
    body = image_url(b64(pdf("hello") + b" " * 3_000_000))
    assert exchange("openai-chat", over).request_at_once(body) is None
    assert body == exchange("openai-chat", over).request(body)
