"""Conformity: how much do agents stick to their own last verdict, and how much do they follow others'?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._clusters import Clusters
from homophily.analysis._debates import Debates, debates
from homophily.analysis._estimators import conformity as estimator
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, number, row, spelled
from homophily.errors import DataError, UnknownName

__all__ = ["conformity"]
__references__ = ("efron1993", "sachdeva2026", "wilson1927")

#: Table 1 of the paper, log odds.
_PUBLISHED = {
    "gpt": {"inertia": 2.12, "previous": 0.26, "within": 2.22},
    "claude": {"inertia": 1.48, "previous": 0.39, "within": 0.03},
    "gemini": {"inertia": 1.02, "previous": -0.01, "within": 1.65},
}
#: A pull of the prior, in standard errors, that must be told.
_PULL = 0.5
_METHODS = {
    "map": "mode under the priors, bootstrap over dilemmas",
    "marginal": "leanings integrated out (Laplace), bootstrap over dilemmas",
}


def conformity(
    tables: Mapping[str, pd.DataFrame],
    *,
    form: str = "model",
    estimators: tuple[estimator.Estimator, ...] = ("map", "marginal"),
    base_sd: float = 1.0,
    leaning_sd: float = 1.0,
    effect_sd: float = 0.5,
    published: bool = False,
    draws: int = 200,
    seed: int = 1,
) -> Finding:
    """Inertia and conformity of each model, in log odds (Sachdeva & van Nuenen 2026).

    P(v) ∝ exp( θ[model, v] + φ[dilemma, v] + α · 1{v = own last verdict} + γ · counts of others' verdicts
    ): α is ``inertia``; γ is ``previous`` for verdicts of completed rounds and ``within`` for earlier
    speakers of the same round. Intervals are percentiles of refits to resampled dilemmas, one drawn twice
    counting as two.

    The mode over all parameters, the paper's estimate, shrinks the coefficients by a few percent, as each
    dilemma's leanings are fitted to its few verdicts; its intervals do not know that. The marginal
    estimate, with leanings integrated out, does not: where the two differ, believe it.

    Args:
        tables: With ``verdicts``.
        form: Which effects there are and who shares them, a key of `FORMS`.
        estimators: ``map``, ``marginal``, or both.
        base_sd: Prior standard deviation of θ.
        leaning_sd: Of φ.
        effect_sd: Of α and γ.
        published: Whether the data are the published ones, so that the paper's values are set beside.
        draws: Refits to resampled dilemmas; 0 for none.
        seed: Seed of the resampling.

    Raises:
        UnknownName: No form has this name.
        DataError: Nothing distinguishes the effects.
    """
    if form not in estimator.FORMS:
        raise UnknownName("form of the conformity model", form, list(estimator.FORMS))
    found = debates(tables)
    prior = estimator.Prior(base=base_sd, leaning=leaning_sd, effect=effect_sd)
    clusters = Clusters(len(found.dilemmas), draws, seed, "conformity")
    rows, warnings = [], []
    for kind in estimators:
        fitted = _fit(found, form, prior, kind)
        lines, lost = _lines(fitted, found, clusters)
        rows += [{**line, "estimator": kind, "method": _METHODS[kind]} for line in lines]
        if not fitted.solution.converged:
            warnings.append(f"{kind}: the fit did not converge; do not believe it.")
        warnings += _pulled(fitted, kind, found)
        if lost:
            warnings.append(f"{kind}: {lost} of {draws} refits did not converge and are left out.")
    table = estimates(rows, "model", "protocol", "estimator")
    if published:
        table["published"] = [_published(x["term"], x["model"]) for _, x in table.iterrows()]
    best = table[table["estimator"] == estimators[-1]]
    return Finding(
        name="conformity",
        title="Inertia and conformity",
        text=f"In log odds: {_told(best)}.",
        estimates=table,
        warnings=tuple(warnings),
        figure="parameters",
        data=table,
    )


def _published(effect: str, model: str) -> float:
    """The paper's value for a model whose name begins as its vendor's does; NaN for none."""
    for family, values in _PUBLISHED.items():
        if str(model).lower().startswith(family):
            return values.get(effect, float("nan"))
    return float("nan")


def _fit(found: Debates, form: str, prior: estimator.Prior, kind: estimator.Estimator) -> estimator.Fit:
    sizes = {"models": len(found.models), "dilemmas": len(found.dilemmas), "protocols": len(found.protocols)}
    fitted = estimator.fit(
        estimator.rows(found.panel), estimator.FORMS[form], prior=prior, estimator=kind, **sizes
    )
    if not fitted.effects.size:
        raise DataError(f"form {form!r} has no inertia or conformity, or no debate went on to show any.")
    return fitted


def _pulled(fitted: estimator.Fit, kind: str, found: Debates) -> list[str]:
    """A note if the prior moves an effect by more than half its standard error: the data are few for it."""
    solution, problem = fitted.solution, fitted.problem
    start = problem.models * problem.free
    precision = np.r_[np.zeros(start), np.full(len(problem.names), fitted.prior.effect**-2.0)]
    pull = np.linalg.solve(solution.system.curvature, precision * solution.beta)[start:]
    shift = np.abs(pull) / np.sqrt(np.diag(solution.sandwich())[start:])
    most = int(shift.argmax())
    if shift[most] < _PULL:
        return []
    effect, model, _ = problem.names[most]
    return [
        f"{kind}: the prior (sd {fitted.prior.effect:g}) draws {effect} of "
        f"{found.models[model] if model >= 0 else 'all'} towards 0 by {shift[most]:.1f} standard errors; its "
        "interval does not know that. With few dilemmas, give a wider prior (effect_sd)."
    ]


def _lines(fitted: estimator.Fit, found: Debates, clusters: Clusters) -> tuple[list[dict[str, Any]], int]:
    """A row for each coefficient, and how many refits failed."""
    start = fitted.problem.models * fitted.problem.free
    drawn = fitted.resampled(clusters.weights)[:, start:]
    rows = []
    for place, (effect, model, protocol) in enumerate(fitted.problem.names):
        point = float(fitted.effects[place])
        interval = percentile(point, drawn[:, place]) if len(drawn) else Interval(point, np.nan, np.nan)
        label = {
            "model": found.models[model] if model >= 0 else "all",
            "protocol": found.protocols[protocol] if protocol >= 0 else "all",
        }
        rows.append({**row(effect, interval, int(fitted.problem.total.sum()), ""), **label})
    return rows, int(np.isnan(drawn).any(axis=1).sum())


def _told(table: pd.DataFrame) -> str:
    parts = []
    for effect, rows in table.groupby("term", sort=False):
        several = rows["protocol"].nunique() > 1
        each = [
            f"{x['model']}{' (' + x['protocol'] + ')' if several else ''} {spelled(x)}"
            for _, x in rows.iterrows()
        ]
        parts.append(f"{effect} {', '.join(each)}")
    return "; ".join(parts) if parts else number(np.nan)
