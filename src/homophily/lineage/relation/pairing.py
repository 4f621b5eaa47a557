"""Which layer of one model is which of the other, where their numbers differ or layers were moved."""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests import Weights, match
from homophily.seeds import generator

__all__ = ["blocks", "paired", "spread"]

_PROBES = 8


def blocks(weights: Weights) -> list[int]:
    """The numbers of a model's blocks that have an MLP, or failing that any matrix."""
    found = {layer for role, layer in weights if layer is not None and role == "up"}
    return sorted(found or {layer for _, layer in weights if layer is not None})


def spread(layers: list[int], most: int | None) -> list[int]:
    """At most `most` of the layers, evenly spread, the first and last among them; all if None."""
    if most is None or most >= len(layers):
        return layers
    return [layers[i] for i in np.unique(np.linspace(0, len(layers) - 1, most).round().astype(int))]


def paired(a: Weights, b: Weights) -> dict[int, int]:
    """For each layer of a, or as many as b has, its likeliest counterpart.

    A layer's signature is what the Gram matrix of its ``up`` rows, each of length 1, does to a few random
    directions of the residual stream. It does not depend on the order of units, so pairing by it leaves the
    null of `csu` as it is.

    Args:
        a: One model's arrays.
        b: The other's, in the same basis.
    """
    ours, theirs = blocks(a), blocks(b)
    one, other = _signatures(a, ours), _signatures(b, theirs)
    if one is None or other is None:
        return dict(zip(ours, theirs, strict=False))
    alike = one @ other.T
    if len(ours) <= len(theirs):
        return {ours[i]: theirs[j] for i, j in enumerate(match(alike))}
    return dict(sorted((ours[i], theirs[j]) for j, i in enumerate(match(alike.T))))


def _signatures(weights: Weights, layers: list[int]) -> np.ndarray | None:
    found = []
    for layer in layers:
        if ("up", layer) not in weights:
            return None
        rows = np.asarray(weights["up", layer], np.float32)
        width = rows.shape[1]
        probes = generator("lineage", "pairing", width).normal(size=(width, _PROBES)).astype(np.float32)
        lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), 1e-12)[:, None]
        # Each row counted at length 1, its mean effect (a multiple of the identity) taken away.
        done = rows.T @ ((rows @ probes) / lengths**2) - probes * (len(rows) / width)
        found.append(done.ravel() / max(float(np.linalg.norm(done)), 1e-12))
    return np.array(found)
