"""Mixed model: rating by similarity and language, with rater, partner and pair as crossed random effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, RANDOM, gather, model
from homophily.analysis._rows import estimates, listed, select

__all__ = ["mixed"]
__references__ = ("bates2015", "kenny1994", "kuznetsova2017")


def mixed(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity",
    terms: str = "{similarity} * language",
    random: Sequence[str] = RANDOM,
    condition: str = "dialogue",
) -> Finding:
    """The social relations model of ratings: similarity and language fixed, agents and pairs random.

    Estimated by restricted maximum likelihood (`homophily.analysis._estimators.reml`) with Satterthwaite
    degrees of freedom. Languages are sum coded; numeric predictors are centred.

    Args:
        tables: With ``ratings``.
        outcomes: Columns to be explained, each by a model of its own.
        similarity: The similarity column; stands for ``{similarity}`` in `terms`.
        terms: Fixed effects.
        random: Random intercepts. ``pair`` is two agents in every language, ``rater:partner`` one of its
            directions, ``session`` one meeting.
        condition: Rows of which condition.
    """
    ratings = select(tables, "ratings", ["rater", "partner", "language"], condition=condition)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        fitted = model(ratings, label["outcome"], terms.format(similarity=similarity), random)
        warnings.extend(f"{label['outcome']}: {text}" for text in (*fitted.warnings, *fitted.boundary))
        rows = fitted.slopes(similarity)
        names = fitted.matrix.names
        rows += [fitted.row(name, np.eye(len(names))[place]) for place, name in enumerate(names)]
        rows += [
            {"term": f"variance[{name}]", "estimate": value, "n": fitted.fit.levels.get(name, fitted.fit.n)}
            for name, value in fitted.fit.variances.items()
        ]
        return rows

    table = estimates(
        gather([{"outcome": outcome} for outcome in outcomes], estimate, warnings), "outcome", "language"
    )
    return Finding(
        name="mixed",
        title="Mixed model",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )


def _text(table: pd.DataFrame) -> str:
    slopes = table[(table["term"] == "slope") & (table["language"] != "all")]
    if slopes.empty:
        return "No slope of similarity could be estimated."
    return f"Change of the rating per unit of similarity, 95 % interval: {listed(slopes)}."
