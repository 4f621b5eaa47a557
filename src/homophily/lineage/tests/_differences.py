"""A figure of each matrix's difference, gathered by layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from homophily.lineage.tests._difference import Difference, difference
from homophily.lineage.tests._score import Layer, Score, Weights, common

__all__ = ["MATRICES", "over"]

MATRICES = ("q", "k", "v", "qkv", "o", "gate", "up", "down")


def over(a: Weights, b: Weights, figure: Callable[[Difference], float], *, thorough: bool) -> Score:
    """A score without a null: a figure's mean over the blocks' matrices, NaN aside.

    Args:
        a: One model's arrays.
        b: The other's.
        figure: Of a matrix.
        thorough: Whether it needs grids and ranks.
    """
    layers: dict[int, list[float]] = {}
    numbers: dict[int, int] = {}
    for role in MATRICES:
        for layer in common(a, b, [role]):
            if layer is not None:
                between = difference(role, layer, a[role, layer], b[role, layer], thorough=thorough)
                layers.setdefault(layer, []).append(figure(between))
                numbers[layer] = numbers.get(layer, 0) + between.numbers
    told = {layer: [value for value in values if not np.isnan(value)] for layer, values in layers.items()}
    parts = {layer: Layer(float(np.mean(v)), None, numbers[layer]) for layer, v in sorted(told.items()) if v}
    if not parts:
        return Score.none("no matrix of the blocks can be compared in this way")
    mean = float(np.mean([part.statistic for part in parts.values()]))
    return Score(mean, n=sum(part.n for part in parts.values()), per_layer=parts)
