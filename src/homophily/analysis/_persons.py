"""The mixed model of people's repeated ratings, as rich in what varies between people as the data allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.slopes import FORMS, Form, Slopes, slopes

__all__ = ["METHOD", "compare", "effect", "fit", "trend"]

Array = NDArray[np.float64]

METHOD = "REML, intercept and slope by person as far as the data allow, Satterthwaite t"

_SAID: dict[Form, str] = {
    "independent": "slope and intercept seem perfectly correlated between people, more than the data can "
    "show: their correlation is left out.",
    "intercepts": "the slope's variance between people is estimated at zero: one slope for all, with "
    "intercepts alone varying.",
}
_ALIKE = "people do not differ in their means: that variance is estimated at zero, the boundary."


def fit(y: Array, x: Array, z: Array, person: Sequence[object]) -> tuple[Slopes, list[str]]:
    """The richest model in which slopes vary by more than zero, and what was given up for it.

    Args:
        y: Outcome, (n,).
        x: Fixed effects, (n, p).
        z: What may vary between persons, a constant first, (n, q).
        person: Whose row it is, (n,).
    """
    for form in FORMS:
        fitted = slopes(y, x, z, person, form=form)
        varies = bool((np.diag(fitted.random)[1:] > 0).all())
        if not fitted.singular or (form != "correlated" and varies):
            break
    alike = bool(fitted.random[0, 0] == 0)
    said = [_SAID[form]] if form == "intercepts" or (form == "independent" and not alike) else []
    if alike:
        said.append(_ALIKE)
    if not fitted.converged:
        said.append("the mixed model did not converge; do not believe it.")
    return fitted, said


def effect(fitted: Slopes, term: str, weights: Sequence[float] | Array) -> dict[str, Any]:
    """A row of estimates: a contrast of the fixed effects."""
    found = fitted.contrast(weights)
    return {
        "term": term,
        "estimate": found.estimate,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "n": fitted.n,
        "df": found.df,
        "method": METHOD,
    }


def compare(
    y: Array, full: Array, reduced: Array, z: Array, person: Sequence[object], form: Form
) -> tuple[float, int, float]:
    """The likelihood-ratio test of fixed effects: χ², its degrees of freedom, p. Plain maximum likelihood.

    Args:
        y: Outcome, (n,).
        full: Fixed effects of the larger model, (n, p).
        reduced: Those of the smaller one.
        z: What varies between persons.
        person: Whose row it is, (n,).
        form: How it varies, in both models.
    """
    large, small = (slopes(y, x, z, person, form=form, reml=False).deviance for x in (full, reduced))
    chi2, df = max(0.0, small - large), full.shape[1] - reduced.shape[1]
    return chi2, df, float(stats.chi2.sf(chi2, df))


def trend(ratings: pd.DataFrame, outcome: str, by: str = "level") -> tuple[dict[str, Any], list[str]]:
    """The linear trend of an outcome over levels, varying between people.

    Args:
        ratings: Complete rows.
        outcome: What is explained.
        by: What it is set against.
    """
    at = ratings[by].to_numpy(float)
    x = np.column_stack([np.ones(len(at)), at - at.mean()])
    fitted, said = fit(ratings[outcome].to_numpy(float), x, x, ratings["participant"].tolist())
    return effect(fitted, "linear trend", [0.0, 1.0]), [f"{outcome}: {text}" for text in said]
