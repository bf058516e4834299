"""`redact sanitize` and `redact restore`: stdin to stdout. Knows bytes and the core; keeps every byte that is not replaced.

Strategy: what is no UTF-8 is carried through as lone surrogates (PEP 383) and written as it came.
"""

from __future__ import annotations

import codecs
import io
import sys
from contextlib import closing
from pathlib import Path
from typing import cast

import click

from redact import app, settings
from redact.cli import options
from redact.errors import BlockedError, UnreadableError

_STEP = 1 << 16
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@click.command(short_help="Redact what comes on stdin.")
@options.config
def sanitize(config: Path | None) -> None:
    """Redact what comes on stdin and write it to stdout, byte for byte but for the values found.

    The surrogates are the filter's own, so an answer to this text can be restored. Where a rule blocks, nothing is written
    and the exit code is 1.

    \b
    Example:  git diff | redact sanitize > prompt.txt
    """
    data = sys.stdin.buffer.read()
    if data.startswith(_UTF16):
        raise UnreadableError(
            "encoding", "stdin is UTF-16, in which no rule finds anything; make it UTF-8 first (iconv -t UTF-8)"
        )
    with closing(app.core(settings.read(config))) as core:
        redaction = core.redactor.redact(data.decode("utf-8", "surrogateescape"))
    if redaction.blocked:
        blocked = BlockedError(redaction.blocked, "stdin", "a rule forbids this to leave; nothing was written")
        click.echo(f"redact: {blocked}", err=True)
        sys.exit(1)
    sys.stdout.buffer.write(redaction.text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


@click.command(short_help="Restore what comes on stdin.")
@options.config
def restore(config: Path | None) -> None:
    """Put the values back into what comes on stdin and write it to stdout, as it comes.

    Only surrogates of this state directory are known; any other stays as it is.

    \b
    Example:  redact restore < answer.md
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with closing(app.core(settings.read(config))) as core:
        stream = core.redactor.stream()
        source = cast("io.BufferedIOBase", sys.stdin.buffer)
        while data := source.read1(_STEP):
            _write(stream.feed(decoder.decode(data)))
        _write(stream.feed(decoder.decode(b"", final=True)) + stream.flush())


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
