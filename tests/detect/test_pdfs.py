"""PDFs read in a process that may be killed."""

import json
import time
import zlib

import pytest

from redact import pdf
from redact.detect.pdfs import Pdfs
from redact.errors import BlockedError
from redact.exchange import Exchange
from tests import pack, papers


@pytest.fixture
def pdfs():
    made = Pdfs(deadline=2)
    yield made
    made.close()


def endless():
    """A page that takes pypdf minutes to read: a hundred kilobytes, compressed."""
    drawn = zlib.compress(b"BT /F1 12 Tf (a) Tj 1 0 0 1 7 7 Tm ET\n" * 1_500_000)
    return papers.drawn_pdf(drawn, b"/Filter /FlateDecode ")


def test_it_reads_what_pypdf_reads(pdfs):
    paper = papers.pdf("password=hunter2-x9")
    assert pdf.pages(paper) == pdfs(paper)
    assert "password=hunter2-x9" in "\n".join(pdfs(paper))
    assert pdfs(b"%PDF-1.4 broken") is None


def test_what_hangs_is_given_up_and_the_next_is_read(pdfs):
    began = time.monotonic()
    assert pdfs(endless()) is None
    assert time.monotonic() - began < 25
    assert pdfs(papers.pdf("x")) is not None


def test_what_could_not_be_read_does_not_leave(pdfs):
    source = {"type": "base64", "media_type": "application/pdf", "data": papers.b64(endless())}
    body = {"messages": [{"role": "user", "content": [{"type": "document", "source": source}]}]}
    exchange = Exchange(pack.redactor(), pack.DIALECTS["anthropic-messages"], pages=pdfs)
    with pytest.raises(BlockedError, match="cannot be read"):
        exchange.request(json.dumps(body).encode())
