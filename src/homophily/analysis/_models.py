"""The mixed model of ratings, as several analyses use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._estimators import reml
from homophily.analysis._estimators.terms import Matrix, matrix
from homophily.analysis._once import once
from homophily.errors import DataError

__all__ = ["METHOD", "OUTCOMES", "RANDOM", "Model", "gather", "model"]

OUTCOMES = ("trust", "closeness")
RANDOM = ("rater", "partner", "pair", "rater:partner", "session")
METHOD = "REML, crossed random intercepts, Satterthwaite t"


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted mixed model with its design.

    Attributes:
        matrix: The fixed-effects design.
        fit: The fit.
        warnings: Of both, in words.
    """

    matrix: Matrix
    fit: reml.Fit
    warnings: tuple[str, ...]

    def row(self, term: str, weights: np.ndarray) -> dict[str, Any]:
        """One row of estimates: a contrast of the fixed effects."""
        found = self.fit.contrast(weights)
        return {
            "term": term,
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
            "p": found.p,
            "n": self.fit.n,
            "df": found.df,
            "method": METHOD,
        }

    @property
    def boundary(self) -> tuple[str, ...]:
        """A note on each variance that is estimated at zero."""
        return tuple(
            f"the variance of {name!r} is estimated at zero, the boundary." for name in self.fit.singular
        )

    def slopes(self, variable: str, term: str = "slope") -> list[dict[str, Any]]:
        """The slope of a variable in each language, and averaged over them where there are several."""
        languages = self.matrix.levels.get("language", ())
        rows = [
            {**self.row(term, self.matrix.slope(variable, language=language)), "language": language}
            for language in languages
        ]
        if len(languages) != 1:
            rows.append({**self.row(term, self.matrix.slope(variable)), "language": "all"})
        return rows


def model(
    frame: pd.DataFrame,
    outcome: str,
    terms: str,
    random: Sequence[str] = RANDOM,
    *,
    near: Model | None = None,
) -> Model:
    """Fit outcome ~ terms with crossed random intercepts.

    Numeric predictors are centred at their mean over the rows used, so that the effect of a language is that
    at mean similarity. A random factor that is absent, or that splits the rows exactly as an earlier one or
    as the residual does (the session, where each pair meets once), is left out; ``a:b`` combines two columns.
    Several analyses ask for the same model; it is fitted once.

    Args:
        frame: One row a directed rating.
        outcome: The column to be explained.
        terms: As `homophily.analysis._estimators.terms.matrix` reads them.
        random: Columns whose levels have random intercepts.
        near: A model of the same outcome and factors; its variances shorten the search.

    Raises:
        DataError: Nothing can be estimated.
    """
    used = sorted(set(terms.replace("*", "+").replace(":", "+").replace(" ", "").split("+")) - {""})
    absent = [name for name in (outcome, *used) if name not in frame.columns]
    if absent:
        raise DataError(f"the ratings lack the columns {', '.join(map(repr, absent))}.")
    factors = [part for name in random for part in name.split(":") if part in frame.columns]
    asked = (outcome, terms, *random)
    columns = list(dict.fromkeys([outcome, *used, *factors]))
    begun = near.fit.variances if near else None
    return once(asked, frame[columns], lambda: _fitted(frame[columns], outcome, terms, used, random, begun))


def _fitted(
    frame: pd.DataFrame,
    outcome: str,
    terms: str,
    used: Sequence[str],
    random: Sequence[str],
    near: Mapping[str, float] | None,
) -> Model:
    complete = frame.dropna(subset=[outcome, *used]).copy()
    if complete.empty:
        raise DataError(f"no rating has both {outcome!r} and its predictors.")
    numeric = [name for name in used if pd.api.types.is_numeric_dtype(complete[name])]
    complete[numeric] = complete[numeric] - complete[numeric].mean()
    design = matrix(complete, terms)
    factors = _factors(complete, random)
    fitted = reml.fit(complete[outcome].to_numpy(float), design.columns, factors, near=near)
    warnings = list(fitted.warnings)
    if design.dropped:
        warnings.append(f"left out, as other terms imply them: {', '.join(design.dropped)}.")
    if len(complete) < len(frame):
        warnings.append(f"{len(frame) - len(complete)} of {len(frame)} ratings are missing and left out.")
    return Model(design, fitted, tuple(warnings))


def gather(
    labels: Iterable[Mapping[str, Any]],
    estimate: Callable[[Mapping[str, Any]], list[dict[str, Any]]],
    warnings: list[str],
) -> list[dict[str, Any]]:
    """Estimates of every group; one that cannot be estimated becomes a row without figures and a warning."""
    rows: list[dict[str, Any]] = []
    for label in labels:
        try:
            rows += [{**label, **row} for row in estimate(label)]
        except DataError as error:
            warnings.append(f"{', '.join(str(part) for part in label.values())}: {error}")
            rows.append({"term": "not estimable", **label, "method": "none"})
    return rows


def _factors(frame: pd.DataFrame, random: Sequence[str]) -> dict[str, Sequence[object]]:
    factors: dict[str, Sequence[object]] = {}
    seen: list[np.ndarray] = []
    for name in random:
        parts = name.split(":")
        if any(part not in frame.columns for part in parts):
            continue
        codes = frame.groupby(parts, sort=False).ngroup().to_numpy()
        if codes.max() + 1 < len(frame) and not any(np.array_equal(codes, other) for other in seen):
            seen.append(codes)
            factors[name] = codes.tolist()
    return factors
