"""Columns: which of a file's columns holds which part of a dilemma."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import UnknownName, UsageError

__all__ = ["FIELDS", "find", "numbers", "verdict"]

#: What a column can hold, with the names under which it is found when nobody says.
FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "post_id", "submission_id", "idx"),
    "text": ("text", "selftext", "body", "dilemma_situation"),
    "title": ("title", "basic_situation"),
    "language": ("language", "lang"),
    "flair": ("flair", "link_flair_text"),
    "score": ("score",),
    "verdict": ("verdict", "user_verdict", "label"),
    "votes": ("votes", "label_scores"),
    "scores": ("scores",),
}
_TOLD = re.compile(r"(?:(?P<a>[a-z]{2})[_.](?P<b>text|title)|(?P<c>text|title)[_.](?P<d>[a-z]{2}))")
_OF_VERDICT = re.compile(
    rf"(?:(?:votes|human|n)[_.])?({'|'.join(VERDICTS)})|(scores)[_.]({'|'.join(VERDICTS)})"
)
_LANGUAGES = {"cn": "zh", "jp": "ja"}

_WORDS = {
    "YTA": ("y", "yes", "yta", "ywbta", "asshole", "author"),
    "NTA": ("n", "no", "nta", "ywnbta", "not the a-hole", "not the asshole", "other"),
    "ESH": ("esh", "everyone sucks", "everybody"),
    "NAH": ("nah", "no a-holes here", "no assholes here", "nobody"),
    "INFO": ("info", "not enough info"),
}
_VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words}


def find(present: Iterable[str], named: Mapping[str, str], where: str) -> dict[str, str]:
    """The file's column for each field.

    Args:
        present: The file's columns.
        named: What the user said, by field: one of `FIELDS`; ``text``, ``title`` with a language
            (``text.ja``); ``votes``, ``scores`` with a verdict (``votes.NTA``).
        where: The file, for messages.

    Raises:
        UsageError: A field or column does not exist.
    """
    columns = list(present)
    for field, column in named.items():
        base, _, part = field.partition(".")
        if base not in FIELDS or (part and base not in ("text", "title", "votes", "scores")):
            raise UnknownName("field of a dilemma", field, FIELDS)
        if part and base in ("votes", "scores") and part not in VERDICTS:
            raise UnknownName("verdict", part, VERDICTS)
        if column not in columns:
            raise UsageError(f"{where}: {UnknownName('column', column, columns)}")
    found = {**_guessed(columns), **named}
    for base in ("text", "title", "votes", "scores"):  # what the user says of a field replaces all guesses
        if any(field.split(".")[0] == base for field in named):
            found = {f: c for f, c in found.items() if f.split(".")[0] != base or f in named}
    return found


def _guessed(columns: list[str]) -> dict[str, str]:
    found = {field: name for field, names in FIELDS.items() for name in names[::-1] if name in columns}
    for column in columns:
        told, of = _TOLD.fullmatch(column), _OF_VERDICT.fullmatch(column)
        if told:
            language = told["a"] or told["d"]
            found[f"{told['b'] or told['c']}.{_LANGUAGES.get(language, language)}"] = column
        elif of:
            found[f"votes.{of[1]}" if of[1] else f"scores.{of[3]}"] = column
    return found


def verdict(cell: Any, known: Mapping[str, str]) -> str | None:
    """The verdict that a cell states; None if it is empty.

    Args:
        cell: A code, a flair, or a word of `known`.
        known: Words of the file's own, by word.

    Raises:
        ValueError: It states none.
    """
    word = "" if cell is None or cell != cell else str(cell).strip()
    if not word:
        return None
    found = known.get(word) or _VERDICTS.get(word.casefold())
    if found is None:
        raise ValueError(f"{word!r} is no verdict; known: {', '.join(VERDICTS)} and the usual flairs")
    return found


def numbers(cell: Any, known: Mapping[str, str]) -> dict[str, float] | list[float] | None:
    """Votes or scores from a cell: an object by verdict or a list of five, as such or as JSON; None if empty.

    Raises:
        ValueError: It is neither.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except ValueError:
            raise ValueError(f"{cell[:40]!r} is no JSON of votes") from None
    if isinstance(cell, Mapping):
        named: dict[str, float] = {}
        for word, number in cell.items():
            code = verdict(word, known)
            if code is None:
                raise ValueError("a vote has no verdict")
            named[code] = named.get(code, 0.0) + _number(number)
        return named
    if isinstance(cell, list | tuple):
        return [_number(number) for number in cell]
    raise ValueError(f"{str(cell)[:40]!r} is neither an object of votes by verdict nor a list of five")


def _number(cell: Any) -> float:
    if cell is None or cell == "":
        return 0.0
    try:
        number = float(cell)
    except (TypeError, ValueError):
        raise ValueError(f"{cell!r} is no number of votes") from None
    if not math.isfinite(number):
        raise ValueError(f"{cell!r} is no number of votes")
    return number
