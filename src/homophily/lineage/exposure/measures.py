"""Measures of a reading: how much of the change it holds, and how few bits reach a target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.exposure.part import Part, Reading

__all__ = ["agreement_interval", "bits_to", "explained", "is_rising", "theory"]


def explained(parts: Sequence[Part], readings: Sequence[Reading]) -> float:
    """R² of the change: 1 less the squared error over the squared change, over all weights the base has too.

    Returns:
        1 for the victim itself, 0 for the base; below 0 for worse than the base; NaN where nothing changed.
    """
    error, change = 0.0, 0.0
    for part, reading in zip(parts, readings, strict=True):
        if part.base is None:
            continue
        given = np.isfinite(part.base)
        victim = part.victim.astype(np.float64)
        # Two separate sums over large arrays: a difference of their totals would cancel.
        error += float(np.square((victim - reading.values)[given]).sum())
        change += float(np.square((victim - part.base)[given]).sum())
    return 1 - error / change if change else float("nan")


def theory(bits: float | NDArray[np.floating]) -> float | NDArray[np.floating]:
    """The most R² that any code of so many bits a weight holds of independent normal changes: 1 - 2^(-2R).

    Shannon's rate distortion function of a Gaussian source (Cover and Thomas, theorem 10.3.2). Changes with
    heavier tails, or many zeros, can be told in fewer bits.
    """
    return 1 - np.exp2(-2 * np.asarray(bits, np.float64))


def bits_to(target: float, bits: Sequence[float], reached: Sequence[float]) -> float | None:
    """The bits a weight from which on a curve stays at a target or above; its points joined by lines.

    Args:
        target: Such as .95.
        bits: Of each point, rising.
        reached: Of each point.

    Returns:
        None where the last point is below the target; the first point's bits where no point is.
    """
    below = [place for place, value in enumerate(reached) if not value >= target]
    if not below:
        return float(bits[0]) if len(bits) else None
    last = below[-1]
    if last == len(reached) - 1:
        return None
    share = (target - reached[last]) / (reached[last + 1] - reached[last])
    return float(bits[last] + share * (bits[last + 1] - bits[last]))


def is_rising(reached: Sequence[float], tolerance: float = 0.0) -> bool:
    """Whether no point of a curve lies further than a tolerance below one before it."""
    top = np.maximum.accumulate(np.asarray(reached, np.float64))
    return bool(np.all(top - reached <= tolerance))


def agreement_interval(
    hits: NDArray[np.integer], totals: NDArray[np.integer], *, seed: int = 0, resamples: int = 1000
) -> tuple[float, float]:
    """A 95 % percentile bootstrap interval of a share, over texts, whose predictions belong together.

    Args:
        hits: Predictions that agree, of each text.
        totals: Predictions of each text.
        seed: Of what is drawn.
        resamples: How many.
    """
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(len(hits), np.full(len(hits), 1 / len(hits)), size=resamples)
    shares = (drawn @ hits) / np.maximum(drawn @ totals, 1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)
