"""Correlations with the influence of each observation, from which any clustered variance follows.

The influence ψ_i of observation i on a statistic T is n times the change of T by a small extra weight on i:
T̂ − T ≈ mean(ψ), so the variance of T̂ is that of a mean, under whatever dependence the observations have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.errors import DataError

__all__ = ["intraclass", "pearson", "spearman"]

Array = NDArray[np.float64]


def pearson(x: Array, y: Array) -> tuple[float, Array]:
    """Pearson's r and its influence values, ψ = z_x z_y − r (z_x² + z_y²) / 2.

    Raises:
        DataError: Fewer than four observations, or one of the two does not vary.
    """
    a, b = _standard(x), _standard(y)
    r = float(np.mean(a * b))
    return r, a * b - r * (a * a + b * b) / 2


def spearman(x: Array, y: Array) -> tuple[float, Array]:
    """Spearman's rho (ties at mid-rank) and its influence values.

    An observation acts directly, as for Pearson's r of the ranks, and by shifting the ranks of all others
    (Croux & Dehon 2010, Stat. Methods Appl. 19, in the form that allows ties).
    """
    u, v = stats.rankdata(x), stats.rankdata(y)
    rho, direct = pearson(u, v)
    a, b = _standard(u), _standard(v)
    return rho, direct + _shift(u, b - rho * a) + _shift(v, a - rho * b)


def intraclass(first: Array, second: Array) -> tuple[float, Array]:
    """Intraclass correlation of pairs whose two members cannot be told apart, and its influence values.

    The pairwise intraclass correlation of Fisher (1925): each pair enters in both orders, so that mean and
    variance are common to the two directions. It runs from −1 to 1.
    """
    half = len(first)
    if half < 4:
        raise DataError(f"{half} pairs are too few for a correlation; four are the least.")
    r, influence = pearson(np.concatenate([first, second]), np.concatenate([second, first]))
    # Both entries of a pair carry the same influence; the statistic is a mean over pairs.
    return r, (influence[:half] + influence[half:]) / 2


def _standard(x: Array) -> Array:
    x = np.asarray(x, dtype=float)
    if x.size < 4:
        raise DataError(f"{x.size} pairs are too few for a correlation; four are the least.")
    sd = float(x.std())
    if sd <= 1e-9 * max(1.0, float(np.abs(x).max())):
        raise DataError(f"all {x.size} values are {x[0]:g}: without variance there is no correlation.")
    standard: Array = (x - x.mean()) / sd
    return standard


def _shift(ranks: Array, pull: Array) -> Array:
    """Mean over j of pull_j × (what i adds to the standardised rank of j)."""
    order = np.argsort(ranks, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(pull[order])])
    total, n = below[-1], ranks.size
    low = np.searchsorted(ranks[order], ranks, side="left")
    high = np.searchsorted(ranks[order], ranks, side="right")
    above_i = total - below[high] + (below[high] - below[low]) / 2
    share = (ranks - 0.5) / n
    mean_rank = float(np.mean(pull * share))
    shifted = (above_i / n - mean_rank) / (ranks.std() / n)
    return np.asarray(shifted - shifted.mean())
