"""Lists of labels from a closed list: what is on it, and what had to be rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from homophily.reading._envelope import Letter, unseal
from homophily.reading._labels import NONE, named, of, written
from homophily.reading._reasons import Unreadable
from homophily.reading._refusals import declines
from homophily.reading._signs import key

__all__ = ["Listed", "several"]


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
        labels = of(envelope.answer)
    else:
        labels = written(envelope, known)
        if declines(envelope) and not any(named(label, known, shown) for label in labels):
            raise Unreadable("refusal", f"declined: {envelope[:80]!r}")
    ids, rejected, nothing = set[str](), list[str](), False
    for label in labels:
        if key(label) in NONE:
            nothing = True
            continue
        found = named(label, known, shown)
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
