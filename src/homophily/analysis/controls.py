"""Control conditions: similarity that raters could not notice should predict nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, RANDOM, gather, model
from homophily.analysis._rows import estimates, select
from homophily.errors import DataError

__all__ = ["controls"]
__references__ = ("bates2015", "kuznetsova2017")

_ASSIGNED = {"none": "similarity", "swapped": "similarity_assigned"}


def controls(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    random: Sequence[str] = RANDOM,
) -> Finding:
    """The slope of ratings on similarity that the raters had no way of noticing.

    In ``none`` nothing was said. In ``swapped`` the similarity is that of two agents who did not talk to each
    other; the similarity of those who did is held constant, as a rater with common values is like both. A
    slope away from 0 means that something other than the dialogue told the raters (a leak), or chance.

    Args:
        tables: With ``ratings`` of at least one control condition.
        outcomes: Columns to be explained.
        random: Random intercepts.
    """
    ratings = select(tables, "ratings", ["rater", "partner", "language", "condition"])
    played = [condition for condition in _ASSIGNED if (ratings["condition"] == condition).any()]
    if not played:
        raise DataError("no control condition was played; set a share of `conditions` in the design.")
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = ratings[ratings["condition"] == label["condition"]]
        assigned = _ASSIGNED[label["condition"]]
        known = " + similarity" if assigned != "similarity" else ""
        fitted = model(rows, label["outcome"], f"{assigned}{known} + language", random)
        warnings.extend(f"{label['condition']}, {label['outcome']}: {text}" for text in fitted.warnings)
        return [fitted.row("slope on assigned similarity", fitted.matrix.slope(assigned))]

    labels = [{"condition": c, "outcome": outcome} for c in played for outcome in outcomes]
    table = estimates(gather(labels, estimate, warnings))
    away = table[(table["low"] > 0) | (table["high"] < 0)]
    leak = ", ".join(f"{row.outcome} ({row.condition})" for row in away.itertuples())
    return Finding(
        name="controls",
        title="Control conditions",
        text=f"The interval excludes 0 for {leak}: something other than the dialogue may tell raters."
        if leak
        else f"In {len(table)} of {len(table)} control slopes the 95 % interval holds 0, as it should."
        if table["low"].notna().all()
        else "Not every control slope could be estimated; none of the others excludes 0.",
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )
