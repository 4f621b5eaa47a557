"""Reliability of a mean of items within and between the people who answered them several times.

A person's answers about several agents vary for two reasons: agents differ (within a person), and people do
(between). The covariance of items is parted into these two levels, and each has a reliability of its own
(Geldhof, Preacher & Zyphur 2014): alpha (Cronbach 1951), and omega (McDonald 1999) of one factor, whose
loadings reproduce the covariances of different items by least squares. Everything is a function of sums over
people, so that a bootstrap over people is one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Levels", "alpha", "levels", "omega"]

Array = NDArray[np.float64]
_STEPS = 500
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Levels:
    """Covariances of items by level.

    Attributes:
        within: Of deviations from the person's mean, (…, items, items).
        between: Of the people's true means: of their observed means, less what `within` adds to these.
    """

    within: Array
    between: Array


def levels(items: Array, person: NDArray[np.generic], times: Array | None = None) -> Levels:
    """Part the covariance of items.

    Args:
        items: Keyed answers without gaps, (rows, items).
        person: Who gave each row, (rows,).
        times: How often each person counts, in the order of ``np.unique(person)``, (…, people); once if None.

    Returns:
        Unbiased estimates at each level; NaN within where nobody has two rows, between where one person
        counts.
    """
    codes = np.unique(person, return_inverse=True)[1]
    rows = np.bincount(codes).astype(float)
    means = np.zeros((rows.size, items.shape[1]))
    np.add.at(means, codes, items)
    means /= rows[:, None]
    apart = items - means[codes]
    products = np.zeros((rows.size, items.shape[1], items.shape[1]))
    np.add.at(products, codes, apart[:, :, None] * apart[:, None, :])
    weight = np.ones(rows.size) if times is None else times
    within = _ratio(np.tensordot(weight, products, 1), weight @ (rows - 1))
    people = weight.sum(axis=-1)
    centre = (weight @ means) / people[..., None]
    squares = np.tensordot(weight, means[:, :, None] * means[:, None, :], 1)
    outer = people[..., None, None] * centre[..., :, None] * centre[..., None, :]
    share = (weight @ (1 / rows)) / people
    return Levels(within, _ratio(squares - outer, people - 1) - share[..., None, None] * within)


def alpha(covariance: Array) -> Array:
    """Cronbach's alpha of the mean of items, (…,); NaN without a positive variance of their sum.

    Args:
        covariance: Of two items or more, (…, items, items).
    """
    k = covariance.shape[-1]
    whole = covariance.sum(axis=(-2, -1))
    apart = np.trace(covariance, axis1=-2, axis2=-1)
    return np.where(whole > 0, k / (k - 1) * (1 - apart / np.where(whole > 0, whole, 1.0)), np.nan)


def omega(covariance: Array) -> Array:
    """McDonald's omega of one factor, (…,): what it explains of the variance of the items' sum.

    Args:
        covariance: Of three items or more, (…, items, items).

    Returns:
        (Σλ)² / ((Σλ)² + Σψ), with ψ the items' own variances, never below 0; NaN where a variance is not
        positive.
    """
    sizes = np.diagonal(covariance, axis1=-2, axis2=-1)
    usable = np.asarray((sizes > 0).all(axis=-1))
    loadings = _loadings(np.where(usable[..., None, None], covariance, np.eye(sizes.shape[-1])))
    common = loadings.sum(axis=-1) ** 2
    own = np.maximum(sizes - loadings**2, 0.0).sum(axis=-1)
    return np.where(usable, common / np.where(usable, common + own, 1.0), np.nan)


def _loadings(covariance: Array) -> Array:
    """Least squares over the covariances of different items, one loading at a time, (…, items)."""
    values, vectors = np.linalg.eigh(covariance)
    loadings = np.sqrt(np.maximum(values[..., -1:], _CLOSE)) * vectors[..., -1]
    for _ in range(_STEPS):
        before = loadings.copy()
        for place in range(loadings.shape[-1]):
            others = loadings.copy()
            others[..., place] = 0.0
            squares = np.maximum((others**2).sum(axis=-1), _CLOSE)
            loadings[..., place] = (covariance[..., place, :] * others).sum(axis=-1) / squares
        if np.abs(loadings - before).max() < _CLOSE * np.abs(loadings).max():
            break
    return np.asarray(loadings)


def _ratio(sums: Array, number: Array) -> Array:
    some = np.asarray(number)[..., None, None]
    return np.asarray(np.where(some > 0, sums / np.where(some > 0, some, 1.0), np.nan))
