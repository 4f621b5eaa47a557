"""What a descent test takes and gives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from homophily.errors import UnknownName
from homophily.lineage.tests._tails import COMBINATIONS

__all__ = ["Key", "Layer", "Score", "Weights", "common", "rows_of", "shape_of", "summed_up"]

Key = tuple[str, int | None]

#: A model's arrays by role and layer (None outside the blocks), each as ``(outputs, inputs)``: "up" and
#: "gate" ``(units, hidden)``, "down" ``(hidden, units)``, "q", "k", "v" ``(heads · size, hidden)``, "o"
#: ``(hidden, heads · size)``, "embed", "head" ``(vocabulary, hidden)``. A mapping may read lazily; it then
#: tells shapes in an attribute ``shapes`` and reads rows by a method ``rows(key, start, stop)``, and a test
#: holds few tensors at a time.
Weights = Mapping[Key, np.ndarray]


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


def shape_of(weights: Weights, key: Key) -> tuple[int, ...] | None:
    """A tensor's shape, without reading it where the mapping is lazy; None if it is not there."""
    shapes: Mapping[Key, tuple[int, ...]] | None = getattr(weights, "shapes", None)
    if shapes is not None:
        return shapes.get(key)
    return weights[key].shape if key in weights else None


def rows_of(weights: Weights, key: Key, start: int, stop: int) -> np.ndarray:
    """Some rows of a tensor, the others unread where the mapping is lazy."""
    read = getattr(weights, "rows", None)
    rows: np.ndarray = weights[key][start:stop] if read is None else read(key, start, stop)
    return rows


def common(
    a: Weights, b: Weights, roles: Sequence[str], *, axes: slice = slice(None)
) -> Iterator[int | None]:
    """Each layer in which both models hold all `roles`, in one shape along `axes`; nothing is read."""
    layers = {layer for role, layer in a if role == roles[0]}
    for layer in sorted(layers, key=lambda layer: -1 if layer is None else layer):
        shapes = [(shape_of(a, (role, layer)), shape_of(b, (role, layer))) for role in roles]
        if all(one and other and one[axes] == other[axes] for one, other in shapes):
            yield layer


def summed_up(
    layers: Mapping[int, Layer], *, null: str, assumptions: tuple[str, ...], combine: str = "fisher"
) -> Score:
    """The score of several layers: mean statistic, their p-values combined.

    Args:
        layers: By number.
        null: As in `Score`.
        assumptions: As in `Score`.
        combine: "fisher" or "stouffer" where layers are independent under the null, "harmonic" under any
            dependence.

    Raises:
        UnknownName: There is no such combination.
    """
    if combine not in COMBINATIONS:
        raise UnknownName("combination of p-values", combine, COMBINATIONS)
    return Score(
        statistic=float(np.mean([part.statistic for part in layers.values()])),
        log10_p=COMBINATIONS[combine]([part.log10_p or 0.0 for part in layers.values()]),
        n=sum(part.n for part in layers.values()),
        null=null,
        assumptions=assumptions,
        per_layer=layers,
    )
