"""Variance split: how much of a rating is the rater, the partner, the pair, and the rest?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._estimators.components import intervals
from homophily.analysis._estimators.reml import Fit
from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, gather, model
from homophily.analysis._rows import estimates, number, row, select

__all__ = ["variance"]
__references__ = ("bates2015", "kenny1994", "kuznetsova2017", "venzon1988")

_COMPONENTS = {"rater": "actor", "partner": "partner", "pair": "pair", "residual": "residual"}


def variance(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    terms: str = "",
    condition: str = "dialogue",
    profile: bool = True,
) -> Finding:
    """Actor, partner, relationship and residual variance of each outcome in each language, and their shares.

    The social relations model (Kenny 1994) as a mixed model: *actor* is what a rater gives everyone,
    *partner* what an agent gets from everyone, *pair* what the two directions of a relationship have in
    common, *residual* the rest of one direction with the error of measurement. Actor and partner effects of
    an agent are taken as independent, and a pair's two directions as agreeing, not opposing (a variance
    cannot be negative).

    Args:
        tables: With ``ratings``.
        outcomes: Columns to be explained.
        terms: Fixed effects whose part is taken out first; none by default.
        condition: Rows of which condition.
        profile: Profile-likelihood intervals of the variances; otherwise from their asymptotic covariance.
    """
    ratings = select(tables, "ratings", ["rater", "partner", "pair", "language"], condition=condition)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = ratings[ratings["language"] == label["language"]]
        fitted = model(rows, label["outcome"], terms, ("rater", "partner", "pair"))
        fit, said = fitted.fit, (*fitted.warnings, *fitted.boundary)
        warnings.extend(f"{label['outcome']}, {label['language']}: {text}" for text in said)
        return _split(fit, profile)

    languages = sorted(ratings["language"].unique())
    labels = [{"outcome": outcome, "language": spoken} for outcome in outcomes for spoken in languages]
    table = estimates(gather(labels, estimate, warnings), "outcome", "language", "component", "share")
    shown = table.dropna(subset=["estimate"])
    return Finding(
        name="variance",
        title="Variance split",
        text=_text(shown) if len(shown) else "No variance could be split.",
        estimates=table,
        warnings=tuple(warnings),
        figure="variance",
        data=shown if len(shown) else None,
    )


def _split(fit: Fit, profile: bool) -> list[dict[str, Any]]:
    method = "REML, profile likelihood" if profile else "REML, asymptotic"
    return [
        {
            **row(_COMPONENTS[name], part.variance, fit.levels.get(name, fit.n), method),
            "component": _COMPONENTS[name],
            "share": part.share.estimate,
            "share_low": part.share.low,
            "share_high": part.share.high,
        }
        for name, part in intervals(fit, profile=profile).items()
    ]


def _text(table: pd.DataFrame) -> str:
    parts = []
    for outcome, rows in table.groupby("outcome", sort=False):
        shares = rows.groupby("component", sort=False)["share"].mean()
        parts.append(f"{outcome}: " + ", ".join(f"{name} {number(x)}" for name, x in shares.items()))
    over = "mean over languages" if table["language"].nunique() > 1 else str(np.unique(table["language"])[0])
    return f"Share of the variance of a rating ({over}): {'; '.join(parts)}."
