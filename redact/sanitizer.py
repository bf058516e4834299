"""A request on its way out: every string of it redacted where it stands. Knows documents and texts; knows no answer and no sockets.

Strategy: a body is parsed once, its texts redacted together, and it is written from that parse: what was not parsed cannot leave.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote

from redact import jsontext, media, spans
from redact.beside import Beside
from redact.dialects.base import Dialect
from redact.documents import Document, document_of
from redact.engine import Redactor, Text
from redact.errors import BlockedError, UnreadableError
from redact.model import Action, Record, Redaction
from redact.paths import UNSETTLED, Mark, Settled, Slot, is_number, path_to, shown, slots
from redact.report import Report

LEAK = "leak-check"
_KEPT = (Mark.GIVEN, Mark.SEALED, Mark.MEDIA)
"""What is not edited: there, only what is certain counts."""
_SMALL_MEDIA = 1024
"""Shorter media is scanned: a key alone is valid base64 too."""
MEDIA: Mapping[str, Action] = MappingProxyType(
    {"pdf": "report", "image": "report", "audio": "report", "video": "report", "other": "block"}
)
"""What is done with what is no text. `allow` looks into nothing; else a PDF's text is scanned, too."""


class _Wanted(NamedTuple):
    """A slot and the texts in it that are to be redacted."""

    slot: Slot
    first: int  # index of its first text
    literals: list[jsontext.Literal] | None
    around: str | None = None  # the text stood in base64, after this


