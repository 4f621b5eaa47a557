"""What lies between two matrices of one shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from homophily.lineage.tests._grid import grid_bits
from homophily.lineage.tests._rank import BLOCK, delta_rank

__all__ = ["Difference", "difference"]

#: Weights looked at in one go.
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between a matrix of one model and its counterpart in the other.

    Attributes:
        role: What the matrix does.
        layer: Its block; None outside blocks.
        numbers: How many weights were compared.
        lengths: Of the two, as vectors.
        cosine: Of the two, as vectors.
        relative: Length of the difference over the length of the first.
        same: Share of weights that are equal.
        rounded: Which model holds the other rounded to a smaller type, "a" or "b"; "" for neither.
        zeros_a: Share of zeros in the first.
        zeros_b: Share of zeros in the second.
        kept: Share of equal weights among those that neither has at zero.
        grid_a: Bits of the first's grid; None off every grid.
        grid_b: Bits of the second's.
        rank: Rank of the difference; None where it is no larger than rounding.
        shorter: The largest rank that could have been found, against which the rank is low or not.
    """

    role: str
    layer: int | None
    numbers: int
    lengths: tuple[float, float]
    cosine: float
    relative: float
    same: float
    rounded: str
    zeros_a: float
    zeros_b: float
    kept: float
    grid_a: int | None
    grid_b: int | None
    rank: int | None
    shorter: int

    @property
    def share(self) -> float:
        """How much of the first is in the second: the coefficient of b regressed on a."""
        return self.cosine * self.lengths[1] / self.lengths[0] if self.lengths[0] > 0 else float("nan")


def difference(
    role: str, layer: int | None, a: np.ndarray, b: np.ndarray, *, thorough: bool = True
) -> Difference:
    """Compare a matrix with its counterpart.

    Args:
        role: What it does.
        layer: Its block.
        a: ``(outputs, inputs)``.
        b: The same shape.
        thorough: Look for a grid and a low rank too.
    """
    a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
    tally = np.zeros(8)
    rounded = {"a", "b"} if thorough else set()
    step = max(1, _BLOCK // max(1, a[0].size))
    for start in range(0, len(a), step):
        one, other = a[start : start + step], b[start : start + step]
        tally += _counted(one, other)
        rounded = {side for side in rounded if _is_rounded(*((one, other) if side == "b" else (other, one)))}
    dot, squares_a, squares_b, apart, same, filled_a, filled_b, filled = tally
    lengths = float(np.sqrt(squares_a)), float(np.sqrt(squares_b))
    empty = min(lengths) == 0
    return Difference(
        role=role,
        layer=layer,
        numbers=a.size,
        lengths=lengths,
        # Equal to the bit is 1 to the bit: the sums are rounded.
        cosine=math.nan if empty else 1.0 if same == a.size else float(dot / (lengths[0] * lengths[1])),
        relative=float("nan") if empty else float(np.sqrt(apart)) / lengths[0],
        same=float(same / a.size),
        rounded="" if same == a.size else "".join(sorted(rounded))[-1:],
        zeros_a=float(1 - filled_a / a.size),
        zeros_b=float(1 - filled_b / b.size),
        # Equal zeros are in `same`, and not among what neither has at zero.
        kept=float((same - _both_empty(a.size, filled_a, filled_b, filled)) / filled)
        if filled
        else float("nan"),
        grid_a=grid_bits(a) if thorough else None,
        grid_b=grid_bits(b) if thorough else None,
        rank=delta_rank(a, b) if thorough and a.ndim == 2 else None,
        shorter=min(*a.shape, BLOCK),
    )


def _counted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Dot product, squares of each, of the difference; equal, filled in each, filled in both."""
    apart = b - a
    return np.array(
        [
            np.vdot(a, b),
            np.vdot(a, a),
            np.vdot(b, b),
            np.vdot(apart, apart),
            np.count_nonzero(apart == 0),
            np.count_nonzero(a),
            np.count_nonzero(b),
            np.count_nonzero((a != 0) & (b != 0)),
        ],
        float,
    )


def _both_empty(size: int, filled_a: float, filled_b: float, filled: float) -> float:
    return size - filled_a - filled_b + filled


def _is_rounded(wide: np.ndarray, narrow: np.ndarray) -> bool:
    """Whether the second is the first in bfloat16 or float16."""
    if np.array_equal(_bfloat16(wide), narrow):
        return True
    small = bool(np.abs(wide).max() < 65504)
    return small and np.array_equal(wide.astype(np.float16).astype(np.float32), narrow)


def _bfloat16(numbers: np.ndarray) -> np.ndarray:
    """Rounded to bfloat16, ties to even."""
    words = np.ascontiguousarray(numbers).view(np.uint32)
    rounded: np.ndarray = ((words + 0x7FFF + ((words >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)
    return rounded
