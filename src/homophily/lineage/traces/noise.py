"""Noise: what a worse observer would see of a trace, simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from homophily.errors import UsageError
from homophily.lineage.traces.trace import Trace

__all__ = ["jitter", "lose", "merge"]


def lose(trace: Trace, share: float, chance: np.random.Generator) -> Trace:
    """Each event is lost with probability `share`, independently.

    Raises:
        UsageError: `share` is not within [0, 1).
    """
    return trace.keep(chance.random(len(trace)) >= _share(share))


def jitter(trace: Trace, octaves: float, chance: np.random.Generator) -> Trace:
    """Durations are multiplied by ``2 ** n``, n normal with standard deviation `octaves`.

    Raises:
        UsageError: `octaves` is negative.
    """
    if not octaves >= 0:
        raise UsageError(f"jitter of {octaves} octaves; give 0 or more.")
    factor = 2.0 ** chance.normal(0.0, octaves, len(trace))
    return replace(trace, about=dict(trace.about), duration=trace.duration * factor)


def merge(trace: Trace, share: float, chance: np.random.Generator) -> Trace:
    """Each event but the first joins the one before with probability `share`: one name, the durations' sum.

    Raises:
        UsageError: `share` is not within [0, 1).
    """
    joined = chance.random(len(trace)) < _share(share)
    joined[:1] = False
    firsts = np.flatnonzero(~joined)
    merged = trace.keep(firsts)
    if len(firsts):
        merged.duration = np.add.reduceat(trace.duration, firsts)
    return merged


def _share(share: float) -> float:
    if not 0 <= share < 1:
        raise UsageError(f"a share of {share}; give one of at least 0 and below 1.")
    return share