class Sanitizer:
    """One request in one dialect. What was found is counted in `report`; `records` are those that left in its place."""

    def __init__(
        self,
        redactor: Redactor,
        dialect: Dialect,
        report: Report,
        note: str,
        media_policy: Mapping[str, Action],
        pages: media.Pages,
    ) -> None:
        self._redactor, self._dialect, self._report = redactor, dialect, report
        self._note_to_model, self._media, self._pages = note, media_policy, pages
        self.records: dict[str, Record] = {}
        self.follows: list[str] = []
        """The ids of what the provider keeps and this request goes on from."""
        self.is_kept = True
        """Whether the provider keeps the answer."""
        self.documents: list[str] = []
        """What the documents of the request say, as they are sent."""

    def body(self, body: bytes, content_type: str) -> bytes:
        """Redact a body. Raises UnreadableError, BlockedError, VaultError, DetectionError."""
        with suppress(RecursionError):
            return self._sanitized(body, content_type)
        raise UnreadableError("json-depth", "the JSON body is nested too deeply")

    def beside(self, beside: Beside) -> None:
        """Replace names in headers. Raises BlockedError for secrets there, for anything in the address, for another's credentials."""
        self._check_credentials(beside)
        for where, said in (*beside.business, *(("name", name) for name, _ in beside.headers)):
            if found := self._redactor.secrets_in(said):
                what = (
                    "the URL"
                    if where == "address"
                    else f"the {'name of a header' if where == 'name' else f'header {where}'}"
                )
                place = "address" if where == "address" else "headers"
                raise BlockedError(found, place, f"a sensitive value stands in {what}; remove it")
        in_address, *in_headers = self._redactor.redact_all(
            [
                Text(unquote(beside.address), "", sealed=True),
                *(Text(value, name, sealed=True) for name, value in beside.headers),
            ]
        )
        if in_address.edits or in_address.blocked:
            raise BlockedError(_rules_of(in_address), "address", "a sensitive value stands in the URL; remove it")
        for at, redaction in enumerate(in_headers):
            name, _ = beside.headers[at]
            if redaction.blocked or any(record.category == "secret" for record in redaction.records):
                why = (
                    f"a sensitive value stands in the header {name}; remove it or, if it is a credential for this provider, "
                    "name the header under `credentials` in the provider map"
                )
                raise BlockedError(_rules_of(redaction), "headers", why)
            self._report.rules.update(finding.rule_id for finding in redaction.findings)
            self.records.update((record.surrogate, record) for record in redaction.records)
            beside.headers[at] = (name, redaction.text)

    def _check_credentials(self, beside: Beside) -> None:
        for name, said in beside.credentials:
            if foreign := tuple(filter(beside.is_foreign, self._redactor.secrets_in(said))):
                why = f"what {name} shows is a credential for somebody else; use one for this provider"
                raise BlockedError(foreign, "headers", why)

    def _sanitized(self, body: bytes, content_type: str) -> bytes:
        document = document_of(body, content_type, self._dialect.request, self._content, is_file=self._dialect.is_file)
        value = document.root[0]
        if isinstance(value, dict) and isinstance(value.get("model"), str):
            self._report.model = value["model"]
        if isinstance(value, dict) and (why := self._dialect.unreadable(value)):
            raise UnreadableError("tokens", why)
        settled = self._redactor.settled
        wanted, redactions, kinds = self._redacted(document, settled)
        if settled.texts and self._redactor.settled is not settled:
            # A value became known, here or in another thread: what was settled before may hold it.
            wanted, redactions, kinds = self._redacted(document, UNSETTLED)
        for kind in (*document.kinds, *kinds):
            self._judge(kind)
        self._report.unparsed = sum(redaction.unparsed for redaction in redactions)
        changed = self._write(document, wanted, redactions)
        if self._note_to_model and isinstance(value, dict):
            changed = self._dialect.note(value, self._note_to_model) or changed
        sent = document.write()
        if not changed and sent != body and (not document.is_json or jsontext.loses_nothing(body, sent)):
            sent = body
        if self._redactor.stands_in(sent) and self._redactor.stands_in(_without_given(document, wanted)):
            raise BlockedError(
                (LEAK,), "body", "a sensitive value would still leave in a place that cannot be rewritten"
            )
        if isinstance(value, dict):
            self.follows = list(self._dialect.follows(value))
            self.is_kept = self._dialect.is_kept(value)
            self.documents = list(self._dialect.documents(value)) if self.records else []
        return sent

    def _judge(self, kind: media.Kind) -> None:
        """Count what is no text; raise BlockedError where it may not leave."""
        match self._media[kind]:
            case "block":
                what = "a file that cannot be read" if kind == "other" else f"media of this kind ({kind})"
                raise BlockedError((f"media-{kind}",), "body", f"{what} may not leave; see `media` in redact.yaml")
            case "report" | "tokenize":
                self._report.rules[f"media-{kind}"] += 1

    def _redacted(
        self, document: Document, settled: Settled
    ) -> tuple[list[_Wanted], list[Redaction], list[media.Kind]]:
        wanted, texts, kinds = self._wanted(slots(document.walked, document.shape, settled))
        return wanted, self._redactor.redact_all(texts), kinds

    def _wanted(self, found: Iterable[Slot]) -> tuple[list[_Wanted], list[Text], list[media.Kind]]:
        wanted: list[_Wanted] = []
        texts: list[Text] = []
        kinds: list[media.Kind] = []
        for one in found:
            for slot, around in self._inside(one, kinds) if one.mark is Mark.MEDIA else ((one, None),):
                literals = jsontext.literals(slot.text) if slot.mark is Mark.JSON else None
                wanted.append(_Wanted(slot, len(texts), literals, around))
                if literals is None:
                    near = slot.near if slot.kind != "name" and slot.mark is not Mark.GIVEN else ""
                    texts.append(Text(slot.text, near, sealed=slot.mark in _KEPT))
                else:
                    texts += (
                        Text(literal.text, literal.near if literal.kind != "name" else "") for literal in literals
                    )
        return wanted, texts, kinds

    def _inside(self, slot: Slot, kinds: list[media.Kind]) -> Iterable[tuple[Slot, str | None]]:
        """Give what is to be scanned of media in base64: text that may be edited, or pages that may not."""
        if not is_base64(slot.text):
            return [(slot._replace(mark=Mark.TEXT), None)]
        at = match.end() if (match := _DATA_URL.match(slot.text)) else 0
        content = self._content(base64.b64decode(slot.text[at:]))
        if content.kind == "text":
            return [(slot._replace(text=content.texts[0], mark=Mark.JSON), slot.text[:at])]
        if len(slot.text) < _SMALL_MEDIA:
            return [(slot, None)]
        kinds.append(content.kind)
        return [(slot._replace(text=page, mark=Mark.READ), None) for page in content.texts]

    def _content(self, data: bytes) -> media.Content:
        content = media.content_of(data, self._pages, before_reading=self._redactor.spend)
        return content._replace(texts=()) if content.kind == "pdf" and self._media["pdf"] == "allow" else content

    def _write(self, document: Document, wanted: list[_Wanted], redactions: list[Redaction]) -> bool:
        changed = False
        renamed: dict[int, tuple[dict[str, Any], dict[str, str]]] = {}
        for slot, first, literals, around in wanted:
            if literals is None:
                redaction = redactions[first]
                if not redaction.findings:
                    continue
                self._note(slot, redaction, document)
                text = slot.text if slot.mark is Mark.GIVEN else redaction.text
            else:
                text = self._in_literals(slot, literals, redactions[first : first + len(literals)], document)
            if text == slot.text:
                continue
            changed = True
            if around is not None:
                text = around + base64.b64encode(text.encode()).decode()
            if slot.kind == "name":
                renamed.setdefault(id(slot.holder), (slot.holder, {}))[1][slot.text] = text
            else:
                slot.put(text)
        for holder, names in renamed.values():
            members = {names.get(key, key): item for key, item in holder.items()}
            if len(members) != len(holder):
                raise UnreadableError("keys", "two keys of one object would become the same; rename one of them")
            holder.clear()
            holder.update(members)
        return changed

    def _in_literals(
        self, slot: Slot, literals: list[jsontext.Literal], redactions: list[Redaction], document: Document
    ) -> str:
        edits: list[tuple[int, int, str]] = []
        for literal, redaction in zip(literals, redactions, strict=True):
            if redaction.findings:
                self._note(slot, redaction, document)
                edits += _raw_edits(literal, redaction)
        return spans.splice(slot.text, edits)

    def _note(self, slot: Slot, redaction: Redaction, document: Document) -> None:
        """Count what was found; raise BlockedError where a rule, or the place, forbids the text to leave."""
        for finding in redaction.findings:
            self._report.rules[finding.rule_id] += 1
        if redaction.blocked:
            raise BlockedError(
                redaction.blocked,
                _where(document, slot),
                "a rule forbids this to leave, so take it out of the conversation or ask whoever keeps the rules",
            )
        is_given = slot.mark is Mark.GIVEN and all(record.category != "secret" for record in redaction.records)
        if not redaction.edits or is_given:
            return
        if slot.mark in (Mark.GIVEN, Mark.SEALED, Mark.MEDIA, Mark.READ):
            why = "a sensitive value stands where nothing may be edited; remove it from the conversation"
            rule_ids = dict.fromkeys(finding.rule_id for finding in redaction.findings)
            raise BlockedError(tuple(rule_ids), _where(document, slot), why)
        self.records.update((record.surrogate, record) for record in redaction.records)


