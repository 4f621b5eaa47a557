"""The JSON objects in a text, and the text around them."""

from __future__ import annotations

import json
from typing import Any

from homophily.reading._reasons import Unreadable

__all__ = ["objects"]


def objects(text: str, *, strict: bool = True) -> tuple[list[dict[str, Any]], str]:
    """The JSON objects in a text, in order, and the text around them.

    Args:
        text: What was said.
        strict: Whether line breaks are forbidden inside their strings, as JSON has it.

    Raises:
        Unreadable: An object gives a field twice.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=str, strict=strict)
    read, around, start = [], "", 0
    while (brace := text.find("{", start)) >= 0:
        around += text[start:brace]
        try:
            found, start = decoder.raw_decode(text, brace)
            read.append(found)
        except Unreadable:
            raise
        except (ValueError, RecursionError):
            around += "{"
            start = brace + 1
    return read, (around + text[start:]).strip()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise Unreadable("ambiguous", "the JSON object gives a field twice")
    return dict(pairs)
