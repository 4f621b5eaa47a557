"""Units matched by what they read against units matched by what they write: do the two matchings agree?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homophily.lineage.tests._matching import cosines, match, sample
from homophily.lineage.tests._score import Key, Layer, Score, Weights, common, shape_of, summed_up
from homophily.lineage.tests._tails import spearman

__all__ = ["wmatch"]
__references__ = ("fisher1932", "zhu2025")

_NULL = "a unit's partner by its input weights says nothing about its partner by its output weights"
_ASSUMES = (
    "units of models trained apart do not come to both read and write alike",
    "layers are independent under the null, so Fisher's combination is exact",
)


def wmatch(a: Weights, b: Weights, *, units: int | None = 1024, combine: str = "fisher") -> Score:
    """Input matching against output matching of MLP units: weights only, survives any order of the units.

    In each layer units are matched once by the rows of ``up`` (and ``gate``, where there is one, the cosines
    added) and once by the columns of ``down``. For a relative both find the same partner, in whatever order
    its units stand; for a stranger they are unrelated. Statistic: Spearman's correlation of the two partners'
    places, mean over layers. Our reading, after MATCH of Zhu et al. (ICML 2025), which matches activations.

    Args:
        a: One model's arrays.
        b: The other's, in the same basis of the residual stream; its number of units may differ.
        units: At most so many units of the narrower model, matched among all of the other's; None for all.
        combine: How p-values of layers are combined; see `summed_up`.
    """
    layers: dict[int, Layer] = {}
    reading = ("up", "gate") if any(role == "gate" for role, _ in a) else ("up",)
    for layer in common(a, b, ["down"], axes=slice(0, 1)):
        if layer not in set(common(a, b, reading, axes=slice(1, 2))):
            continue
        one, other = (a, b) if _width(a, layer) <= _width(b, layer) else (b, a)
        kept = sample(_width(one, layer), units)
        reads = match(_read(one, other, [(role, layer) for role in reading], kept), lot=("reads", layer))
        writes = match(_written(one, other, layer, kept, signed=len(reading) == 1), lot=("writes", layer))
        rho = _correlation(reads, writes) if len(kept) > 2 else 0.0
        layers[-1 if layer is None else layer] = Layer(rho, spearman(rho, len(kept)), len(kept))
    if not layers:
        return Score.none("no layer holds up- and down-projections of one width in both models")
    return summed_up(layers, null=_NULL, assumptions=_ASSUMES, combine=combine)


def _width(weights: Weights, layer: int | None) -> int:
    shape = shape_of(weights, ("up", layer))
    return shape[0] if shape else 0


def _read(one: Weights, other: Weights, keys: Sequence[Key], kept: np.ndarray) -> np.ndarray:
    """How alike units read, summed over the input matrices; ``(kept, units of the other)``.

    Beside a gate the sign of ``up`` is free, since ``down`` can take it back.
    """
    total: np.ndarray = cosines(one[keys[0]][kept], other[keys[0]])
    if len(keys) > 1:
        np.abs(total, out=total)
    for key in keys[1:]:
        total += cosines(one[key][kept], other[key])
    return total


def _written(
    one: Weights, other: Weights, layer: int | None, kept: np.ndarray, *, signed: bool
) -> np.ndarray:
    """How alike units write, ``(kept, units of the other)``."""
    found: np.ndarray = cosines(one["down", layer].T[kept], other["down", layer].T)
    return found if signed else np.abs(found, out=found)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of two sequences without ties."""
    return float(np.corrcoef(one.argsort().argsort(), other.argsort().argsort())[0, 1])
