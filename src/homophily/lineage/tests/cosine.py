"""Cosine of all weights as they stand: the plainest measure, blind to any permutation."""

from __future__ import annotations

import math

import numpy as np

from homophily.lineage.tests._differences import MATRICES
from homophily.lineage.tests._score import Layer, Score, Weights, common

__all__ = ["cosine"]
__references__ = ("own",)


def cosine(a: Weights, b: Weights) -> Score:
    """Cosine of the blocks' matrices as one vector: a baseline, without a null.

    Gains and biases are left out, since unrelated models' gains are alike. Unrelated matrices of n weights
    have a cosine of about ±1/√n; any change of basis or order brings relatives there too.

    Args:
        a: One model's arrays.
        b: The other's.
    """
    sums: dict[int, np.ndarray] = {}
    numbers: dict[int, int] = {}
    for role in MATRICES:
        for layer in common(a, b, [role]):
            ours, theirs = (np.asarray(w[role, layer], np.float32).ravel() for w in (a, b))
            products = np.array([np.vdot(ours, theirs), np.vdot(ours, ours), np.vdot(theirs, theirs)], float)
            place = -1 if layer is None else layer
            sums[place] = sums.get(place, np.zeros(3)) + products
            numbers[place] = numbers.get(place, 0) + ours.size
    if not sums:
        return Score.none("no matrix of the blocks has one shape in both models")
    layers = {layer: Layer(_ratio(parts), None, numbers[layer]) for layer, parts in sums.items()}
    whole = _ratio(np.sum(list(sums.values()), axis=0))
    return Score(
        whole,
        n=sum(numbers.values()),
        assumptions=("both models keep their units and channels in one order",),
        per_layer=layers,
    )


def _ratio(products: np.ndarray) -> float:
    return float(products[0] / max(math.sqrt(products[1] * products[2]), 1e-30))
