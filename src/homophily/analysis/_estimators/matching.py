"""Whether profiles of two kinds belong together: similarity beside what chance gives."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray

__all__ = ["across_models", "across_values", "standardised"]

Array = NDArray[np.float64]
_EXACT = 5040  # all orders of up to seven models


def standardised(profiles: Array) -> Array:
    """Each profile less its mean, in units of its spread over the values, (…, values); NaN for a flat one."""
    centred = profiles - profiles.mean(axis=-1, keepdims=True)
    spread = centred.std(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(spread > 1e-12, centred / spread, np.nan))


def across_values(one: Array, other: Array, draws: int, rng: np.random.Generator) -> float:
    """One-sided p of two standardised profiles' correlation, the values' names shuffled, (values,) each."""
    found = float(one @ other)
    shuffled = rng.permuted(np.tile(other, (draws, 1)), axis=1) @ one
    return (1 + int((shuffled >= found - 1e-9).sum())) / (draws + 1)


def across_models(similarity: Array, draws: int, rng: np.random.Generator) -> tuple[float, float]:
    """Are the profiles of one model more alike than those of two? Models are shuffled on one side.

    Args:
        similarity: Of each model's profile of the one kind with each one's of the other, (models, models).
        draws: Shuffles, where there are too many to take each.
        rng: Source of chance.

    Returns:
        The mean with one's own less the mean with others', and its one-sided p; every order counts, where
        there are at most 5,040, so that p cannot fall below 1 / models!.
    """
    n = len(similarity)
    if n < 2:
        return float("nan"), float("nan")
    own = float(np.trace(similarity)) / n
    others = (float(similarity.sum()) - n * own) / (n * (n - 1))
    place = np.arange(n)
    if factorial(n) <= _EXACT:
        orders = np.array(list(permutations(range(n))))
        extra = 0
    else:
        orders, extra = rng.permuted(np.tile(place, (draws, 1)), axis=1), 1
    means = similarity[place, orders].mean(axis=1)
    p = (extra + int((means >= own - 1e-9).sum())) / (len(orders) + extra)
    return own - others, p
