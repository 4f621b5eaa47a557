"""Paired differences by signed ranks: Wilcoxon's test, Hodges and Lehmann's estimate, an effect size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval

__all__ = ["signed"]

Array = NDArray[np.float64]


def signed(differences: Array, level: float = 0.95) -> tuple[Interval, float]:
    """The location of paired differences, and how one-sided they are.

    The estimate is the median of the means of all two differences (Hodges & Lehmann 1963), its interval
    between the order statistics of those means that the normal approximation of the signed-rank statistic
    gives (Hollander, Wolfe & Chicken 2014, section 3.3). p is Wilcoxon's: zeros dropped, exact for small
    samples without ties, else normal with ties corrected.

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
    p = float(stats.wilcoxon(some, zero_method="wilcox").pvalue)
    return Interval(float(np.median(walsh)), float(low), float(high), p), effect
