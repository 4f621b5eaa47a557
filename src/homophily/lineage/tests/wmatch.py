"""Units matched by what they read against units matched by what they write: do the two matchings agree?"""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._matching import match, sample, unit_rows
from homophily.lineage.tests._score import Layer, Score, Weights, common
from homophily.lineage.tests._tails import fisher, spearman

__all__ = ["wmatch"]

_NULL = "a unit's partner by its input weights says nothing about its partner by its output weights"
_ASSUMES = (
    "no two units of independent models come to read and to write alike",
    "layers are independent under the null, so Fisher is exact",
)


def wmatch(a: Weights, b: Weights, *, units: int | None = 2048) -> Score:
    """Input matching against output matching of MLP units: weights only, survives any order of the units.

    In each layer units are matched once by the rows of ``up`` (with ``gate``, where there is one, both cosines
    added) and once by the columns of ``down``. For a relative both find the same partner, in whatever order
    its units stand; for a stranger the two are unrelated. Statistic: Spearman correlation of the two partners' places.
    Our reading, after MATCH of Zhu et al. (ICML 2025), which matches activations.

    Args:
        a: One model's arrays.
        b: The other's, in the same basis of the residual stream.
        units: At most so many units of `a`, matched among all of b's; None for all.
    """
    layers: dict[int, Layer] = {}
    gated = any(role == "gate" for role, _ in a)
    roles = ("up", "gate", "down") if gated else ("up", "down")
    for layer, ours, theirs in common(a, b, *roles):
        kept = sample(len(ours[0]), units)
        reads, _ = match(_reading(ours, kept), _reading(theirs, slice(None)))
        writes, _ = match(ours[-1].T[kept], theirs[-1].T)
        rho = _ranks(reads, writes)
        layers[-1 if layer is None else layer] = Layer(rho, spearman(rho, len(kept)), len(kept))
    if not layers:
        return Score.none("no layer holds up- and down-projections of one shape in both models")
    return Score(
        statistic=float(np.mean([part.statistic for part in layers.values()])),
        log10_p=fisher([part.log10_p or 0.0 for part in layers.values()]),
        n=sum(part.n for part in layers.values()),
        null=_NULL,
        assumptions=_ASSUMES,
        per_layer=layers,
    )


def _reading(arrays: list[np.ndarray], kept: np.ndarray | slice) -> np.ndarray:
    """What each unit reads: its input rows, each of length 1, side by side; ``(units, inputs)``."""
    return np.concatenate([unit_rows(array[kept]) for array in arrays[:-1]], axis=1)


def _ranks(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman correlation of two sequences without ties."""
    return float(np.corrcoef(one.argsort().argsort(), other.argsort().argsort())[0, 1])
