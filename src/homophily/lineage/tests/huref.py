"""Products of matrices that no change of basis moves: what words do to one another in the last layers."""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._score import Key, Layer, Score, Weights, common, rows_of, shape_of

__all__ = ["huref"]
__references__ = ("zeng2024",)


def huref(a: Weights, b: Weights, *, layers: int = 2, words: int = 512, heads: int | None = None) -> Score:
    """Invariant terms (HuRef, Zeng et al., NeurIPS 2024): a baseline, without a null.

    With X the embeddings of some words: X Wq' Wk X' of attention, X Wv' Wo' X' of what it writes, and
    X Wup' Wdown' X' of the MLP. No permutation or rotation of channels, heads or units changes them while the
    norms' gains stay as they are. Statistic: cosine of all terms as one vector. Our reading: the last two
    layers and the words with the highest numbers, which in most vocabularies are the rarest (the paper takes
    rare words by count); its encoder into pictures is left out, as it is for people to look at.

    Args:
        a: One model's arrays, with "embed".
        b: The other's.
        layers: How many of the last layers.
        words: How many words.
        heads: Query heads, needed where keys have fewer; from the mapping where it knows them.
    """
    key: Key = ("embed", None)
    shapes = [shape_of(weights, key) for weights in (a, b)]
    if not all(shapes):
        return Score.none("one of the models has no embedding")
    shared = min(shape[0] for shape in shapes if shape)
    rows = [np.asarray(rows_of(w, key, max(0, shared - words), shared), np.float32) for w in (a, b)]
    found: dict[int, Layer] = {}
    whole = np.zeros(3)
    for layer in list(common(a, b, ["q", "v", "o", "up", "down"], axes=slice(0, 0)))[-layers:]:
        terms = [_terms(w, layer, x, heads) for w, x in zip((a, b), rows, strict=True)]
        if isinstance(terms[0], str) or isinstance(terms[1], str):
            return Score.none(str(terms[0] if isinstance(terms[0], str) else terms[1]))
        products = np.zeros(3)
        for one, other in zip(*terms, strict=True):
            products += np.vdot(one, other), np.vdot(one, one), np.vdot(other, other)
        whole = whole + products
        found[-1 if layer is None else layer] = Layer(_ratio(products), None, len(rows[0]))
    if not found:
        return Score.none("no layer holds attention and an MLP in both models")
    return Score(
        _ratio(whole),
        n=len(rows[0]),
        assumptions=("row i of both vocabularies is the same token",),
        per_layer=found,
    )


def _terms(weights: Weights, layer: int | None, x: np.ndarray, heads: int | None) -> list[np.ndarray] | str:
    """The three invariant terms, each ``(words, words)`` at length 1, or why there are none."""
    parts = {
        role: np.asarray(weights[role, layer], np.float32) for role in ("q", "k", "v", "o", "up", "down")
    }
    share = len(parts["q"]) // len(parts["k"])
    count = heads or int(getattr(weights, "heads", 0))
    if share > 1:
        if not count:
            return "keys have fewer heads than queries: how many heads there are must be told (heads=…)"
        size = len(parts["q"]) // count
        for role in ("k", "v"):
            groups = parts[role].reshape(-1, size, parts[role].shape[1])
            parts[role] = np.repeat(groups, share, axis=0).reshape(-1, parts[role].shape[1])
    products = [
        (x @ parts["q"].T) @ (x @ parts["k"].T).T,
        (x @ parts["v"].T) @ (x @ parts["o"]).T,
        (x @ parts["up"].T) @ (x @ parts["down"]).T,
    ]
    return [term / max(float(np.linalg.norm(term)), 1e-30) for term in products]


def _ratio(products: np.ndarray) -> float:
    return float(products[0] / max(np.sqrt(products[1] * products[2]), 1e-30))
