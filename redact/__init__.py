"""redact: what coding assistants send to LLM providers, without the secrets. `redact.open()` is the library's door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redact.app import open as open  # noqa: A004  said as `redact.open`

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def __getattr__(name: str) -> Any:
    """Load the library only when it is used: `import redact.model` stays cheap and free of cycles."""
    if name == "open":
        from redact.app import open as door  # noqa: PLC0415  importing the package stays cheap

        return door
    raise AttributeError(name)
