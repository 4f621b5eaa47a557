"""A part: one tensor of the victim beside the base's, and what a reading of it found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.exposure.formats import FLOATS, Float, Format

__all__ = ["Part", "Reading"]

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One tensor of the victim, as the owner sees it.

    Attributes:
        name: As stored.
        victim: Float32, any shape; what a reader is after.
        base: Of the same shape, NaN where the base has no number (rows of new words); None if it has none.
        sigma: The prior's standard deviation of victim - base, in units of weights.
        stored: The victim's stored format.
        format: How its bits are read; the stored format unless a defence changed it.
        block: Its block counted from the last, which is 1; 0 for what follows the blocks; None before them.
        private: Whether none of its bits can leak.
        extra: Bits that must be known beside the words, such as the scales of a quantised tensor.
    """

    name: str
    victim: Array
    base: Array | None
    sigma: float = 0.0
    stored: Float = FLOATS["float32"]
    format: Format = FLOATS["float32"]
    block: int | None = None
    private: bool = False
    extra: int = 0

    @property
    def size(self) -> int:
        """Numbers in it."""
        return self.victim.size


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a reader holds of one part.

    Attributes:
        values: Float32, of the part's shape.
        counts: Bits read of each weight, uint8, of the part's shape.
        extra: Bits beside those of single weights: scales, factors.
    """

    values: Array
    counts: NDArray[np.uint8]
    extra: int = 0

    @property
    def bits(self) -> int:
        """All bits read."""
        return int(self.counts.sum(dtype=np.int64)) + self.extra
