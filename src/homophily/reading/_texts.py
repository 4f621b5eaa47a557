"""Free text."""

from __future__ import annotations

from homophily.reading._reasons import Unreadable
from homophily.reading._refusals import only_declines
from homophily.reading._signs import fold

__all__ = ["text"]


def text(raw: str) -> str:
    """Free text as it was written, without surrounding white space.

    Raises:
        Unreadable: Nothing is left, or the whole is a refusal formula; a refusal within talk is talk.
    """
    stripped = raw.strip()
    if not stripped:
        raise Unreadable("empty", "the answer is empty")
    if only_declines(fold(stripped)):
        raise Unreadable("refusal", f"declined: {stripped[:80]!r}")
    return stripped
