"""Means and shares with intervals that keep what happens on one dilemma together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.interval import Interval, wald

__all__ = ["Clusters", "holm", "paired"]

Array = NDArray[np.float64]
BOOTSTRAP = "bootstrap over dilemmas, percentile"


class Clusters:
    """Resamples of dilemmas, drawn with replacement and counted as often as drawn, the same for everything.

    Args:
        n: How many dilemmas there are.
        draws: How many resamples.
        names: Whence chance comes (`homophily.seeds`).
    """

    method = BOOTSTRAP

    def __init__(self, n: int, draws: int, *names: object) -> None:
        self.n = n
        self.weights: Array = counts(n, draws, seeds.generator(*names))

    def sums(self, values: NDArray[np.generic], cluster: NDArray[np.integer]) -> Array:
        """Sums over each dilemma, (dilemmas,)."""
        weights = np.asarray(values, dtype=float)
        return np.asarray(np.bincount(cluster, weights=weights, minlength=self.n), dtype=float)

    def drawn(self, over: Array, under: Array) -> Array:
        """The ratio of two sums in each resample; NaN where there is nothing below, (draws,)."""
        below = self.weights @ under
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(below > 0, self.weights @ over / below, np.nan))

    def mean(
        self,
        values: NDArray[np.generic],
        cluster: NDArray[np.integer],
        *,
        share: bool = False,
    ) -> Interval:
        """The mean of values, by dilemma.

        Args:
            values: One a case.
            cluster: Each case's dilemma.
            share: The values are 0 and 1. A share of 0 or 1 never varies in a resample; its interval then is
                Wilson's (1927), dilemmas counted as the cases.
        """
        if not len(values):
            return Interval(float("nan"), float("nan"), float("nan"))
        point = float(np.mean(np.asarray(values, dtype=float)))
        if share and point in (0.0, 1.0):
            used = len(np.unique(cluster))
            ends = stats.binomtest(round(point * used), used).proportion_ci(method="wilson")
            return Interval(point, float(ends.low), float(ends.high))
        over, under = self.sums(values, cluster), self.sums(np.ones(len(values)), cluster)
        found = percentile(point, self.drawn(over, under))
        return Interval(point, found.low, found.high)

    def compare(
        self, first: tuple[Array, NDArray[np.integer]], second: tuple[Array, NDArray[np.integer]]
    ) -> Interval:
        """The mean of the second values less that of the first, each with its cases' dilemmas."""
        points, resampled = [], []
        for values, cluster in (first, second):
            points.append(float(np.mean(values)) if len(values) else float("nan"))
            under = self.sums(np.ones(len(values)), cluster)
            resampled.append(self.drawn(self.sums(values, cluster), under))
        return percentile(points[1] - points[0], resampled[1] - resampled[0])


def paired(values: Array, cluster: NDArray[np.integer]) -> tuple[Interval, int]:
    """The mean over dilemmas of each dilemma's mean, with t over dilemmas, and how many there are."""
    codes = np.unique(cluster, return_inverse=True)[1].reshape(-1)
    size = np.bincount(codes)
    means = np.bincount(codes, weights=values) / size
    if means.size < 2:
        return Interval(float(means.mean()) if means.size else float("nan"), np.nan, np.nan), means.size
    se = float(means.std(ddof=1) / np.sqrt(means.size))
    if se == 0:
        return Interval(float(means.mean()), np.nan, np.nan), means.size
    return wald(float(means.mean()), se, means.size - 1), means.size


def holm(p: Array) -> Array:
    """Correct p values by Holm's method (1979); NaN stays, and does not count."""
    found = np.full(p.size, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(order.size, 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found
