"""Geometry of the embeddings whatever their basis: would any turn of the channels bring them together?"""

from __future__ import annotations

import numpy as np

from homophily.lineage.tests._cka import unbiased_cka
from homophily.lineage.tests._score import Key, Score, Weights, rows_of, shape_of

__all__ = ["cka"]
__references__ = ("kornblith2019", "song2012")


def cka(a: Weights, b: Weights, *, rows: int = 2048) -> Score:
    """Unbiased linear CKA of the embeddings over shared tokens: blind to order, turn and scale of channels.

    A score without a null: strangers that learnt one language from like text have like embeddings too.

    Args:
        a: One model's arrays, with "embed".
        b: The other's; its width may differ.
        rows: At most so many tokens, in evenly spread runs of 16.
    """
    key: Key = ("embed", None)
    ours, theirs = shape_of(a, key), shape_of(b, key)
    if not ours or not theirs:
        return Score.none("one of the models has no embedding")
    shared = min(ours[0], theirs[0])
    starts = np.unique(np.linspace(0, max(0, shared - 16), min(rows // 16, -(-shared // 16))).astype(int))
    one, other = (
        np.concatenate(
            [np.asarray(rows_of(w, key, start, min(start + 16, shared)), np.float32) for start in starts]
        )
        for w in (a, b)
    )
    return Score(
        unbiased_cka(one, other), n=len(one), assumptions=("row i of both vocabularies is the same token",)
    )
