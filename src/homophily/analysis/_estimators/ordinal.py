"""Cumulative logit of an ordered outcome, with errors clustered by person.

P(y ≤ k | x) = expit(c_k − x'β) (McCullagh 1980, J. R. Stat. Soc. B 42), by maximum likelihood over β and
every threshold, so that an outcome enters by its order alone; as many thresholds as distinct values but one
(Liu, Shepherd, Li & Harrell 2017, Stat. Med. 36). The covariance is the cluster-robust sandwich (Liang &
Zeger 1986) enlarged by G / (G − 1) for G clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from homophily.analysis._estimators.interval import Interval, wald
from homophily.errors import DataError

__all__ = ["Ordinal", "cumulative_logit"]

Array = NDArray[np.float64]
_FAR = 30.0


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A fitted model.

    Attributes:
        beta: Log odds of a higher answer, per unit of each column, (p,).
        covariance: Cluster-robust, (p, p).
        plain: Covariance if rows were independent, (p, p).
        thresholds: Between neighbouring values, ascending.
        likelihood: Log likelihood.
        clusters: How many there are.
    """

    beta: Array
    covariance: Array
    plain: Array
    thresholds: Array
    likelihood: float
    clusters: int

    def interval(self, place: int) -> Interval:
        """One coefficient with its 95 % interval, t on clusters − 1 degrees."""
        se = float(np.sqrt(self.covariance[place, place]))
        return wald(float(self.beta[place]), se, self.clusters - 1)


def cumulative_logit(x: Array, y: Array, clusters: Sequence[object]) -> Ordinal:
    """Fit the model.

    Args:
        x: Predictors without a constant, (n, p).
        y: Outcome, of which only the order counts, (n,).
        clusters: Rows with one label depend on each other, (n,).

    Raises:
        DataError: Fewer than three clusters or two values, or no finite maximum.
    """
    groups, codes = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
    values, k = np.unique(y, return_inverse=True)
    if len(groups) < 3 or len(values) < 2:
        raise DataError(f"{len(groups)} people and {len(values)} distinct answers are too few for order.")
    if np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        raise DataError("a predictor does not vary, or others imply it: leave it out.")
    problem = _Problem(x, k, len(values) - 1)
    at, value = _newton(problem)
    scores, information = problem.slopes(at)
    bread: Array = np.linalg.inv(information).astype(float)
    summed = np.zeros((len(groups), at.size))
    np.add.at(summed, codes, scores)
    meat = summed.T @ summed * len(groups) / (len(groups) - 1)
    cut = len(values) - 1
    return Ordinal(
        beta=at[cut:],
        covariance=(bread @ meat @ bread)[cut:, cut:],
        plain=bread[cut:, cut:],
        thresholds=at[:cut],
        likelihood=value,
        clusters=len(groups),
    )


def _newton(problem: _Problem) -> tuple[Array, float]:
    """The maximum; the likelihood is log-concave, so that halved Newton steps cannot miss it."""
    at, value = problem.start(), -np.inf
    for _ in range(60):
        value = problem.likelihood(at)
        scores, information = problem.slopes(at)
        slope = scores.sum(axis=0)
        step = np.linalg.lstsq(information, slope, rcond=None)[0]
        if float(slope @ step) < 1e-9:
            return at, value
        size = 1.0
        while size > 1e-6 and not problem.likelihood(at + size * step) > value:
            size /= 2
        at = at + size * step
        if np.abs(problem.reach(at)).max() > _FAR:
            break
    raise DataError("the predictors tell the answers apart perfectly: no finite coefficients.")


class _Problem:
    """Likelihood and slopes; parameters are the thresholds, then β."""

    def __init__(self, x: Array, k: NDArray[np.intp], cut: int) -> None:
        self.x, self.k, self.cut = x, k, cut
        corners = np.eye(cut + 1, cut)
        self.above = np.column_stack([corners[k], -x])  # of c_k − x'β; the last answer has no c above
        self.below = np.column_stack([np.roll(np.eye(cut + 1, cut), 1, axis=0)[k], -x])
        self.above[k == cut], self.below[k == 0] = 0.0, 0.0

    def start(self) -> Array:
        share = np.cumsum(np.bincount(self.k, minlength=self.cut + 1))[:-1] / len(self.k)
        return np.concatenate([special.logit(share), np.zeros(self.x.shape[1])])

    def reach(self, at: Array) -> Array:
        return np.asarray(self.x @ at[self.cut :])

    def _ends(self, at: Array) -> tuple[Array, Array]:
        high = np.where(self.k == self.cut, np.inf, self.above @ at)
        low = np.where(self.k == 0, -np.inf, self.below @ at)
        return high, low

    def likelihood(self, at: Array) -> float:
        """Log likelihood; −∞ where thresholds are out of order."""
        if (np.diff(at[: self.cut]) <= 0).any():
            return float("-inf")
        high, low = self._ends(at)
        chance = special.expit(high) - special.expit(low)
        return float(np.log(chance).sum()) if (chance > 0).all() else float("-inf")

    def slopes(self, at: Array) -> tuple[Array, Array]:
        """Each row's score, (n, parameters), and the observed information."""
        high, low = self._ends(at)
        up, down = special.expit(high), special.expit(low)
        chance = up - down
        f, g = up * (1 - up), down * (1 - down)
        a, b = f / chance, -g / chance
        scores = a[:, None] * self.above + b[:, None] * self.below
        aa = f * (1 - 2 * up) / chance - a * a
        bb = -g * (1 - 2 * down) / chance - b * b
        mixed = self.above.T @ ((-a * b)[:, None] * self.below)
        bend = self.above.T @ (aa[:, None] * self.above) + self.below.T @ (bb[:, None] * self.below)
        return scores, np.asarray(-(bend + mixed + mixed.T))
