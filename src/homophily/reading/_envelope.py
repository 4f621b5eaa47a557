"""Envelopes: an answer object in JSON, alone or with text around it."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from homophily.reading._reasons import Unreadable
from homophily.reading._signs import fold

__all__ = ["Letter", "unseal"]

_LONGEST = 8_000


class Letter(NamedTuple):
    """What an envelope held, and what was written around it."""

    answer: Any
    around: str


def unseal(raw: str) -> Letter | str:
    """The answer in the one JSON object of `raw`, or else the folded text.

    Raises:
        Unreadable: Nothing but space; several objects, or a field given twice; broken JSON; no ``answer``.
    """
    if len(raw) > _LONGEST:
        raise Unreadable("unreadable", f"{len(raw)} characters are no answer to a closed question")
    text = re.sub(r"```[A-Za-z]*", "\n", raw)
    text = re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", fold(text))).strip()
    if not text:
        raise Unreadable("empty", "the answer is empty")
    objects, around = _objects(text)
    if len(objects) > 1:
        raise Unreadable("ambiguous", f"{len(objects)} JSON objects")
    if not objects:
        if re.search(r"\{\s*[\"'“]?answer", text, re.IGNORECASE):
            raise Unreadable("unreadable", f"broken JSON in {text[:80]!r}")
        return text
    if "answer" not in objects[0]:
        raise Unreadable("unreadable", "the JSON object has no field 'answer'")
    return Letter(objects[0]["answer"], around)


def _objects(text: str) -> tuple[list[dict[str, Any]], str]:
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=str)
    objects, around, start = [], "", 0
    while (brace := text.find("{", start)) >= 0:
        around += text[start:brace]
        try:
            found, start = decoder.raw_decode(text, brace)
            objects.append(found)
        except Unreadable:
            raise
        except (ValueError, RecursionError):
            around += "{"
            start = brace + 1
    return objects, (around + text[start:]).strip()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise Unreadable("ambiguous", "the JSON object gives a field twice")
    return dict(pairs)
