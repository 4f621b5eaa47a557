"""Numbers and scale points."""

from __future__ import annotations

import re
from collections.abc import Mapping

from homophily.reading._envelope import Letter, unseal
from homophily.reading._reasons import Unreadable
from homophily.reading._signs import bare, key, numerals, worded_number
from homophily.reading._statements import TAIL, agreed, settle

__all__ = ["number", "point"]

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_STATED = re.compile(
    rf"(?:(?P<of_ja>[0-9]+)(?:点満点|点|段階)?中の?\s*)?(?P<number>{_NUMBER})(?P<percent>\s*%)?"
    rf"(?:\s*(?:/|out of)\s*(?P<of>[0-9]+))?\s*(?:点|番|points?)?{TAIL}",
    re.IGNORECASE,
)
_WORDED = re.compile(rf"([A-Za-z]+|[〇一二三四五六七八九十]+)(?:点|番)?{TAIL}")
_NUMBER_LABEL = re.compile(rf"({_NUMBER})\s*[-–—―:=.,、)\](\[「『\s]\s*(.+)", re.DOTALL)
_LABEL_NUMBER = re.compile(rf"(.+?)\s*[-–—―:=(\[]\s*({_NUMBER})", re.DOTALL)
_ENDING = re.compile(rf"(.+?){TAIL}", re.DOTALL)


def point(raw: str, low: int, high: int, labels: Mapping[int, str]) -> int:
    """The scale point that `raw` states: a whole number, or a point's exact label, or both in agreement.

    Raises:
        Unreadable: It states none, several, or one off the scale.
    """
    value = _number(raw, low, high, labels)
    if not value.is_integer():
        raise Unreadable("off_scale", f"{value:g} is not a whole number")
    return int(value)


def number(raw: str, low: float, high: float) -> float:
    """The one number that `raw` states, within the bounds.

    Raises:
        Unreadable: It states none, several, or one out of bounds.
    """
    return _number(raw, low, high, {})


def _number(raw: str, low: float, high: float, labels: Mapping[int, str]) -> float:
    def within(value: float) -> float:
        if not low <= value <= high:
            raise Unreadable("off_scale", f"{value:g} is not within {low:g}–{high:g}")
        return value

    def parse(piece: str) -> float | None:
        found = {float(place) for place in _labelled(piece, labels)} | set(_stated(piece, low, high))
        if not found:
            return _both(piece, labels)
        if len(found) > 1:
            raise Unreadable("ambiguous", f"more than one answer in {piece[:80]!r}")
        return within(found.pop())

    def others(around: str, value: float) -> bool:
        return bool(numerals(around) - {value})

    def read(text: str) -> float:
        try:
            return settle(text, parse, others)
        except Unreadable as fault:
            if fault.reason == "unreadable" and len(numerals(text)) > 1:
                raise Unreadable("ambiguous", f"more than one number in {text[:80]!r}") from None
            raise

    letter = unseal(raw)
    if not isinstance(letter, Letter):
        return read(letter)
    if isinstance(letter.answer, str):
        value = read(letter.answer)
    elif isinstance(letter.answer, int | float) and not isinstance(letter.answer, bool):
        value = within(float(letter.answer))
    else:
        raise Unreadable("unreadable", f"the field 'answer' is {letter.answer!r}, no number")
    return agreed(value, letter.around, read)


def _labelled(piece: str, labels: Mapping[int, str]) -> set[int]:
    """The points that have `piece` as their label."""
    ending = _ENDING.fullmatch(piece)
    forms = {key(piece), key(ending[1])} if ending else {key(piece)}
    return {place for place, label in labels.items() if key(label) in forms}


def _stated(piece: str, low: float, high: float) -> list[float]:
    """The number that `piece` is, if it is one."""
    word = _WORDED.fullmatch(piece)
    if word and (value := worded_number(word[1])) is not None:
        return [float(value)]
    stated = _STATED.fullmatch(piece)
    if not stated or (stated["percent"] and (low, high) != (0, 100)):
        return []
    of = stated["of"] or stated["of_ja"]
    if of and float(of) != high:
        raise Unreadable("off_scale", f"{piece!r} is of {of}, the scale ends at {high:g}")
    return [float(stated["number"])]


def _both(piece: str, labels: Mapping[int, str]) -> float | None:
    """The point of a piece that is a number with its label, in either order."""
    for form, at in ((_NUMBER_LABEL, 1), (_LABEL_NUMBER, 2)):
        both = form.fullmatch(piece)
        places = _labelled(bare(both[3 - at]), labels) if both else set()
        if both and places:
            if float(both[at]) not in places:
                raise Unreadable("ambiguous", f"number and label differ in {piece[:80]!r}")
            return float(both[at])
    return None
