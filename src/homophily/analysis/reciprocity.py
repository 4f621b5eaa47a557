"""Reciprocity: how far do the two agents of a pair agree about each other?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from homophily.analysis._estimators.dyadic import correlation_interval
from homophily.analysis._estimators.influence import intraclass
from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, gather
from homophily.analysis._pairs import together
from homophily.analysis._rows import estimates, listed, row, select

__all__ = ["reciprocity"]
__references__ = ("aronow2015", "fisher1925", "kenny2006")


_METHOD = "pairwise ICC, dyadic-cluster-robust, Fisher z"


def reciprocity(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    condition: str = "dialogue",
) -> Finding:
    """Intraclass correlation of the two directions of a pair, per outcome and language.

    The members of a pair cannot be told apart, so the pairwise intraclass correlation is used (Fisher 1925;
    Kenny, Kashy & Cook 2006): 1 if both always rate alike, 0 if their ratings are unrelated. It is raw: what
    both owe to their similarity is part of the agreement. The interval allows for agents in several pairs.

    Args:
        tables: With ``ratings``.
        outcomes: Columns compared.
        condition: Rows of which condition.
    """
    ratings = select(tables, "ratings", ["session", "rater", "language"], condition=condition)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        pairs = together(ratings[ratings["language"] == label["language"]], label["outcome"])
        r, influence = intraclass(pairs["forth"].to_numpy(), pairs["back"].to_numpy())
        found = correlation_interval(r, influence, pairs["first"].to_numpy(), pairs["second"].to_numpy())
        return [row("intraclass correlation", found, len(pairs), _METHOD)]

    languages = sorted(ratings["language"].unique())
    labels = [{"outcome": outcome, "language": spoken} for outcome in outcomes for spoken in languages]
    table = estimates(gather(labels, estimate, warnings))
    return Finding(
        name="reciprocity",
        title="Reciprocity",
        text=f"Agreement of the two directions, intraclass correlation with 95 % interval: {listed(table)}.",
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )
