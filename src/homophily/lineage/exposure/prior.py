"""The prior: how far a fine-tune's weights lie from the base's, and where in a range one is likely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["spread_of", "truncated_mean", "upper_share"]

Array = NDArray[np.floating]


def spread_of(tuned: Sequence[Array], base: Array) -> float:
    """The root mean square of what tuning changed, over one or several fine-tunes of a base.

    Given the victim itself it is the worst case: the reader knows how far this very tensor moved. Given
    siblings it is what a reader without the victim can know.

    Args:
        tuned: Tensors of the base's shape; empty gives NaN.
        base: NaN where the base has no number: left out.

    Returns:
        In units of weights.
    """
    squares, number = 0.0, 0
    for each in tuned:
        change = each.astype(np.float64) - base
        change = change[np.isfinite(change)]
        squares, number = squares + float(np.square(change).sum()), number + change.size
    return float(np.sqrt(squares / number)) if number else float("nan")


def truncated_mean(low: Array, high: Array, centre: Array, sigma: float) -> NDArray[np.float64]:
    """The mean of a normal distribution cut to a range: the best guess of a weight known to lie in it.

    Args:
        low: Lower ends, float64.
        high: Upper ends, none below its lower end.
        centre: The normal's means, which may lie outside the range.
        sigma: Its standard deviation; 0 gives the range's point that is nearest the centre.
    """
    if sigma <= 0:
        return np.clip(centre, low, high)
    from scipy.special import ndtr

    a, b = (low - centre) / sigma, (high - centre) / sigma
    turned = a + b > 0  # the lower tail is the one without cancellation
    a, b = np.where(turned, -b, a), np.where(turned, -a, b)
    middle, width = (a + b) / 2, b - a
    mass = ndtr(b) - ndtr(a)
    # A narrow range is nearly uniform, tilted by the density's slope: exact to the second order.
    narrow = (width < 1e-3) | (mass < 1e-300)
    density = (np.exp(-a * a / 2) - np.exp(-b * b / 2)) / np.sqrt(2 * np.pi)
    mean = np.where(
        narrow, middle * (1 - np.minimum(width, 1e-3) ** 2 / 12), density / np.where(narrow, 1, mass)
    )
    mean = np.clip(mean, a, b)
    return np.clip(centre + sigma * np.where(turned, -mean, mean), low, high)


def upper_share(low: Array, split: Array, high: Array, sigma: float) -> NDArray[np.float64]:
    """How likely a weight known to lie in a range lies in its upper part.

    Args:
        low: Lower ends, as distances from the normal's mean, float64.
        split: Where the upper parts begin.
        high: Upper ends.
        sigma: The normal's standard deviation, positive.
    """
    from scipy.special import ndtr

    turned = low + high > 0  # the lower tail is the one without cancellation
    a = np.where(turned, -high, low) / sigma
    b = np.where(turned, -low, high) / sigma
    m = np.where(turned, -split, split) / sigma
    mass = ndtr(b) - ndtr(a)
    even = mass < 1e-300  # so far out that the tail has no number: all of it at the end towards the mean
    share = np.where(even, 1.0, (ndtr(b) - ndtr(m)) / np.where(even, 1, mass))
    return np.where(turned, 1 - share, share)
