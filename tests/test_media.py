"""What bytes are: text after all, a PDF with its text, pictures and sound, or what nobody here can read."""

import pytest

from redact.media import content_of

from .papers import PNG, ZIP, pdf


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"plain", "text"),
        ("é\t\r\n\x1b[0m".encode(), "text"),
        (b"", "text"),
        (b"a\0b", "other"),
        (b"\xff\xfea\0", "other"),
        (PNG, "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"GIF89a", "image"),
        (b"RIFF1234WEBP", "image"),
        (b"RIFF1234WAVE", "audio"),
        (b"ID3\x04", "audio"),
        (b"OggS\0", "audio"),
        (b"\0\0\0 ftypisom", "video"),
        (b"\x1aE\xdf\xa3", "video"),
        (ZIP, "other"),
        (b"\x80abc", "other"),
        (b"%PDF-1.4 broken", "other"),
    ],
)
def test_kinds(data, kind):
    assert kind == content_of(data).kind


def test_the_text_of_a_pdf():
    content = content_of(pdf("password=hunter2-x9"))
    assert "pdf" == content.kind
    assert "password=hunter2-x9" in "\n".join(content.texts)
    assert "hunter2" not in repr(content)


def test_a_crafted_pdf_raises_nothing():
    whole = pdf("x")
    for at in range(0, 600, 7):
        assert content_of(whole[:at] + b"<<[(" + whole[at + 3 :]).kind in ("pdf", "other", "text")


def test_what_takes_a_while_is_announced():
    sizes = []
    content_of(pdf("x"), before_reading=sizes.append)
    content_of(PNG, before_reading=sizes.append)
    assert [1 << 20] == sizes
