"""Scores of every respondent from the answers to an instrument."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from homophily import values
from homophily.items import Value

if TYPE_CHECKING:
    import pandas as pd

    from homophily.instruments import Instrument

__all__ = ["Sitting", "centred", "score"]

#: Who answered: session and seat.
Sitting = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one sitting's answers to an instrument come to.

    Attributes:
        scores: By scale, facet and value code; NaN where too little was answered.
        missing: How many of the instrument's items have no value.
    """

    scores: Mapping[str, float]
    missing: int


def score(answers: pd.DataFrame, form: Instrument) -> dict[Sitting, Scored]:
    """Score an instrument for every session and seat.

    Args:
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them; only the instrument's own.
        form: The instrument.
    """
    given: dict[Sitting, dict[str, Value | None]] = defaultdict(dict)
    columns = (answers[name].tolist() for name in ("session", "seat", "item", "number"))
    for session, seat, item, number in zip(*columns, strict=True):
        given[session, seat][item] = None if number != number else number
    return {
        sitting: Scored(
            form.score(answered), len(form.entries) - sum(v is not None for v in answered.values())
        )
        for sitting, answered in given.items()
    }


def centred(scored: Mapping[Sitting, Scored], sittings: list[Sitting], form: Instrument) -> np.ndarray:
    """Centred value scores of sittings, (sittings, 10); NaN where a sitting stated none.

    The mean of all items (MRAT) weighs each value by its number of items in the instrument.
    """
    weights = [sum(entry.measures == code for entry in form.entries) for code in values.CODES]
    raw = [
        [scored[sitting].scores.get(code, np.nan) if sitting in scored else np.nan for code in values.CODES]
        for sitting in sittings
    ]
    return values.centre(np.array(raw, dtype=float).reshape(-1, len(values.CODES)), weights)
