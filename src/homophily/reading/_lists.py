"""Lists of labels from a closed list: what is on it, and what had to be rejected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from homophily.reading._envelope import Letter, unseal
from homophily.reading._reasons import Reason, Unreadable
from homophily.reading._refusals import declines
from homophily.reading._signs import bare, key

__all__ = ["Listed", "several"]

_BULLET = re.compile(r"^(?:[-*+•·・●○▪–—]\s*|[(\[]?[0-9]{1,2}[.):、]\s*(?=\S))+")
_LETTERED = re.compile(r"[(\[]?([A-Za-z])[.):、]\s*(.+)", re.DOTALL)
_SPLIT = re.compile(r"[,、，;；\n]|(?<=。)")
_PARTS = re.compile(r"\s*[:：–—]\s*|\s+-\s+|\s*\(")
_NONE = {
    key(word)
    for word in ("none", "none of them", "none of these", "nothing", "no values", "n/a", "なし", "無し")
} | {key(word) for word in ("該当なし", "特になし", "ありません", "該当するものはありません")}
_DENIED = _NONE | {
    key(word) for word in ("no", "not", "false", "absent", "not voiced", "いいえ", "×", "0", "偽")
}
_WORDS, _SIGNS = 8, 30  # a label is no longer; anything longer is a sentence


class Listed(NamedTuple):
    """What a list holds.

    Attributes:
        ids: Options named, in alphabetical order, each once.
        rejected: Labels that are not on the closed list, as written.
    """

    ids: tuple[str, ...]
    rejected: tuple[str, ...]


def several(raw: str, names: Mapping[str, Sequence[str]], marks: Mapping[str, str], most: int) -> Listed:
    """The options that `raw` lists: a JSON list, alone or in an answer object, or words with commas or lines.

    A label is an option's exact wording (case, spacing and decoration aside) or mark, with or without an
    explanation after a colon, dash or bracket. Other labels are rejected; they are never taken for the
    nearest option.

    Args:
        raw: The respondent's words.
        names: The wordings by which each option may be named, by id.
        marks: The options' ids by the mark they were shown under.
        most: How many may be named.

    Raises:
        Unreadable: There is no list, or two; it names more than `most`; or it has labels, none of them known.
    """
    known = {key(name): id_ for id_, wordings in names.items() for name in wordings}
    shown = {mark.upper(): id_ for mark, id_ in marks.items()}
    envelope = unseal(raw)
    if isinstance(envelope, Letter):
        labels = _of(envelope.answer)
    else:
        labels = _written(envelope, known)
        if declines(envelope) and not any(_named(label, known, shown) for label in labels):
            raise Unreadable("refusal", f"declined: {envelope[:80]!r}")
    ids, rejected, nothing = set[str](), list[str](), False
    for label in labels:
        if key(label) in _NONE:
            nothing = True
            continue
        found = _named(label, known, shown)
        if len(found) > 1:
            raise Unreadable("ambiguous", f"two options in {label[:80]!r}")
        ids |= found
        rejected += [] if found else [label]
    return _checked(ids, rejected, nothing, most)


def _checked(ids: set[str], rejected: list[str], nothing: bool, most: int) -> Listed:
    if nothing and (ids or rejected):
        raise Unreadable("ambiguous", "labels, and the word for none")
    if len(ids) > most:
        raise Unreadable("off_scale", f"{len(ids)} options, where {most} may be chosen")
    if rejected and not ids:
        raise Unreadable("off_scale", f"no option is called {rejected[0][:80]!r}")
    return Listed(tuple(sorted(ids)), tuple(dict.fromkeys(rejected)))


def _of(answer: object) -> list[str]:
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


def _written(text: str, known: Mapping[str, str]) -> list[str]:
    """The labels of a text: those of its one JSON list, else its pieces, each short enough to be one."""
    arrays = list(_arrays(text))
    if len(arrays) > 1:
        raise Unreadable("ambiguous", f"{len(arrays)} lists")
    if arrays:
        return _of(arrays[0])
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


def _named(label: str, known: Mapping[str, str], shown: Mapping[str, str]) -> set[str]:
    """The options that a label names: as a whole, else by the parts around a colon, dash or bracket."""
    lettered = _LETTERED.fullmatch(label)
    if lettered and (inner := _named(lettered[2], known, {})):
        return inner | ({shown[lettered[1].upper()]} if lettered[1].upper() in shown else set())
    for parts in ([label], _PARTS.split(label)):
        found = {known[key(part)] for part in parts if key(part) in known}
        if found and any(key(part) in _DENIED for part in parts):  # a table of yes and no is no list
            raise Unreadable("ambiguous", f"an option that is denied: {label[:80]!r}")
        if found:
            return found
    first = next(filter(None, map(bare, _PARTS.split(label))), "")
    return {shown[first.upper()]} if first.upper() in shown else set()
