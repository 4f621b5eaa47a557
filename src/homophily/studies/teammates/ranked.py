"""A participant's ranking of the ten values, and what decided it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from homophily import values
from homophily.instruments import Instrument
from homophily.items import Value
from homophily.values import CODES, TIE_RULE
from homophily.values.ranking import order

__all__ = ["Ranked", "ranked", "unscored"]

_DECIMALS = 9  # scores closer than this differ by rounding error only


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking.

    Attributes:
        codes: The ten value codes, most important first.
        ties: Each tie of neighbours with the step that decided it, as ``BE=UN:confirmed``.
    """

    codes: tuple[str, ...]
    ties: tuple[str, ...]


def unscored(answers: Mapping[str, Value | None], form: Instrument) -> tuple[str, ...]:
    """The values for which too little was answered."""
    scores = form.score(answers)
    return tuple(code for code in CODES if math.isnan(scores[code]))


def ranked(
    answers: Mapping[str, Value | None],
    form: Instrument,
    confirmed: Sequence[str] = (),
    *,
    replaces: bool = False,
) -> Ranked:
    """Rank the ten values of one person.

    Ties of centred scores, which nearly everybody has, are decided by the order in which the person put the
    values, where there is one; else by the laboratory's rule (`homophily.values.TIE_RULE`).

    Args:
        answers: Answers to the instrument's items, by item id, with scores for all ten values.
        form: The instrument.
        confirmed: The person's own order of the ten codes; empty for none.
        replaces: Whether that order stands in place of the scores.
    """
    if confirmed and replaces:
        return Ranked(tuple(confirmed), ())
    scores = form.score(answers)
    raw = np.array([[scores[code] for code in CODES]])
    weights = [sum(entry.measures == code for entry in form.entries) for code in CODES]
    centred = np.asarray(values.centre(raw, weights))
    if not confirmed:
        places, decided = order(raw, centred)
        codes = tuple(CODES[place] for place in places[0])
        steps = [TIE_RULE[step] for step in decided[0]]
        return Ranked(codes, _ties(codes, ["" if step == "centred" else step for step in steps]))
    held = {code: round(float(score), _DECIMALS) for code, score in zip(CODES, centred[0], strict=True)}
    codes = tuple(sorted(CODES, key=lambda code: (-held[code], confirmed.index(code))))
    tied = ["confirmed" if held[a] == held[b] else "" for a, b in pairwise(codes)]
    return Ranked(codes, _ties(codes, tied))


def _ties(codes: Sequence[str], steps: Sequence[str]) -> tuple[str, ...]:
    pairs = zip(codes, codes[1:], steps, strict=False)
    return tuple(f"{above}={below}:{step}" for above, below, step in pairs if step)
