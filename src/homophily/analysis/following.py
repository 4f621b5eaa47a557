"""Following: by level, how often is a suggestion followed, how surely, and which agent comes first?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._estimators.interval import wald
from homophily.analysis._estimators.mixed_logit import mixed_logit
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._persons import trend
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._teammates import by_level, chance, curves, means, ordered, rated, wide
from homophily.errors import DataError

__all__ = ["following"]
__references__ = ("bates2015", "kuznetsova2017", "laird1982", "liu1994", "page1963", "pinheiro2006")

_LOGIT = "mixed logit, intercepts by person, adaptive Gauss–Hermite quadrature, Wald"
_OUTCOMES = ("followed", "confidence", "alone", "rank")


def following(tables: Mapping[str, pd.DataFrame], *, nodes: int = 15) -> Finding:
    """What people do with agents of each level.

    Means over people of the share of suggestions followed, the confidence in those decisions, the wish to
    send the agent in alone (0–100), and the final rank (1 is best), at each level; the linear trend of the
    first three in a mixed model whose intercept and slope vary by person; Page's one-sided test that ranks
    improve with level, as ranks of one person always sum to the same. From single decisions: log odds of
    following, and of asking why, per level for one and the same person.

    Args:
        tables: With ``ratings``; and ``decisions`` for the log odds.
        nodes: Points of the quadrature.
    """
    ratings = rated(tables)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        kept = by_level(ratings, outcome, warnings)
        rows = means(kept, outcome)
        try:
            if outcome == "rank":
                rows.append(ordered(-wide(kept, outcome, warnings)[0]))
            else:
                found, said = trend(kept, outcome)
                warnings.extend(said)
                rows.append(found)
        except DataError as error:  # the means stand, even where no trend does
            warnings.append(f"{outcome}, trend: {error}")
        return rows

    rows = gather([{"outcome": name} for name in _OUTCOMES], estimate, warnings)
    rows += _decided(tables, nodes, warnings)
    table = estimates(rows, "outcome", "level")
    return Finding(
        name="following",
        title="Whom people follow",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="levels",
        data=curves(ratings, table, _OUTCOMES),
    )


def _decided(tables: Mapping[str, pd.DataFrame], nodes: int, warnings: list[str]) -> list[dict[str, Any]]:
    """Log odds per level from single decisions."""
    decisions = tables.get("decisions")
    if decisions is None or decisions.empty:
        warnings.append("there are no single decisions; log odds of following are left out.")
        return []
    known = decisions.dropna(subset=["choice", "level"])
    known = known[known["choice"].isin(("follow", "else"))]
    rows = []
    for outcome, chosen in (
        ("log odds of following, per level", known["choice"] == "follow"),
        ("log odds of asking why, per level", known["asked_why"].fillna(False).astype(bool)),
    ):
        level = known["level"].to_numpy(float)
        x = np.column_stack([np.ones(len(known)), level - level.mean()]) if len(known) else np.zeros((0, 2))
        person = np.asarray(pd.factorize(known["participant"])[0], dtype=np.intp)
        try:
            if not 0 < chosen.mean() < 1:
                raise DataError("everybody always did the same, or nobody decided.")
            fitted = mixed_logit(x, chosen.to_numpy().astype(float), person, nodes=nodes)
        except DataError as error:
            warnings.append(f"{outcome}: {error}")
            continue
        found = wald(float(fitted.beta[1]), float(np.sqrt(fitted.covariance[1, 1])))
        rows.append({**row(outcome, found, len(known), _LOGIT), "outcome": "decisions"})
    return rows


def _text(table: pd.DataFrame) -> str:
    trends = {x["outcome"]: x for _, x in table[table["term"] == "linear trend"].iterrows()}
    told = [
        f"{name} {spelled(trends[key])}"
        for key, name in (
            ("followed", "share followed"),
            ("confidence", "confidence"),
            ("alone", "send in alone"),
        )
        if key in trends
    ]
    text = (
        f"Change per level of designed similarity: {'; '.join(told)}." if told else "No trend was estimable."
    )
    ranks = table[(table["outcome"] == "rank") & (table["term"] == "Page's L")]
    if len(ranks):
        text += f" Final ranks improve with level: Page's p {chance(float(ranks['p'].iloc[0]))}."
    return text
