"""n-grams of a trace: which runs of up to n words it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["grams", "informative", "resampled"]


def grams(sequences: Sequence[Sequence[str]], longest: int) -> Counter[str]:
    """How often each run of 1 to `longest` words comes, words joined by spaces.

    Args:
        sequences: From `channels.words`; runs do not cross from one to another.
        longest: Words of the longest run.
    """
    counted: Counter[str] = Counter()
    for sequence in sequences:
        for length in range(1, longest + 1):
            counted.update(map(" ".join, zip(*(sequence[i:] for i in range(length)), strict=False)))
    return counted


def informative(
    traces: Sequence[Counter[str]], classes: NDArray[np.int64], *, many: int, least: int = 2
) -> list[str]:
    """The n-grams whose presence tells classes apart best, by mutual information; ties in order of spelling.

    Args:
        traces: n-grams of each.
        classes: Of each, ``(traces,)``.
        many: Most n-grams.
        least: Traces that an n-gram must be in, and be absent from.
    """
    spread = Counter(gram for trace in traces for gram in trace)
    names = sorted(g for g, n in spread.items() if least <= n <= len(traces) - least)
    place = {name: i for i, name in enumerate(names)}
    number = int(classes.max()) + 1
    inside = np.zeros((number, len(names)))
    for trace, own in zip(traces, classes, strict=True):
        inside[own, [place[gram] for gram in trace if gram in place]] += 1
    size = np.bincount(classes, minlength=number)[:, None]
    conditional = (size * _entropy(inside / np.maximum(size, 1))).sum(axis=0) / len(traces)
    gain = _entropy(inside.sum(axis=0) / len(traces)) - conditional
    order = np.argsort(-np.round(gain, 9), kind="stable")[:many]
    return [names[i] for i in sorted(order)]


def resampled(values: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    """Means of a sequence over a number of equal spans, shifted and scaled to mean 0 and spread 1."""
    if not len(values):
        return np.zeros(points)
    edges = np.linspace(0, len(values), points + 1)
    summed = np.concatenate(([0.0], np.cumsum(values)))
    means = np.diff(np.interp(edges, np.arange(len(values) + 1), summed)) / np.diff(edges)
    spread = means.std()
    pressed: NDArray[np.float64] = (means - means.mean()) / (spread if spread > 0 else 1.0)
    return pressed


def _entropy(p: NDArray[np.float64]) -> NDArray[np.float64]:
    q = np.clip(p, 1e-12, 1 - 1e-12)
    bits: NDArray[np.float64] = -(q * np.log2(q) + (1 - q) * np.log2(1 - q))
    return bits
