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

__all__ = ["Scheme", "bootstrap", "clusters", "members", "percentile"]
__references__ = ("davezies2021", "efron1993")

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
        As `percentile`.
    """
    estimate = statistic(np.arange(n))
    values = np.array([statistic(scheme(rng)) for _ in range(draws)])
    if method == "percentile":
        return percentile(estimate, values, level)
    bias, acceleration = _correction(estimate, values, _left_out(statistic, n, jackknife))
    z = bias + stats.norm.ppf([0.5 - level / 2, 0.5 + level / 2])
    return percentile(estimate, values, level, np.asarray(stats.norm.cdf(bias + z / (1 - acceleration * z))))


def percentile(estimate: float, values: Array, level: float = 0.95, ends: Array | None = None) -> Interval:
    """The interval between two quantiles of resampled values.

    Args:
        estimate: The statistic of the data themselves.
        values: The statistic of each resample; NaN where it has none.
        level: Coverage.
        ends: The two probabilities; the equal-tailed ones for `level` when not given.

    Returns:
        NaN bounds if under half of the resamples have a value; p is twice the smaller share of them on one
        side of 0.
    """
    finite = values[np.isfinite(values)]
    if finite.size < values.size / 2 or not np.isfinite(estimate):
        return Interval(estimate, float("nan"), float("nan"))
    low, high = np.quantile(finite, [0.5 - level / 2, 0.5 + level / 2] if ends is None else ends)
    side = min(np.sum(finite <= 0), np.sum(finite >= 0))
    return Interval(estimate, float(low), float(high), float(min(1.0, 2 * (side + 1) / (finite.size + 1))))


def _left_out(statistic: Statistic, n: int, jackknife: Sequence[Rows] | None) -> Array:
    units = jackknife if jackknife is not None else [np.delete(np.arange(n), i) for i in range(n)]
    return np.array([statistic(rows) for rows in units])


def _correction(estimate: float, values: Array, left_out: Array) -> tuple[float, float]:
    """Bias and acceleration of the BCa method."""
    finite = values[np.isfinite(values)]
    below = (np.sum(finite < estimate) + 0.5 * np.sum(finite == estimate)) / max(finite.size, 1)
    pull = left_out[np.isfinite(left_out)].mean() - left_out[np.isfinite(left_out)]
    spread = float(np.sum(pull**2)) ** 1.5
    bias = float(stats.norm.ppf(np.clip(below, 1e-6, 1 - 1e-6)))
    return bias, float(np.sum(pull**3)) / (6 * spread) if spread > 0 else 0.0
