"""The rotation that best takes one embedding to another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from homophily.lineage.tests._matching import match
from homophily.lineage.tests._score import Key, Weights, rows_of, shape_of

__all__ = ["Turn", "turn"]
__references__ = ("schonemann1966",)

_ROWS = 2048
_ENOUGH = 32768


@dataclass(frozen=True)
class Turn:
    """How one model's channels lie towards the other's.

    Attributes:
        rotation: O with a O ≈ b, orthogonal, ``(channels, channels)``.
        explained: Sum of the cross product's singular values over the product of both lengths: 1 where a O
            equals b up to a factor.
    """

    rotation: np.ndarray
    explained: float

    @cached_property
    def partners(self) -> np.ndarray:
        """For each channel of a, the channel of b it most nearly is, one to one."""
        return match(np.abs(self.rotation))

    @cached_property
    def signs(self) -> np.ndarray:
        """For each channel of a, the sign of its partner."""
        return np.where(self.rotation[np.arange(len(self.partners)), self.partners] < 0, -1, 1).astype(
            np.float32
        )

    @property
    def mean(self) -> float:
        """Mean size of O's entries between partners: 1 for a signed permutation."""
        return float(np.abs(self.rotation[np.arange(len(self.partners)), self.partners]).mean())


def turn(a: Weights, b: Weights, key: Key = ("embed", None)) -> Turn | str:
    """The orthogonal polar factor of aᵀ b over shared rows (Procrustes; Schönemann 1966).

    At most 32,768 rows are read.

    Args:
        a: One model's arrays.
        b: The other's.
        key: The matrix whose rows mean the same in both.

    Returns:
        The turn; or why there is none.
    """
    ours, theirs = shape_of(a, key), shape_of(b, key)
    if not ours or not theirs or ours[1] != theirs[1]:
        return f"the models have no {key[0]} matrices of one width"
    rows = min(ours[0], theirs[0], _ENOUGH)
    if rows < ours[1]:
        return f"the {key[0]} matrices share {rows} rows, fewer than their {ours[1]} channels"
    product = np.zeros((ours[1], ours[1]), np.float32)
    lengths = np.zeros(2)
    for start in range(0, rows, _ROWS):
        stop = min(start + _ROWS, rows)
        one, other = (np.asarray(rows_of(w, key, start, stop), np.float32) for w in (a, b))
        product += one.T @ other
        lengths += float(np.vdot(one, one)), float(np.vdot(other, other))
    left, values, right = np.linalg.svd(product)
    return Turn(left @ right, float(values.sum() / np.sqrt(max(lengths.prod(), 1e-30))))