def _without_given(document: Document, wanted: Iterable[_Wanted]) -> bytes:
    """Write a document without what the provider calls its customer and his models."""
    given = [slot for slot, *_ in wanted if slot.mark is Mark.GIVEN and slot.kind != "name"]
    for slot in given:
        slot.holder[slot.key] = ""
    written = document.write()
    for slot in given:
        slot.put(slot.text)
    return written


def _rules_of(redaction: Redaction) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.rule_id for finding in redaction.findings))


def _where(document: Document, slot: Slot) -> str:
    return shown(path_to(document.root, slot)[1:], document.shape)


def _raw_edits(literal: jsontext.Literal, redaction: Redaction) -> list[tuple[int, int, str]]:
    """Turn edits of what a literal says into edits of the JSON around it; what is no number any more becomes a string."""
    edits = [(literal.raw(start), literal.raw(end), new) for start, end, new in redaction.edits]
    if literal.kind != "number" or is_number(redaction.text):
        return edits
    return [(literal.start, literal.end, f'"{redaction.text}"')]


_DATA_URL = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w-]+=[\w.+-]*)*;base64,", re.ASCII)


def is_base64(text: str) -> bool:
    """Tell whether a string is base64 (a `data:` URL too) and nothing but."""
    data = text[match.end() :] if (match := _DATA_URL.match(text)) else text
    try:
        base64.b64decode(data.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
