"""Labels of a closed list: the pieces of an answer, and the options that each names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from homophily.reading._reasons import Reason, Unreadable
from homophily.reading._refusals import declines
from homophily.reading._signs import bare, key

__all__ = ["NONE", "named", "of", "written"]

_BULLET = re.compile(r"^(?:[-*+•·・●○▪–—]\s*|[(\[]?[0-9]{1,2}[.):、]\s*(?=\S))+")
_LETTERED = re.compile(r"[(\[]?([A-Za-z])[.):、]\s*(.+)", re.DOTALL)
_SPLIT = re.compile(r"[,、，;；\n]|(?<=。)")
_PARTS = re.compile(r"\s*[:：–—]\s*|\s+-\s+|\s*\(")
NONE = {
    key(word)
    for word in ("none", "none of them", "none of these", "nothing", "no values", "n/a", "なし", "無し")
} | {key(word) for word in ("該当なし", "特になし", "ありません", "該当するものはありません")}
_DENIED = NONE | {
    key(word) for word in ("no", "not", "false", "absent", "not voiced", "いいえ", "×", "0", "偽")
}
_WORDS, _SIGNS = 8, 30  # a label is no longer; anything longer is a sentence


def of(answer: object) -> list[str]:
    """The labels of a JSON answer: a list of strings or whole numbers, or one string that lists them."""
    if answer is None:
        raise Unreadable("unreadable", "the field 'answer' is null; an empty list says none")
    if isinstance(answer, str):
        return [label for label in _pieces(answer)] or [""]
    if not isinstance(answer, list):
        raise Unreadable("unreadable", f"the answer is {str(answer)[:80]!r}, no list")
    if any(isinstance(label, bool) or not isinstance(label, str | int) for label in answer):
        raise Unreadable("unreadable", f"the list {str(answer)[:80]!r} holds more than labels")
    return [str(label) for label in answer]


def written(text: str, known: Mapping[str, str]) -> list[str]:
    """The labels of a text: those of its one JSON list, else its pieces, each short enough to be one."""
    arrays = list(_arrays(text))
    if len(arrays) > 1:
        raise Unreadable("ambiguous", f"{len(arrays)} lists")
    if arrays:
        return of(arrays[0])
    labels = list(_pieces(text))
    sentences = [piece for piece in labels if not _label(piece, known)]
    if sentences or not labels:
        reason: Reason = "refusal" if declines(text) else "unreadable"
        raise Unreadable(reason, f"no list of labels: {text[:80]!r}")
    return labels


def _arrays(text: str) -> Iterator[list[object]]:
    """The JSON lists in a text."""
    decoder, start = json.JSONDecoder(), 0
    while (bracket := text.find("[", start)) >= 0:
        try:
            found, start = decoder.raw_decode(text, bracket)
        except (ValueError, RecursionError):
            start = bracket + 1
        else:
            yield found


def _pieces(text: str) -> Iterator[str]:
    """What stands between commas and line ends, without bullets, numbering and lead-ins."""
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.endswith((":", "：")) and stripped != text.strip():  # "Values:" above a list
            continue
        for piece in _SPLIT.split(line):
            label = piece.strip()
            numbered = _BULLET.sub("", label).strip()
            if bare(numbered or label):
                yield numbered or label


def _label(piece: str, known: Mapping[str, str]) -> bool:
    if any(key(part) in known for part in _PARTS.split(piece)):
        return True
    return len(piece.split()) <= _WORDS and len(piece) <= _SIGNS + 50 * (" " in piece)


def named(label: str, known: Mapping[str, str], shown: Mapping[str, str]) -> set[str]:
    """The options that a label names: as a whole, else by the parts around a colon, dash or bracket."""
    lettered = _LETTERED.fullmatch(label)
    if lettered and (inner := named(lettered[2], known, {})):
        return inner | ({shown[lettered[1].upper()]} if lettered[1].upper() in shown else set())
    for parts in ([label], _PARTS.split(label)):
        found = {known[key(part)] for part in parts if key(part) in known}
        if found and any(key(part) in _DENIED for part in parts):  # a table of yes and no is no list
            raise Unreadable("ambiguous", f"an option that is denied: {label[:80]!r}")
        if found:
            return found
    first = next(filter(None, map(bare, _PARTS.split(label))), "")
    return {shown[first.upper()]} if first.upper() in shown else set()
