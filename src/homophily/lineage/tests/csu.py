"""Up-projection rows matched one to one: are the units still in the same order?"""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._matching import cosines, match, sample
from homophily.lineage.tests._score import Layer, Score, Weights, common, shape_of, summed_up
from homophily.lineage.tests._tails import spearman

__all__ = ["csu"]
__references__ = ("fisher1932", "zhu2025")

_NULL = "the order of one model's MLP units says nothing about the order of the other's"
_ASSUMES = (
    "initialised apart: a layer's units could be renamed before training, which treats them all alike",
    "the units of each layer can be renamed by themselves, so layers are independent under the null and "
    "Fisher's combination is exact",
)


def csu(a: Weights, b: Weights, *, units: int | None = 2048, combine: str = "fisher") -> Score:
    """Cosine similarity of up-projections (Zhu et al., *Independence tests for language models*, ICML 2025).

    In each layer the rows of ``up`` are matched by the assignment with the largest sum of cosines. Statistic:
    Spearman's correlation of the assignment with the identity, mean over layers. Its null is exact, whatever
    the two have learnt in common, since units can be renamed at will; any permutation of units destroys it.

    Args:
        a: One model's arrays.
        b: The other's.
        units: At most so many units a layer, the same places in both models; None for all.
        combine: How p-values of layers are combined; see `summed_up`.
    """
    layers: dict[int, Layer] = {}
    for layer in common(a, b, ["up"]):
        kept = sample((shape_of(a, ("up", layer)) or (0,))[0], units)
        partners = match(cosines(a["up", layer][kept], b["up", layer][kept]), lot=("csu", layer))
        rho = float(np.corrcoef(partners, np.arange(len(kept)))[0, 1]) if len(kept) > 2 else 0.0
        layers[-1 if layer is None else layer] = Layer(rho, spearman(rho, len(kept)), len(kept))
    if not layers:
        return Score.none("no layer holds an up-projection of one shape in both models")
    return summed_up(layers, null=_NULL, assumptions=_ASSUMES, combine=combine)
