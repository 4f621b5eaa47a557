"""Centring: a person's priorities, freed from how high they rate everything."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values.keys import PVQ21

__all__ = ["centre", "mrat"]
__references__ = ("schwartz1992",)

#: Items per value of the 21-item portraits, in circle order: Universalism has three, the others two.
_ITEMS = np.array([len(items) for items in PVQ21.items.values()], dtype=float)


def mrat(raw: ArrayLike, weights: ArrayLike | None = None) -> np.ndarray:
    """The mean rating of all items (MRAT), told from the value scores.

    With the 21-item portraits three items measure Universalism and two each other value, so the mean of all
    items is not the plain mean of the ten scores, and centred scores sum to zero by items, not by values.

    Args:
        raw: Value scores, (..., 10), in circle order.
        weights: Items per value, (10,); those of the 21-item portraits by default, `np.ones(10)` for the
            plain mean.

    Returns:
        MRAT, (...).
    """
    scores = np.asarray(raw, dtype=float)
    items = _ITEMS if weights is None else np.asarray(weights, dtype=float)
    return np.asarray(scores @ items / items.sum())


def centre(raw: ArrayLike, weights: ArrayLike | None = None) -> np.ndarray:
    """Centred value scores: raw less MRAT (Schwartz 1992), never divided by the person's spread.

    Centring twice equals centring once, so centred scores may be given too.

    Args:
        raw: Value scores, (..., 10), in circle order.
        weights: Items per value, as in `mrat`.

    Returns:
        Centred scores, (..., 10).
    """
    scores = np.asarray(raw, dtype=float)
    return np.asarray(scores - mrat(scores, weights)[..., None])
