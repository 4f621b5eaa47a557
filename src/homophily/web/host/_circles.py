"""Two circles that share more and more of their area, from touching to nine tenths."""

from __future__ import annotations

import math
from functools import cache

__all__ = ["pairs"]

_RADIUS = 20.0
_MOST = 0.9


@cache
def pairs(steps: int) -> tuple[dict[str, float], ...]:
    """The two centres of each step, for a drawing 84 wide and 44 high.

    Args:
        steps: How many there are; the share of a circle's area that both cover grows by the same amount each.
    """
    centres = []
    for step in range(steps):
        apart = _distance(_MOST * step / max(1, steps - 1))
        centres.append(
            {"left": round(42 - apart / 2, 2), "right": round(42 + apart / 2, 2), "radius": _RADIUS}
        )
    return tuple(centres)


def _distance(share: float) -> float:
    """How far apart the centres of two equal circles are that share this part of their area, by bisection."""
    low, high = 0.0, 2 * _RADIUS
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _shared(middle) > share else (low, middle)
    return (low + high) / 2


def _shared(apart: float) -> float:
    """The part of each circle's area that both cover: a lens of two equal segments."""
    half = apart / (2 * _RADIUS)
    return 2 / math.pi * (math.acos(half) - half * math.sqrt(1 - half * half))
