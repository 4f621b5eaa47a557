"""Correlation within persons: one slope for all, or each person's own rank correlation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval
from homophily.errors import DataError

__all__ = ["repeated", "spearmans", "within"]

Array = NDArray[np.float64]


def within(values: Array, person: NDArray[np.intp]) -> Array:
    """Each value less the mean of its person."""
    return np.asarray(values - (np.bincount(person, values) / np.bincount(person))[person])


def repeated(x: Array, y: Array, person: Sequence[object], level: float = 0.95) -> tuple[Interval, int]:
    """The repeated-measures correlation (Bakdash & Marusich 2017, Front. Psychol. 8:456).

    Pearson's r of both variables less their person means: the common slope of parallel lines, one a person,
    in the scale of a correlation. t on n − persons − 1 degrees; the interval by Fisher's z with standard
    error 1 / √(degrees − 1).

    Args:
        x: One variable, (n,).
        y: The other, (n,).
        person: Whose row it is, (n,).
        level: Coverage.

    Returns:
        The correlation, and its degrees of freedom.

    Raises:
        DataError: Too few rows, or a variable does not vary within any person.
    """
    codes = np.unique(np.asarray(person).astype(str), return_inverse=True)[1]
    a, b = within(x, codes), within(y, codes)
    df = x.size - int(codes.max()) - 2
    if df < 2:
        raise DataError(f"{x.size} ratings by {codes.max() + 1} people are too few for a correlation within.")
    if not a @ a > 1e-12 * max(1.0, float(x @ x)) or not b @ b > 1e-12 * max(1.0, float(y @ y)):
        raise DataError("one of the two does not vary within any person.")
    r = float(np.clip(a @ b / np.sqrt((a @ a) * (b @ b)), -1, 1))
    if abs(r) > 1 - 1e-12:
        return Interval(r, r, r, 0.0), df
    half = float(stats.norm.ppf(0.5 + level / 2)) / np.sqrt(df - 1)
    low, high = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    p = float(2 * stats.t.sf(abs(r) * np.sqrt(df / (1 - r * r)), df))
    return Interval(r, float(low), float(high), p), df


def spearmans(x: Array, y: Array, person: Sequence[object], least: int = 3) -> Array:
    """Spearman's rho of each person, (persons,); NaN with fewer rows than `least` or without variance.

    Args:
        x: One variable, (n,).
        y: The other, (n,).
        person: Whose row it is, (n,).
        least: Rows a person needs.
    """
    codes = np.unique(np.asarray(person).astype(str), return_inverse=True)[1]
    a, b = (within(_ranks(values, codes), codes) for values in (x, y))
    products = [np.bincount(codes, part) for part in (a * b, a * a, b * b)]
    bottom = np.sqrt(products[1] * products[2])
    known = (bottom > 1e-12) & (np.bincount(codes) >= least)
    return np.asarray(np.where(known, products[0] / np.where(known, bottom, 1.0), np.nan))


def _ranks(values: Array, codes: NDArray[np.intp]) -> Array:
    """Ranks within persons up to a constant a person, ties sharing their mean."""
    # Ranks of (person, value) pairs run on from person to person, which a person's mean takes away.
    known = np.unique(values.round(9), return_inverse=True)[1]
    return np.asarray(stats.rankdata(codes * (known.max() + 1) + known), dtype=float)
