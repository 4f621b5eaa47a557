"""Points at equal steps round the circle: similarity is the cosine of the angle between two, exactly."""

from __future__ import annotations

import numpy as np

from homophily.errors import UsageError
from homophily.values.profiles._scale import HIGH, LOW, MIDDLE
from homophily.values.theory import CODES

__all__ = ["grid"]
__references__ = ("own", "schwartz1992")


def grid(n: int, rng: np.random.Generator, *, amplitude: float = (HIGH - LOW) / 2) -> np.ndarray:
    """Lay people out round the circle of values.

    Person k puts first what lies at angle 2πk/n and last what lies across; scores fall off as a cosine, the
    ten values taken as equally spaced. Nothing is left to chance.

    Args:
        n: How many.
        rng: Not used; all generators take one.
        amplitude: How far scores reach above and below 3.5, in (0, 2.5].

    Returns:
        Raw target scores, (n, 10).

    Raises:
        UsageError: The amplitude would leave the 1–6 scale.
    """
    if not 0 < amplitude <= (HIGH - LOW) / 2:
        raise UsageError(f"amplitude {amplitude!r} does not fit the 1–6 scale: choose above 0, at most 2.5.")
    places = 2 * np.pi * np.arange(len(CODES)) / len(CODES)
    peaks = 2 * np.pi * np.arange(n)[:, None] / max(n, 1)
    return np.clip(MIDDLE + amplitude * np.cos(places - peaks), LOW, HIGH)
