"""Page's test of an ordered alternative (Page 1963, J. Am. Stat. Assoc. 58), exact also where answers tie."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.errors import DataError

__all__ = ["Page", "page"]

Array = NDArray[np.float64]
_EXACT = 6  # conditions up to which every order of a person's ranks is counted


@dataclass(frozen=True, slots=True)
class Page:
    """The result.

    Attributes:
        l: Page's L, the sum of condition number × rank sum.
        z: L less its mean, in standard deviations.
        p: One-sided: P(L at least as large) if every order of a person's answers were equally likely.
        exact: Whether `p` is counted rather than normal.
    """

    l: float  # noqa: E741  the test's own name
    z: float
    p: float
    exact: bool


def page(answers: Array) -> Page:
    """Test whether answers rise over the conditions, in the order of the columns.

    Ties share their mean rank. The null distribution keeps each person's ranks as they are, ties included: it
    is the convolution over persons of the sums that all orders of their ranks would give.

    Args:
        answers: One row a person, one column a condition, (n, k), without gaps.

    Raises:
        DataError: Fewer than two persons or three conditions, or nobody told any two conditions apart.
    """
    n, k = answers.shape
    if n < 2 or k < 3:
        raise DataError(f"{n} complete people and {k} conditions are too few for Page's test.")
    ranks = stats.rankdata(answers, axis=1)
    weights = np.arange(1, k + 1)
    found = float((ranks @ weights).sum())
    mean = n * k * (k + 1) ** 2 / 4
    spread = float(ranks.var(axis=1).sum()) * k * k * (k * k - 1) / (12 * (k - 1))
    if spread == 0:
        raise DataError("nobody told any two conditions apart.")
    z = (found - mean) / float(np.sqrt(spread))
    if k > _EXACT:
        return Page(found, z, float(stats.norm.sf(z)), exact=False)
    return Page(found, z, _tail(np.rint(2 * ranks).astype(int), found), exact=True)


def _tail(doubled: NDArray[np.int_], found: float) -> float:
    """P(L ≥ found); ranks doubled, so that shared ones are whole."""
    k = doubled.shape[1]
    weights = np.arange(1, k + 1)
    patterns, times = np.unique(np.sort(doubled, axis=1), axis=0, return_counts=True)
    chance = np.ones(1)
    for pattern, many in zip(patterns, times, strict=True):
        sums = [int(np.dot(order, weights)) for order in permutations(pattern)]
        one = np.bincount(sums) / factorial(k)
        for _ in range(int(many)):
            chance = np.convolve(chance, one)
    return float(min(1.0, chance[round(2 * found) :].sum()))
