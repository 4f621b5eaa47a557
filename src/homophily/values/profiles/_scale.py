"""Placing centred profiles on the answer scale without touching their shape."""

from __future__ import annotations

import numpy as np

from homophily.errors import UsageError

__all__ = ["HIGH", "LOW", "MIDDLE", "check_bounds", "place"]

LOW, HIGH = 1.0, 6.0
MIDDLE = (LOW + HIGH) / 2


def place(centred: np.ndarray, level: float | np.ndarray = MIDDLE) -> np.ndarray:
    """Raw scores on 1–6 with the shape of `centred`, so that every correlation between profiles is kept.

    The level yields first: it moves no further than needed. A profile that spans more than the whole scale
    is shrunk to it.

    Args:
        centred: Profiles, (..., 10).
        level: Wished mean of all items.
    """
    span = np.ptp(centred, axis=-1, keepdims=True)
    shape = centred * np.minimum(1.0, (HIGH - LOW) / np.maximum(span, 1e-12))
    lowest = LOW - shape.min(axis=-1, keepdims=True)
    highest = np.maximum(lowest, HIGH - shape.max(axis=-1, keepdims=True))
    levels = np.clip(np.broadcast_to(np.asarray(level)[..., None], lowest.shape), lowest, highest)
    return np.asarray(np.clip(shape + levels, LOW, HIGH))  # clip: rounding error only


def check_bounds(low: float, high: float) -> None:
    """Refuse bounds outside 1–6 or in the wrong order."""
    if not LOW <= low < high <= HIGH:
        raise UsageError(f"scores from {low!r} to {high!r} are not possible: choose 1 ≤ low < high ≤ 6.")
