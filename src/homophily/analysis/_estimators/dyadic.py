"""Variances of statistics over pairs that share members.

An agent that sits in several pairs makes them dependent. The dyadic-cluster-robust variance of Aronow, Samii
& Assenova (2015, Political Analysis 23) lets every two pairs with a member in common covary freely, and takes
pairs without one as independent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.interval import Interval, fisher

__all__ = ["correlation_interval", "variance"]

Array = NDArray[np.float64]
Labels = NDArray[np.object_] | NDArray[np.str_] | NDArray[np.int64]


def variance(scores: Array, first: Labels, second: Labels) -> Array:
    """Covariance of the column sums of scores whose rows depend when they share a member.

    With S_a the sum over the rows of member a and S_d over the rows of dyad d, Σ_a S_aS_a' counts each
    product of rows sharing one member once and of rows sharing both twice; Σ_d S_dS_d' is taken off. The
    result is never below the variance for independent dyads, and is enlarged by N/(N − 2) for N members: few
    members understate their own spread.

    Args:
        scores: (rows, terms).
        first: One member of each row.
        second: The other; the order within a row does not matter.

    Returns:
        (terms, terms).
    """
    scores = scores.reshape(len(scores), -1)
    names, members = np.unique(np.concatenate([first, second]).astype(str), return_inverse=True)
    a, b = members.reshape(2, -1)
    dyads = np.unique(np.minimum(a, b) * names.size + np.maximum(a, b), return_inverse=True)[1]
    by_member = _sums(scores, a, names.size) + _sums(scores, b, names.size)
    by_dyad = _sums(scores, dyads, int(dyads.max()) + 1)
    independent = by_dyad.T @ by_dyad
    excess = by_member.T @ by_member - 2 * independent
    weights, axes = np.linalg.eigh((excess + excess.T) / 2)
    robust = independent + (axes * np.clip(weights, 0, None)) @ axes.T
    return np.asarray(robust * names.size / max(names.size - 2, 1))


def correlation_interval(r: float, influence: Array, first: Labels, second: Labels) -> Interval:
    """Interval of a correlation over pairs that share members, by Fisher's z and t.

    The degrees of freedom are half the number of members: so many pairs at most have no member in common.
    """
    n = influence.size
    spread = float(variance(influence, first, second)[0, 0]) / n**2
    members = np.unique(np.concatenate([first, second]).astype(str)).size
    return fisher(r, float(np.sqrt(spread)), members / 2)


def _sums(scores: Array, codes: NDArray[np.intp], size: int) -> Array:
    sums = np.zeros((size, scores.shape[1]))
    np.add.at(sums, codes, scores)
    return sums
