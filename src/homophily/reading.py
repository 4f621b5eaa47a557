"""Strict reading of answers from text: an answer or a reason, never a guess."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

__all__ = ["Reason", "Unreadable", "letter", "number", "point", "text"]

Reason = Literal["refusal", "empty", "unreadable", "ambiguous", "off_scale", "truncated", "blocked"]
"""Why an answer is missing: the respondent declined; nothing came; no answer in the text; more than one;
outside the scale; cut at the length limit; stopped by the server's content filter."""


class Unreadable(ValueError):
    """Text that holds no answer to the item.

    Attributes:
        reason: Why, in the vocabulary of `Reason`.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


def text(raw: str) -> str:
    """Free text without surrounding white space; `Unreadable` when nothing is left."""
    stripped = raw.strip()
    if not stripped:
        raise Unreadable("empty", "the answer is empty")
    return stripped


def point(raw: str, low: int, high: int, labels: Mapping[int, str]) -> int:
    """The scale point that `raw` states: a whole number, or a point's exact label, or both in agreement."""
    plain = _unwrap(raw)
    for labelled, label in labels.items():
        if plain.casefold() == _normal(label).casefold():
            return labelled
    value = number(plain, low, high)
    if value != int(value):
        raise Unreadable("off_scale", f"{value} is not a whole number")
    return int(value)


def number(raw: str, low: float, high: float) -> float:
    """The one number that `raw` states, within the bounds."""
    plain = _unwrap(raw)
    found = re.fullmatch(r"[-+]?\d+(?:\.\d+)?", plain.strip(".() "))
    if not found:
        raise Unreadable("unreadable", f"no number alone in {plain[:80]!r}")
    value = float(found.group())
    if not low <= value <= high:
        raise Unreadable("off_scale", f"{value:g} is not within {low:g}–{high:g}")
    return value


def letter(raw: str, options: Mapping[str, str]) -> str:
    """The letter of the option that `raw` names, by letter or exact wording."""
    plain = _unwrap(raw).strip(".() ")
    for key, wording in options.items():
        if plain.casefold() in (key.casefold(), _normal(wording).casefold().strip(".() ")):
            return key
    raise Unreadable("unreadable", f"no option named in {plain[:80]!r}")


def _normal(raw: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", raw).split())


def _unwrap(raw: str) -> str:
    plain = re.sub(r"^```(?:json)?|```$|[*_`]", "", _normal(text(raw))).strip()
    if plain.startswith("{"):
        try:
            parsed: Any = json.loads(plain)
        except json.JSONDecodeError as error:
            raise Unreadable("unreadable", f"broken JSON: {error.msg}") from error
        if not isinstance(parsed, dict) or "answer" not in parsed:
            raise Unreadable("unreadable", "the JSON object has no field 'answer'")
        return _normal(str(parsed["answer"]))
    return plain
