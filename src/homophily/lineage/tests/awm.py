"""Channels aligned by the embeddings, then likeness of queries and keys whatever the basis inside heads."""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._cka import unbiased_cka
from homophily.lineage.tests._matching import cosines, match
from homophily.lineage.tests._score import Key, Layer, Score, Weights, common, rows_of, shape_of

__all__ = ["awm"]
__references__ = ("kornblith2019", "song2012", "zeng2026")


def awm(a: Weights, b: Weights, *, words: int = 4096) -> Score:
    """Aligned weight matrices (AWM, Zeng et al., ICLR 2026): a baseline, without a null.

    Our reading: columns of the embeddings over shared words are matched one to one by the size of their
    cosine, which gives each channel of one model a channel and a sign in the other; queries and keys are
    brought into that order, and unbiased linear CKA compares them with channels as rows, so that any rotation
    inside the heads drops out. Statistic: mean over both matrices and all layers.

    Args:
        a: One model's arrays, with "embed".
        b: The other's, of the same width.
        words: At most so many rows of the embeddings, the first ones.
    """
    key: Key = ("embed", None)
    ours, theirs = shape_of(a, key), shape_of(b, key)
    if not ours or not theirs:
        return Score.none("one of the models has no embedding")
    if ours[1] != theirs[1]:
        return Score.none(f"the embeddings are {ours[1]} and {theirs[1]} channels wide")
    shared = min(ours[0], theirs[0], words)
    alike = cosines(rows_of(a, key, 0, shared).T, rows_of(b, key, 0, shared).T)
    partners = match(np.abs(alike))
    signs = np.sign(alike[np.arange(len(partners)), partners])
    parts: dict[int, list[float]] = {}
    for role in ("q", "k"):
        for layer in common(a, b, [role], axes=slice(1, 2)):
            turned = np.asarray(b[role, layer], np.float32)[:, partners] * signs
            found = unbiased_cka(np.asarray(a[role, layer], np.float32).T, turned.T)
            parts.setdefault(-1 if layer is None else layer, []).append(found)
    if not parts:
        return Score.none("no layer holds queries and keys in both models")
    layers = {layer: Layer(float(np.mean(found)), None, ours[1]) for layer, found in sorted(parts.items())}
    return Score(
        float(np.mean([part.statistic for part in layers.values()])),
        n=shared,
        assumptions=(
            "row i of both vocabularies is the same token",
            "channels were permuted or flipped at most",
        ),
        per_layer=layers,
    )
