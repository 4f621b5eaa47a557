"""How long a text is, in the unit of its language."""

from __future__ import annotations

__all__ = ["length"]


def length(text: str, language: str) -> int:
    """Words of a text; in Japanese, characters other than spaces."""
    return len("".join(text.split())) if language == "ja" else len(text.split())
