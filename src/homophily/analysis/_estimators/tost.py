"""Two one-sided tests: is a mean difference surely within a margin, where rows share clusters or members?

Schuirmann (1987, J. Pharmacokinet. Biopharm. 15); Lakens (2017, Soc. Psychol. Personal. Sci. 8). The standard
error is cluster-robust (CR2, with Satterthwaite's degrees of freedom: Bell & McCaffrey 2002; Pustejovsky &
Tipton 2018), which with one row a cluster is exactly that of the paired t test; where rows share members, as
ratings among agents do, it is the dyadic-cluster-robust one (`homophily.analysis._estimators.dyadic`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.dyadic import variance
from homophily.analysis._estimators.interval import Interval, wald

__all__ = ["Tost", "by_cluster", "by_members", "tost"]

Array = NDArray[np.float64]
Spread = Callable[[Array], tuple[float, float]]
"""From what each row adds to a mean, (rows,), to the mean's standard error and its degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tost:
    """A difference, and whether it lies within a margin.

    Attributes:
        difference: In points, with its 95 % interval and the p value of no difference.
        scaled: On the margin's scale, with the interval that belongs to the test: 90 % at a level of .05.
        p: Of a difference as large as the margin or larger, whichever way: the larger of the two tests'.
        margin: In points.
        sd: By which it was scaled; 1 for a margin in points.
        df: Degrees of freedom.
        more: How many times as many cases would find the two equivalent with a probability of .8, if there is
            no difference at all and the spread stays as it is.
    """

    difference: Interval
    scaled: Interval
    p: float
    margin: float
    sd: float
    df: float
    more: float = float("nan")


def tost(run: Array, reference: Array, spread: Spread, *, margin: float, scaled: bool, level: float) -> Tost:
    """Test run − reference against ± margin.

    A margin in standard deviations is a multiple of an estimate. Its error enters as well, by the influence
    of each row on the ratio r: (d − m)/s − r/(2s²) · ((x − x̄)² − s²), with d the row's difference, m their
    mean, x the row's value in the reference and s the standard deviation; r is the margin for the test, and
    the estimate for the interval. Without it the test would reject too often where two runs agree closely.

    Args:
        run: One number a case, (n,).
        reference: Of the same cases.
        spread: From `by_cluster` or `by_members`.
        margin: In standard deviations of the reference, or in points.
        scaled: Whether in standard deviations.
        level: Of each test.

    Returns:
        NaN where the reference does not vary and the margin is in standard deviations, or where the
        differences do not vary.
    """
    gap = run - reference
    mean = float(gap.mean())
    se, df = spread(gap - mean)
    sd = float(reference.std(ddof=1)) if scaled else 1.0
    if not (se > 0 and sd > 0 and df > 0):
        nothing = Interval(mean, np.nan, np.nan)
        unsure = Interval(mean / sd if sd > 0 else np.nan, np.nan, np.nan)
        return Tost(difference=nothing, scaled=unsure, p=np.nan, margin=margin * sd, sd=sd, df=df)
    ratio, wobble = mean / sd, ((reference - reference.mean()) ** 2 - sd**2) / (2 * sd**2)

    def ratio_se(truth: float) -> float:
        influence = (gap - mean) / sd - (truth * wobble if scaled else 0.0)
        return spread(influence - influence.mean())[0]

    half = float(stats.t.ppf(1 - level, df)) * ratio_se(ratio)
    above, below = (margin - ratio) / ratio_se(margin), (margin + ratio) / ratio_se(-margin)
    return Tost(
        difference=wald(mean, se, df),
        scaled=Interval(ratio, ratio - half, ratio + half),
        p=float(stats.t.sf(min(above, below), df)),
        margin=margin * sd,
        sd=sd,
        df=df,
        more=(ratio_se(margin) * float(stats.norm.ppf(1 - level) + stats.norm.ppf(0.9)) / margin) ** 2,
    )


def by_cluster(labels: Sequence[object] | NDArray[np.generic]) -> Spread:
    """The spread of a mean whose rows depend within clusters: CR2 with Satterthwaite's degrees of freedom.

    With n_g of n rows in cluster g and S_g the sum of what they add, the variance is
    Σ_g S_g² / (1 − n_g/n) / n²; the degrees of freedom are those it has where rows are independent and alike.
    """
    codes = np.unique(np.asarray(labels).astype(str), return_inverse=True)[1]
    size = np.bincount(codes).astype(float)
    n = size.sum()
    if size.size < 2:
        return lambda _: (np.nan, 0.0)
    weight = 1 / (1 - size / n)
    scale = np.sqrt(weight)
    cross = np.outer(scale, scale) * (np.diag(size) - np.outer(size, size) / n)
    df = float(np.trace(cross) ** 2 / (cross**2).sum())

    def spread(added: Array) -> tuple[float, float]:
        sums = np.bincount(codes, weights=added)
        return float(np.sqrt((weight * sums**2).sum()) / n), df

    return spread


def by_members(first: Sequence[object], second: Sequence[object]) -> Spread:
    """The spread of a mean whose rows depend where they share a member.

    The degrees of freedom are half the number of members: so many pairs at most have none in common.
    """
    one, other = (np.asarray(labels).astype(str) for labels in (first, second))
    df = np.unique(np.concatenate([one, other])).size / 2

    def spread(added: Array) -> tuple[float, float]:
        return float(np.sqrt(variance(added, one, other)[0, 0]) / added.size), df

    return spread
