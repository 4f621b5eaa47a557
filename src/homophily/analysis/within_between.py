"""Within and between: does trust rise with rated similarity within a person, and between people?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.slopes import Slopes, slopes
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._persons import METHOD, compare, effect, fit
from homophily.analysis._rows import estimates, number, row, spelled
from homophily.analysis._teammates import OUTCOMES, complete, rated
from homophily.errors import DataError

__all__ = ["within_between"]
__references__ = (
    "bates2015",
    "johnson2014",
    "kuznetsova2017",
    "laird1982",
    "nakagawa2013",
    "raudenbush2002",
    "stram1994",
)

Array = NDArray[np.float64]
_NONE = float("nan")
_RATIO = "likelihood ratio"
_R2 = "Nakagawa & Schielzeth (2013), random slopes by Johnson (2014)"


def within_between(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity_rated",
) -> Finding:
    """A mixed model that keeps apart what a person's agents and what persons differ in.

    trust ~ similarity less the person's mean + the person's mean + (1 + similarity less the mean | person).
    The first slope is *within* persons: of two agents, is the one felt as more alike trusted more? The second
    is *between*: do people who feel more alike on the whole also trust more? Their difference, *contextual*,
    is what a person's mean adds at equal similarity (Raudenbush & Bryk 2002). Restricted maximum likelihood
    (`homophily.analysis._estimators.slopes`) with Satterthwaite degrees of freedom; likelihood-ratio tests of
    the within slope (plain likelihood, χ² on 1) and of its variance (restricted, an equal mixture of χ² on 1
    and 2, as the variance lies on its boundary; Stram & Lee 1994).

    Where the variance of the slope cannot be estimated, a simpler model is fitted and a warning says so.

    Args:
        tables: With ``ratings``.
        outcomes: Columns to be explained, each by a model of its own.
        similarity: The similarity column; for ``similarity_designed``, alike for everyone, no slope between
            people exists.
    """
    ratings = rated(tables, similarity)
    warnings: list[str] = []
    points: list[pd.DataFrame] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        if outcome not in ratings:
            raise DataError(f"the ratings have no column {outcome!r}.")
        rows, drawn = _outcome(ratings, similarity, outcome, warnings)
        points.append(drawn)
        return rows

    table = estimates(gather([{"outcome": name} for name in outcomes], estimate, warnings), "outcome")
    return Finding(
        name="within_between",
        title="Trust and rated similarity, within and between people",
        text=_text(table, similarity),
        estimates=table,
        warnings=tuple(warnings),
        figure="within",
        data=pd.concat(points, ignore_index=True) if points else None,
    )


def _outcome(
    ratings: pd.DataFrame, similarity: str, outcome: str, warnings: list[str]
) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    kept = complete(ratings, [similarity, outcome], warnings)
    person = kept["participant"].tolist()
    at, y = kept[similarity].to_numpy(float), kept[outcome].to_numpy(float)
    middle = kept.groupby("participant")[similarity].transform("mean").to_numpy(float)
    own, ahead = at - middle, middle - middle.mean()
    if not own @ own > 1e-12 * len(own):
        raise DataError(f"{similarity!r} does not vary within any person.")
    columns = [np.ones_like(y), own]
    if ahead @ ahead > 1e-12 * len(own):
        columns.append(ahead)
    elif similarity == "similarity_rated":
        warnings.append(f"{outcome}: people do not differ in mean similarity; no slope between them.")
    x = np.column_stack(columns)
    fitted, said = fit(y, x, x[:, :2], person)
    warnings.extend(f"{outcome}: {text}" for text in said)
    rows = [effect(fitted, "within", np.eye(x.shape[1])[1])]
    if x.shape[1] == 3:
        rows += [effect(fitted, "between", [0, 0, 1]), effect(fitted, "contextual", [0, -1, 1])]
    rows += _ratios(y, x, person, fitted) + _variances(fitted, x)
    where = np.searchsorted(fitted.persons, kept["participant"].astype(str).to_numpy())
    drift = (x[:, : fitted.effects.shape[1]] * fitted.effects[where]).sum(axis=1)
    return rows, kept[["participant", "level"]].assign(
        outcome=outcome,
        similarity=at,
        rating=y,
        own=x @ fitted.beta + drift,
        within=fitted.beta[0] + fitted.beta[1] * (at - middle.mean()),
        between=fitted.beta[0] + fitted.beta[2] * (at - middle.mean()) if x.shape[1] == 3 else np.nan,
    )


def _ratios(y: Array, x: Array, person: list[object], fitted: Slopes) -> list[dict[str, Any]]:
    """Likelihood-ratio tests of the within slope, and of its varying between persons."""
    z = x[:, :2]
    chi2, df, p = compare(y, x, np.delete(x, 1, axis=1), z, person, fitted.form)
    rows = [_test("within slope", chi2, df, p, fitted.n)]
    rich = fitted if fitted.form == "correlated" else slopes(y, x, z, person, form="correlated")
    chi2 = max(0.0, slopes(y, x, z, person, form="intercepts").deviance - rich.deviance)
    mixed = float(stats.chi2.sf(chi2, 1) + stats.chi2.sf(chi2, 2)) / 2
    return [*rows, _test("variance of the slope", chi2, 2, mixed, fitted.n)]


def _test(what: str, chi2: float, df: int, p: float, n: int) -> dict[str, Any]:
    found = Interval(chi2, _NONE, _NONE, float(p))
    return {**row(f"{_RATIO}, {what}", found, n, "likelihood ratio, χ²"), "df": df}


def _variances(fitted: Slopes, x: Array) -> list[dict[str, Any]]:
    """Variances between and within persons, and the two R²."""
    sds = np.sqrt(np.diag(fitted.random))
    parts = {"variance[person]": float(fitted.random[0, 0]), "variance[residual]": fitted.residual}
    if sds.size > 1:
        parts["variance[slope]"] = float(fitted.random[1, 1])
        if fitted.form == "correlated":
            parts["correlation[person, slope]"] = float(fitted.random[0, 1] / (sds[0] * sds[1]))
    z = x[:, : sds.size]
    fixed = float(np.var(x @ fitted.beta, ddof=1))
    varying = float(np.einsum("ni,ij,nj->n", z, fitted.random, z).mean())
    total = fixed + varying + fitted.residual
    shares = {"R², marginal": fixed / total, "R², conditional": (fixed + varying) / total}
    rows = [row(k, Interval(v, _NONE, _NONE), fitted.n, METHOD) for k, v in parts.items()]
    return rows + [row(k, Interval(v, _NONE, _NONE), fitted.n, _R2) for k, v in shares.items()]


def _text(table: pd.DataFrame, similarity: str) -> str:
    slope = table[table["term"] == "within"]
    if slope.empty:
        return "No slope of similarity could be estimated."
    first = slope.iloc[0]
    part = table[table["outcome"] == first["outcome"]].set_index("term")
    unit = "one point of rated similarity" if similarity == "similarity_rated" else "one unit of similarity"
    text = (
        f"Within a person, {unit} more goes with {spelled(first)} more {first['outcome'].replace('_', ' ')}; "
        f"R² is {number(part.loc['R², marginal', 'estimate'])} by similarity alone and "
        f"{number(part.loc['R², conditional', 'estimate'])} with persons."
    )
    if "between" in part.index:
        text += f" Between people the slope is {spelled(part.loc['between'])}."
    return text
