"""Bootstrap intervals over clusters or over members, by percentiles or bias-corrected and accelerated.

Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 14. What is drawn with
replacement must be what is independent: profiles, pairs that share no agent, or agents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval

__all__ = ["Scheme", "bootstrap", "clusters", "members"]

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Statistic = Callable[[Rows], float]
Scheme = Callable[[np.random.Generator], Rows]
"""Draws one resample: the rows of the data, each as often as it was drawn."""


def clusters(labels: Sequence[object] | NDArray[np.generic]) -> Scheme:
    """Draw as many clusters as there are, with replacement; one drawn twice brings its rows twice."""
    codes = np.unique(np.asarray(labels).astype(str), return_inverse=True)[1]
    rows = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])

    def draw(rng: np.random.Generator) -> Rows:
        return np.concatenate([rows[c] for c in rng.integers(len(rows), size=len(rows))])

    return draw


def members(first: Sequence[object], second: Sequence[object]) -> Scheme:
    """Draw the members of pairs with replacement; a pair comes as often as its members' counts multiply to.

    The ("pigeonhole") bootstrap for dyads of Davezies, D'Haultfœuille & Guyonvarch (2021, Ann. Statist. 49).
    """
    names, codes = np.unique(np.concatenate([first, second]).astype(str), return_inverse=True)
    a, b = codes.reshape(2, -1)

    def draw(rng: np.random.Generator) -> Rows:
        times = np.bincount(rng.integers(names.size, size=names.size), minlength=names.size)
        return np.repeat(np.arange(a.size), times[a] * times[b])

    return draw


def bootstrap(
    statistic: Statistic,
    n: int,
    scheme: Scheme,
    *,
    draws: int,
    rng: np.random.Generator,
    method: Literal["percentile", "bca"] = "percentile",
    jackknife: Sequence[Rows] | None = None,
    level: float = 0.95,
) -> Interval:
    """The interval of a statistic over resampled rows.

    Args:
        statistic: From row numbers (with repeats) to a number; NaN where it cannot be computed.
        n: Rows of the data.
        scheme: How rows are drawn.
        draws: Number of resamples.
        rng: Source of chance.
        method: ``percentile``, or ``bca``, which corrects bias and skewness.
        jackknife: For ``bca``, the rows that remain when each independent unit is left out in turn; each row
            by itself when not given.
        level: Coverage.

    Returns:
        Estimate and bounds (NaN if under half of the resamples gave a number); p is twice the smaller share
        of resamples on one side of 0, at least 2 / (draws + 1).
    """
    estimate = statistic(np.arange(n))
    values = np.array([statistic(scheme(rng)) for _ in range(draws)])
    values = values[np.isfinite(values)]
    if values.size < draws / 2 or not np.isfinite(estimate):
        return Interval(estimate, float("nan"), float("nan"))
    ends = np.array([0.5 - level / 2, 0.5 + level / 2])
    if method == "bca":
        ends = _corrected(estimate, values, ends, _left_out(statistic, n, jackknife))
    low, high = np.quantile(values, ends)
    side = min(np.sum(values <= 0), np.sum(values >= 0))
    return Interval(estimate, float(low), float(high), float(min(1.0, 2 * (side + 1) / (values.size + 1))))


def _left_out(statistic: Statistic, n: int, jackknife: Sequence[Rows] | None) -> Array:
    units = jackknife if jackknife is not None else [np.delete(np.arange(n), i) for i in range(n)]
    return np.array([statistic(rows) for rows in units])


def _corrected(estimate: float, values: Array, ends: Array, left_out: Array) -> Array:
    below = (np.sum(values < estimate) + 0.5 * np.sum(values == estimate)) / values.size
    bias = stats.norm.ppf(np.clip(below, 1e-6, 1 - 1e-6))
    pull = left_out[np.isfinite(left_out)].mean() - left_out[np.isfinite(left_out)]
    spread = np.sum(pull**2) ** 1.5
    acceleration = np.sum(pull**3) / (6 * spread) if spread > 0 else 0.0
    z = bias + stats.norm.ppf(ends)
    corrected: Array = stats.norm.cdf(bias + z / (1 - acceleration * z))
    return corrected
