"""Envelopes: an answer object in JSON, alone or with text around it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from homophily.reading._objects import objects as read_objects
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
    objects, around = read_objects(text)
    if len(objects) > 1:
        raise Unreadable("ambiguous", f"{len(objects)} JSON objects")
    if not objects:
        if re.search(r"\{\s*[\"'“]?answer", text, re.IGNORECASE):
            raise Unreadable("unreadable", f"broken JSON in {text[:80]!r}")
        return text
    if "answer" not in objects[0]:
        raise Unreadable("unreadable", "the JSON object has no field 'answer'")
    return Letter(objects[0]["answer"], around)
