"""Which of Presidio's recognizers a rule may name. Knows their names; does not import Presidio.

Of some hundred recognizers, those are run that are patterns and checksums. The others download something, load a model or
ask a service, and a filter that keeps values at home does none of that. https://microsoft.github.io/presidio/supported_entities/
"""

from __future__ import annotations

import re

_DOWNLOADS = "Presidio's own downloads a list of domains when it finds one; rules/pii.yaml has a pattern for it"
_MODEL = "it needs a language model, which is neither shipped nor downloaded; list names under `names`"
_SERVICE = "it sends the text to a service"

REFUSED = {
    **dict.fromkeys(("EmailRecognizer", "EMAIL_ADDRESS", "UrlRecognizer", "URL", "DOMAIN_NAME"), _DOWNLOADS),
    **dict.fromkeys(
        (
            *("SpacyRecognizer", "StanzaRecognizer", "TransformersRecognizer", "GLiNERRecognizer"),
            *("HuggingFaceNerRecognizer", "MedicalNERRecognizer", "PERSON", "LOCATION", "ORGANIZATION", "NRP"),
        ),
        _MODEL,
    ),
    **dict.fromkeys(
        (
            *("AzureAILanguageRecognizer", "AzureHealthDeidRecognizer", "AzureOpenAILangExtractRecognizer"),
            *("BasicLangExtractRecognizer", "LangExtractRecognizer"),
        ),
        _SERVICE,
    ),
}
"""Recognizers and entities that no rule may name, and why."""

_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*Recognizer")
_ENTITY = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def is_entity(name: str) -> bool:
    """Tell an entity (`US_SSN`) from a recognizer (`UsSsnRecognizer`)."""
    return _ENTITY.fullmatch(name) is not None


def why_not(name: str) -> str | None:
    """Say why a rule may not name this recognizer or entity; None where it may, if Presidio has it."""
    if name in REFUSED:
        return f"'{name}' is not run here: {REFUSED[name]}"
    if not (is_entity(name) or _CLASS.fullmatch(name)):
        return f"'{name}' is neither a recognizer, such as CreditCardRecognizer, nor an entity, such as CREDIT_CARD"
    return None
