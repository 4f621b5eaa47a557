"""Orders of a closed list: every option once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from homophily.reading._envelope import Letter, unseal
from homophily.reading._labels import named, of, written
from homophily.reading._reasons import Unreadable
from homophily.reading._refusals import declines
from homophily.reading._signs import key

__all__ = ["ranking"]

_PLACE = re.compile(r"^[ \t]*[(\[]?([0-9]{1,2})[.):、]\s*(?=\S)", re.MULTILINE)


def ranking(raw: str, names: Mapping[str, Sequence[str]], marks: Mapping[str, str]) -> tuple[str, ...]:
    """The order in which `raw` lists all options, the first place first.

    Read are a JSON list, alone or in an answer object, and words with commas, ``>`` or lines between them. A
    label is an option's exact wording, id or mark, as in `several`. Places written before labels must run
    upwards: nothing is sorted.

    Args:
        raw: The respondent's words.
        names: The wordings by which each option may be named, by id.
        marks: The options' ids by the mark they were shown under.

    Raises:
        Unreadable: There is no list, or two; an option is left out, named twice or unknown; the places
            written do not run upwards.
    """
    known = {key(name): id_ for id_, wordings in names.items() for name in wordings}
    shown = {mark.upper(): id_ for mark, id_ in marks.items()}
    envelope = unseal(raw)
    if isinstance(envelope, Letter):
        labels = of(_parted(envelope.answer) if isinstance(envelope.answer, str) else envelope.answer)
    else:
        labels = written(_parted(envelope), known)
        if declines(envelope) and not any(named(label, known, shown) for label in labels):
            raise Unreadable("refusal", f"declined: {envelope[:80]!r}")
    order: list[str] = []
    for label in labels:
        found = named(label, known, shown)
        if not found:
            raise Unreadable("off_scale", f"no option is called {label[:80]!r}")
        if len(found) > 1 or found & set(order):
            raise Unreadable("ambiguous", f"{label[:80]!r} names two options, or one for the second time")
        order += found
    if left := [id_ for id_ in names if id_ not in order]:
        raise Unreadable("off_scale", f"{len(left)} of {len(names)} options left out: {', '.join(left[:3])}")
    return tuple(order)


def _parted(text: str) -> str:
    """A text with ``>`` as the comma that it stands for.

    Raises:
        Unreadable: Its lines are numbered, and the numbers do not run upwards.
    """
    places = [int(place) for place in _PLACE.findall(text)]
    if len(places) > 1 and places != sorted(set(places)):
        raise Unreadable("ambiguous", f"places that do not run upwards: {places}")
    return text.replace(">", ",")
