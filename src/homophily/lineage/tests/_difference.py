"""What lies between two matrices of one shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homophily.lineage.tests._grid import grid_bits
from homophily.lineage.tests._rank import delta_rank

__all__ = ["Difference", "difference"]


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
        shorter: The smaller side of the matrix, against which the rank is low or not.
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
    equal = a == b
    both = (a != 0) & (b != 0)
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    cosine = float(np.vdot(a, b)) / (lengths[0] * lengths[1]) if min(lengths) > 0 else float("nan")
    return Difference(
        role=role,
        layer=layer,
        numbers=a.size,
        lengths=lengths,
        cosine=cosine,
        relative=float(np.linalg.norm(b - a)) / lengths[0] if lengths[0] > 0 else float("nan"),
        same=float(equal.mean()),
        rounded=_rounded(a, b) if thorough and not equal.all() else "",
        zeros_a=float(1 - np.count_nonzero(a) / a.size),
        zeros_b=float(1 - np.count_nonzero(b) / b.size),
        kept=float(equal[both].mean()) if both.any() else float("nan"),
        grid_a=grid_bits(a) if thorough else None,
        grid_b=grid_bits(b) if thorough else None,
        rank=delta_rank(a, b) if thorough and a.ndim == 2 else None,
        shorter=min(a.shape),
    )


def _rounded(a: np.ndarray, b: np.ndarray) -> str:
    """Which of the two is the other in bfloat16 or float16."""
    for which, wide, narrow in (("b", a, b), ("a", b, a)):
        if np.array_equal(_bfloat16(wide), narrow):
            return which
        if np.abs(wide).max() < 65504 and np.array_equal(wide.astype(np.float16).astype(np.float32), narrow):
            return which
    return ""


def _bfloat16(numbers: np.ndarray) -> np.ndarray:
    """Rounded to bfloat16, ties to even."""
    words = np.ascontiguousarray(numbers).view(np.uint32)
    rounded: np.ndarray = ((words + 0x7FFF + ((words >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)
    return rounded
