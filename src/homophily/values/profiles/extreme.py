"""One quadrant of the circle high and its opposite low: allies and adversaries, little between."""

from __future__ import annotations

import numpy as np

from homophily.errors import UsageError
from homophily.values.profiles._scale import HIGH, LOW, check_bounds
from homophily.values.theory import CODES, HIGHER, Hedonism, higher_order

__all__ = ["extreme"]
__references__ = ("own", "schwartz1992")


def extreme(
    n: int,
    rng: np.random.Generator,
    *,
    low: float = 1.5,
    high: float = 5.5,
    noise: float = 0.25,
    hedonism: Hedonism = "openness",
) -> np.ndarray:
    """Draw people who live for one higher-order value and against its opposite.

    Each quadrant is held by as equal a number as `n` allows, in random order. The other two quadrants lie
    midway.

    Args:
        n: How many.
        rng: The source of chance.
        low: Score of the quadrant opposed.
        high: Score of the quadrant held.
        noise: Standard deviation added to each score, cut to 1–6.
        hedonism: Where HE is counted.

    Returns:
        Raw target scores on 1–6, (n, 10).

    Raises:
        UsageError: Not 1 ≤ low < high ≤ 6, or the noise is negative.
    """
    check_bounds(low, high)
    if noise < 0:
        raise UsageError(f"noise {noise!r} is negative: it is a standard deviation, 0 or more.")
    groups = higher_order(hedonism)
    held = rng.permutation(np.arange(n) % len(HIGHER))
    templates = np.full((len(HIGHER), len(CODES)), (low + high) / 2)
    for row, higher in enumerate(HIGHER.values()):
        templates[row, [CODES.index(code) for code in groups[higher.key]]] = high
        templates[row, [CODES.index(code) for code in groups[higher.opposite]]] = low
    return np.asarray(np.clip(templates[held] + rng.normal(0, noise, size=(n, len(CODES))), LOW, HIGH))
