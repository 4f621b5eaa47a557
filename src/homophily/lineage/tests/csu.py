"""Up-projection rows matched one to one: are the units still in the same order?"""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._matching import match, sample
from homophily.lineage.tests._score import Layer, Score, Weights, common
from homophily.lineage.tests._tails import fisher, spearman

__all__ = ["csu"]

_NULL = "the order of the MLP units of one model says nothing about the order of the other's"
_ASSUMES = (
    "initialised independently: units of a layer are exchangeable, and training treats them alike",
    "layers are independent under the null, since the units of each can be renamed by themselves; so Fisher is exact",
)


def csu(a: Weights, b: Weights, *, units: int | None = 2048) -> Score:
    """Cosine similarity of up-projections (Zhu et al., *Independence tests for language models*, ICML 2025).

    In each layer the rows of ``up`` are matched by the assignment with the largest sum of cosines; its Spearman
    correlation with the identity has an exact null, since the units of a model can be renamed at will before
    training. Any permutation of units destroys it.

    Args:
        a: One model's arrays.
        b: The other's.
        units: At most so many units a layer, the same places in both models; None for all.
    """
    layers: dict[int, Layer] = {}
    for layer, (ours,), (theirs,) in common(a, b, "up"):
        kept = sample(len(ours), units)
        partners, _ = match(ours[kept], theirs[kept])
        rho = float(np.corrcoef(partners, np.arange(len(kept)))[0, 1])
        layers[-1 if layer is None else layer] = Layer(rho, spearman(rho, len(kept)), len(kept))
    if not layers:
        return Score.none("no layer holds an up-projection of one shape in both models")
    return Score(
        statistic=float(np.mean([part.statistic for part in layers.values()])),
        log10_p=fisher([part.log10_p or 0.0 for part in layers.values()]),
        n=sum(part.n for part in layers.values()),
        null=_NULL,
        assumptions=_ASSUMES,
        per_layer=layers,
    )
