"""What a descent test takes and gives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

__all__ = ["Layer", "Score", "Weights", "common"]

#: A model's arrays by role and layer (None outside the blocks), each as ``(outputs, inputs)``: "up" and "gate"
#: ``(units, hidden)``, "down" ``(hidden, units)``, "q", "k", "v" ``(heads · size, hidden)``, "o" ``(hidden, heads ·
#: size)``, "embed" and "head" ``(vocabulary, hidden)``. May be lazy: a test holds a layer's tensors at a time.
Weights = Mapping[tuple[str, int | None], np.ndarray]


class Layer(NamedTuple):
    """One layer's part of a score.

    Attributes:
        statistic: As in `Score`.
        log10_p: As in `Score`.
        n: Units compared in this layer.
    """

    statistic: float
    log10_p: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a test says about two models.

    Attributes:
        statistic: The larger, the more alike; NaN where nothing could be compared.
        log10_p: Logarithm of the p-value under `null`, finite: p is never 0. None for a score without a null.
        n: Units (rows, words, layers) compared in all.
        null: What p is computed under, in a sentence.
        assumptions: What must hold for p, or for the score, to mean what it says.
        per_layer: Parts by layer number.
        missing: Why there is no statistic; empty where there is one.
    """

    statistic: float
    log10_p: float | None = None
    n: int = 0
    null: str = ""
    assumptions: tuple[str, ...] = ()
    per_layer: Mapping[int, Layer] = field(default_factory=dict)
    missing: str = ""

    def __post_init__(self) -> None:
        """Hold the promise that no p-value is 0 and none is above 1."""
        if self.log10_p is not None and not (math.isfinite(self.log10_p) and self.log10_p <= 1e-12):
            raise ValueError(f"log10_p is {self.log10_p}: a p-value lies in (0, 1].")

    @classmethod
    def none(cls, why: str) -> Score:
        """A score that is missing, with its reason."""
        return cls(math.nan, missing=why)


def common(
    a: Weights, b: Weights, *roles: str
) -> Iterator[tuple[int | None, list[np.ndarray], list[np.ndarray]]]:
    """Each layer in which both models hold all `roles` in one shape.

    Yields:
        The layer, then each model's arrays in the order of `roles`.
    """
    layers = sorted(
        {layer for role, layer in a if role == roles[0]}, key=lambda layer: -1 if layer is None else layer
    )
    for layer in layers:
        keys = [(role, layer) for role in roles]
        if not all(key in a and key in b for key in keys):
            continue
        ours, theirs = [a[key] for key in keys], [b[key] for key in keys]
        if all(one.shape == other.shape for one, other in zip(ours, theirs, strict=True)):
            yield layer, ours, theirs
