"""What can go wrong, by whose problem it is. A message says what, where and what to do; never a value, never a body."""

from __future__ import annotations

from collections.abc import Sequence


class RedactError(Exception):
    """Whatever redact itself raises."""


class RuleError(RedactError):
    """A rule pack cannot be used: whoever edits the rules mends it."""

    def __init__(self, path: str, line: int, rule_id: str, why: str) -> None:
        self.path, self.line, self.rule_id, self.why = path, line, rule_id, why
        super().__init__(f"{path}:{line} {rule_id}: {why}" if rule_id else f"{path}:{line} {why}")


class SettingsError(RedactError):
    """`redact.yaml` or an option cannot be used: whoever configures the filter mends it."""


class VaultError(RedactError):
    """The vault cannot keep or give a value: nothing may leave until it can."""


class SurrogateTakenError(VaultError):
    """These surrogates already stand for other values; derive them anew with the next counter."""

    def __init__(self, surrogates: Sequence[str]) -> None:
        self.surrogates = tuple(surrogates)
        super().__init__(f"{len(self.surrogates)} surrogate(s) already stand for other values")


class AuditError(RedactError):
    """The audit cannot be written or read."""


class BlockedError(RedactError):
    """Policy or a promise forbids this request to leave: the developer changes the request, or the rule's owner the rule."""

    def __init__(self, rule_ids: Sequence[str], where: str, why: str) -> None:
        self.rule_ids, self.where, self.why = tuple(rule_ids), where, why
        super().__init__(f"{why} ({', '.join(self.rule_ids)}) at {where}" if rule_ids else f"{why} at {where}")


class UnreadableError(RedactError):
    """A request cannot be read, so it cannot be scanned, so it does not leave. `code` is short and for machines."""

    def __init__(self, code: str, why: str, status: int = 400) -> None:
        self.code, self.why, self.status = code, why, status
        super().__init__(why)


class SigningError(RedactError):
    """A request that was changed cannot be signed anew: whoever keeps the credentials sees to them."""


class NotAtOnceError(RedactError):
    """What was asked for at once would take a while: the caller does it where that holds up nobody."""


class DetectionError(RedactError):
    """A rule could not be decided on a text, so the text does not leave: the rule's owner makes its pattern faster."""

    def __init__(self, rule_id: str) -> None:
        self.rule_id = rule_id
        super().__init__(f"rule {rule_id} ran out of time on a text; tell whoever keeps the rules, or switch it off")
