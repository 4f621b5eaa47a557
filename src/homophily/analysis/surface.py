"""Response surface: which value's fit between rater and partner matters, and how?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, RANDOM, Model, gather, model
from homophily.analysis._rows import estimates, select
from homophily.values import CODES

__all__ = ["surface"]
__references__ = ("bates2015", "edwards1993", "humberg2019", "kuznetsova2017")

_TERMS = ("x", "y", "xx", "xy", "yy")
_SHAPE = {
    "a1": (1, 1, 0, 0, 0),
    "a2": (0, 0, 1, 1, 1),
    "a3": (1, -1, 0, 0, 0),
    "a4": (0, 0, 1, -1, 1),
    "a5": (0, 0, 1, 0, -1),
}


def surface(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    codes: Sequence[str] = CODES,
    values: Literal["target", "measured"] = "target",
    random: Sequence[str] = RANDOM,
    condition: str = "dialogue",
) -> Finding:
    """Polynomial regression of the rating on rater's and partner's level of each value.

    rating = b0 + b1 x + b2 y + b3 x² + b4 xy + b5 y² + language, x the rater's and y the partner's centred
    score (Edwards & Parry 1993), in the mixed model with agents and pairs random. Along the line of agreement
    the surface has slope a1 = b1 + b2 and curvature a2 = b3 + b4 + b5; across it, a3 = b1 − b2 and
    a4 = b3 − b4 + b5, with a5 = b3 − b5. A congruence effect needs a4 < 0 with a1, a2, a3 and a5 near 0
    (Humberg, Nestler & Back 2019). The p of a4 is corrected over the values by Holm's method as ``p_holm``.

    Args:
        tables: With ``ratings`` and both agents' values in it.
        outcomes: Columns to be explained.
        codes: Values examined.
        values: Assigned or measured values.
        random: Random intercepts.
        condition: Rows of which condition.
    """
    ratings = select(tables, "ratings", ["rater", "partner", "language"], condition=condition)
    between = "_" if values == "target" else "_measured_"
    warnings: list[str] = []
    coefficients = []
    last: dict[str, Model] = {}

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        x, y = (ratings[f"{who}{between}{label['value']}"] for who in ("rater", "partner"))
        frame = ratings.assign(x=x, y=y, xx=x * x, xy=x * y, yy=y * y)
        near = last.get(label["outcome"])
        fitted = model(frame, label["outcome"], f"{' + '.join(_TERMS)} + language", random, near=near)
        last[label["outcome"]] = fitted
        if not fitted.fit.converged:
            warnings.append(f"{label['outcome']}, {label['value']}: {fitted.fit.warnings[0]}")
        weights = {term: fitted.matrix.slope(term) for term in _TERMS}
        coefficients.append({**label, **_coefficients(fitted, frame, weights)})
        return [
            fitted.row(name, np.array(shape) @ np.array([weights[term] for term in _TERMS]))
            for name, shape in _SHAPE.items()
        ]

    labels = [{"outcome": outcome, "value": code} for outcome in outcomes for code in codes]
    table = estimates(gather(labels, estimate, warnings))
    table["p_holm"] = _holm(table)
    found = table[(table["term"] == "a4") & (table["estimate"] < 0) & (table["p_holm"] < 0.05)]
    spoken = ", ".join(f"{row['value']} for {row['outcome']}" for _, row in found.iterrows())
    return Finding(
        name="surface",
        title="Response surface",
        text=f"Ratings fall as rater and partner differ in {spoken} (a4 < 0, Holm-corrected p < .05)."
        if spoken
        else "For no single value do ratings demonstrably fall as rater and partner differ in it.",
        estimates=table,
        warnings=tuple(warnings),
        figure="surface",
        data=pd.DataFrame(coefficients),
    )


def _coefficients(fitted: Model, frame: pd.DataFrame, weights: Mapping[str, np.ndarray]) -> dict[str, float]:
    """b0 … b5; the model centres its predictors, so that the constant is moved back to x = y = 0."""
    slopes = {term: float(weight @ fitted.fit.beta) for term, weight in weights.items()}
    used = frame.dropna(subset=[*_TERMS])
    constant = float(fitted.fit.beta[0]) - sum(slopes[term] * float(used[term].mean()) for term in _TERMS)
    return dict(zip(("b0", "b1", "b2", "b3", "b4", "b5"), (constant, *slopes.values()), strict=True))


def _holm(table: pd.DataFrame) -> np.ndarray:
    """Holm's correction of the p of a4, within each outcome."""
    corrected = np.full(len(table), np.nan)
    tested = table[(table["term"] == "a4") & table["p"].notna()]
    for _, rows in tested.groupby("outcome"):
        ordered = rows["p"].sort_values()
        raised = np.maximum.accumulate(ordered.to_numpy() * np.arange(len(ordered), 0, -1))
        corrected[ordered.index.to_numpy()] = np.minimum(raised, 1.0)
    return corrected
