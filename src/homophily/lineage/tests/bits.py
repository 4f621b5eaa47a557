"""Bits in which two models agree, from the sign down: how near is each weight, on the float's own scale?"""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._differences import MATRICES
from homophily.lineage.tests._score import Layer, Score, Weights, common

__all__ = ["bits"]
__references__ = ("own",)


def bits(a: Weights, b: Weights, *, most: int = 1 << 20) -> Score:
    """Leading bits that two weights share, of the 32 of a float, mean over the blocks' matrices.

    The exclusive or of two words is zero down to the first bit in which they differ. Strangers share few
    beyond chance in sign and exponent (.1 to .2); a quantised child shares those that its grid can hold. A
    score without a null.

    Args:
        a: One model's arrays.
        b: The other's.
        most: At most so many weights a matrix, from its first rows.
    """
    layers: dict[int, list[Layer]] = {}
    for role in MATRICES:
        for layer in common(a, b, [role]):
            ours, theirs = a[role, layer], b[role, layer]
            rows = max(1, most // max(1, ours.shape[-1]))
            words = [np.ascontiguousarray(w[:rows], np.float32).view(np.uint32) for w in (ours, theirs)]
            # The binary exponent of the difference tells its highest bit; exact, as 32 bits fit a double.
            shared = 32 - np.frexp((words[0] ^ words[1]).astype(np.float64))[1]
            layers.setdefault(-1 if layer is None else layer, []).append(
                Layer(float(shared.mean()) / 32, None, shared.size)
            )
    if not layers:
        return Score.none("no matrix has one shape in both models")
    parts = {
        layer: Layer(float(np.mean([part.statistic for part in found])), None, sum(part.n for part in found))
        for layer, found in layers.items()
    }
    return Score(
        float(np.mean([part.statistic for part in parts.values()])),
        n=sum(part.n for part in parts.values()),
        per_layer=parts,
    )
