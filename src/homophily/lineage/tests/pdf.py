"""Spread of the attention matrices from layer to layer: do two models widen and narrow alike?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homophily.lineage.tests._score import Score, Weights, common

__all__ = ["pdf"]
__references__ = ("yoon2025",)


def pdf(a: Weights, b: Weights, *, roles: Sequence[str] = ("q", "k", "v", "o")) -> Score:
    """Correlation of standard deviations over layers: a baseline, without a null.

    After Yoon et al., *Intrinsic fingerprint of LLMs* (2025), also called PDF. Our reading: for each role the
    standard deviation of its matrix in every layer, Pearson's correlation of the two models' sequences, mean
    over roles. It needs no alignment, and few layers say little: with four, strangers reach .9 by chance.

    Args:
        a: One model's arrays.
        b: The other's; layers are paired by number.
        roles: Which matrices; the paper's are those of attention.
    """
    found = []
    layers = 0
    for role in roles:
        spreads = [
            [float(np.std(np.asarray(w[role, layer], np.float32))) for w in (a, b)]
            for layer in common(a, b, [role])
        ]
        if len(spreads) > 2 and np.ptp(spreads, axis=0).min() > 0:
            ours, theirs = np.array(spreads).T
            found.append(float(np.corrcoef(ours, theirs)[0, 1]))
            layers = max(layers, len(spreads))
    if not found:
        return Score.none("fewer than three layers hold attention matrices of one shape in both models")
    return Score(
        float(np.mean(found)),
        n=layers,
        assumptions=("strangers' layers do not widen and narrow alike, which like training can bring about",),
    )
