"""Agreement of two sets of profiles, from sums over profiles that a bootstrap can weight.

Every statistic here is a function of sums over profiles. A bootstrap resample only changes how often each
profile is counted, so that thousands of resamples are one matrix product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homophily.values import CODES
from homophily.values.similarity.pearson import pearson
from homophily.values.similarity.spearman import spearman

__all__ = ["STATISTICS", "counts", "summarise", "sums"]

Array = NDArray[np.float64]

#: The statistics in order; correlations across profiles follow, one a value.
STATISTICS = (
    "spearman",
    "pearson",
    "mean absolute error",
    "slope",
    "intercept",
    "pearson across profiles",
    *(f"pearson across profiles[{code}]" for code in CODES),
)


def sums(target: Array, measured: Array) -> Array:
    """What each profile adds to the sums that `summarise` reads, (profiles, terms).

    Args:
        target: Centred scores, (profiles, 10).
        measured: Centred scores to be compared with them; NaN where missing.
    """
    within = [np.atleast_1d(measure(target, measured)) for measure in (spearman, pearson)]
    known = np.isfinite(target) & np.isfinite(measured)
    t, m = np.where(known, target, 0.0), np.where(known, measured, 0.0)
    columns = [np.nan_to_num(r) for r in within] + [np.isfinite(r).astype(float) for r in within]
    return np.column_stack([*columns, np.abs(t - m).sum(axis=1), known, t, m, t * t, m * m, t * m])


def summarise(total: Array) -> Array:
    """The statistics of `STATISTICS` from sums, over leading axes: (…, terms) to (…, statistics).

    Spearman's and Pearson's correlation within a profile, averaged over profiles; mean absolute error in
    scale points; slope and intercept of measured on target over all profiles and values; Pearson's
    correlation across profiles, averaged over values and for each. NaN where there is no variance.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        within = total[..., :2] / total[..., 2:4]
        n, t, m, tt, mm, tm = np.split(total[..., 5:], 6, axis=-1)
        every = [part.sum(axis=-1) for part in (n, t, m, tt, tm)]
        spread = every[3] - every[1] ** 2 / every[0]
        slope = np.where(spread > 1e-12, (every[4] - every[1] * every[2] / every[0]) / spread, np.nan)
        intercept = (every[2] - slope * every[1]) / every[0]
        variances = (tt - t * t / n) * (mm - m * m / n)
        across = np.where(variances > 1e-12, (tm - t * m / n) / np.sqrt(variances), np.nan)
        error = total[..., 4] / every[0]
        mean = np.nansum(across, axis=-1) / np.isfinite(across).sum(axis=-1)
    return np.concatenate([within, np.stack([error, slope, intercept, mean], axis=-1), across], axis=-1)


def counts(profiles: int, draws: int, rng: np.random.Generator) -> Array:
    """How often each profile is drawn in each bootstrap resample, (draws, profiles)."""
    return rng.multinomial(profiles, np.full(profiles, 1 / profiles), size=draws).astype(float)
