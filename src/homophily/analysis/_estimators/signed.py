"""Paired differences by signed ranks: Wilcoxon's test, Hodges and Lehmann's estimate, an effect size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval

__all__ = ["signed"]

_EXACT = 200  # people up to whom every assignment of signs is counted

Array = NDArray[np.float64]


def signed(differences: Array, level: float = 0.95) -> tuple[Interval, float]:
    """The location of paired differences, and how one-sided they are.

    The estimate is the median of the means of all two differences (Hodges & Lehmann 1963), its interval
    between the order statistics of those means that the normal approximation of the signed-rank statistic
    gives (Hollander, Wolfe & Chicken 2014, section 3.3). p is Wilcoxon's, zeros dropped, exact given the
    ties for up to 200 people, beyond them normal.

    Args:
        differences: One a person, (n,).
        level: Coverage.

    Returns:
        The difference, its bounds NaN where there are too few for the level; and the matched-pairs
        rank-biserial correlation (Kerby 2014), the share of ranks in favour less that against, 0 where nobody
        differs.
    """
    differences = differences.round(9)  # differences of means of items that tie must tie
    some = differences[differences != 0]
    walsh = np.sort(((differences[:, None] + differences) / 2)[np.triu_indices(differences.size)])
    n = differences.size
    spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    inside = int(np.floor(n * (n + 1) / 4 - stats.norm.ppf(0.5 + level / 2) * spread))
    low, high = (walsh[inside], walsh[-1 - inside]) if inside >= 1 else (np.nan, np.nan)
    if not some.size:
        return Interval(0.0, float(low), float(high), 1.0), 0.0
    ranks = stats.rankdata(np.abs(some))
    effect = float((ranks * np.sign(some)).sum() / ranks.sum())
    return Interval(float(np.median(walsh)), float(low), float(high), _chance(some, ranks)), effect


def _chance(some: Array, ranks: Array) -> float:
    """Two-sided p of the sum of positive ranks, if each sign were a toss of a coin."""
    if some.size > _EXACT:
        return float(stats.wilcoxon(some, method="asymptotic").pvalue)
    doubled = np.rint(2 * ranks).astype(int)  # shared ranks come in halves
    chance = np.zeros(int(doubled.sum()) + 1)
    chance[0] = 1.0
    for rank in doubled:
        moved = chance.copy()
        moved[rank:] += chance[:-rank]
        chance = moved / 2
    found = int(doubled[some > 0].sum())
    return float(min(1.0, 2 * min(chance[: found + 1].sum(), chance[found:].sum())))
