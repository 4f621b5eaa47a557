"""Formats: stored numbers as whole numbers in the same order, so a range of values is a range of bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from homophily.errors import UsageError

__all__ = ["ALL", "FLOATS", "At", "Codes", "Float", "Format", "format_of"]

Ordered = NDArray[np.uint32]
Values = NDArray[np.floating]
#: Which of a tensor's numbers, flattened.
At = NDArray[np.intp] | slice
ALL = slice(None)


class Format(Protocol):
    """How a number is stored in bits, and how these bits are put in order."""

    @property
    def bits(self) -> int:
        """Bits of a stored number."""

    def encode(self, values: Values, at: At = ALL) -> Ordered:
        """The ordered whole numbers of the nearest numbers that can be stored."""

    def decode(self, ordered: Ordered, at: At = ALL) -> NDArray[np.float64]:
        """The values of ordered whole numbers."""


@dataclass(frozen=True, slots=True)
class Float:
    """A binary floating-point format whose bits are a sign, an exponent and a mantissa.

    The stored word is turned into a whole number that rises with the value: the sign bit is flipped where it
    is 0, and every bit where it is 1. The map is one to one and monotone; -0 lies directly below +0. An
    ordered number's bit k is the word's bit k, turned or not by the sign: to read the one is to read the
    other.

    Attributes:
        name: As torch names it.
        bits: Of a word.
        mantissa: Bits of the mantissa that are stored.
    """

    name: str
    bits: int
    mantissa: int

    def words(self, values: Values) -> Ordered:
        """The stored words (as uint32) of the nearest numbers; what is too large becomes the largest."""
        if self.name == "float16":
            half = float(np.finfo(np.float16).max)
            short: NDArray[np.uint16] = np.clip(values, -half, half).astype(np.float16).view(np.uint16)
            return short.astype(np.uint32)
        most = float(np.finfo(np.float32).max)
        words: Ordered = np.ascontiguousarray(np.clip(values, -most, most).astype(np.float32)).view(np.uint32)
        if self.name == "float32":
            return words
        lost = words & 0xFFFF
        near = (words >> 16) + ((lost > 0x8000) | ((lost == 0x8000) & ((words >> 16) & 1 == 1)))
        kept: Ordered = np.where(near & 0x7FFF == 0x7F80, near - 1, near).astype(np.uint32)
        return kept

    def values(self, words: Ordered) -> NDArray[np.float32]:
        """The values of stored words."""
        if self.name == "float16":
            return words.astype(np.uint16).view(np.float16).astype(np.float32)
        return (words if self.name == "float32" else words << np.uint32(16)).view(np.float32)

    def order(self, words: Ordered) -> Ordered:
        """The ordered whole numbers of words."""
        top = np.uint32(1 << (self.bits - 1))
        return np.where(words & top, np.uint32(self._all) ^ words, words | top)

    def unorder(self, ordered: Ordered) -> Ordered:
        """The words of ordered whole numbers."""
        top = np.uint32(1 << (self.bits - 1))
        return np.where(ordered & top, ordered ^ top, np.uint32(self._all) ^ ordered)

    def encode(self, values: Values, at: At = ALL) -> Ordered:
        """The ordered whole numbers of the nearest numbers that can be stored."""
        return self.order(self.words(values))

    def decode(self, ordered: Ordered, at: At = ALL) -> NDArray[np.float64]:
        """The values of ordered whole numbers."""
        return self.values(self.unorder(ordered)).astype(np.float64)

    @property
    def _all(self) -> int:
        return (1 << self.bits) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Whole numbers times a scale, as symmetric quantisation stores them.

    Attributes:
        bits: Of a code.
        scale: Float64, flat, one for each number of the tensor; 0 for numbers that are all 0.
    """

    bits: int
    scale: NDArray[np.float64]

    def encode(self, values: Values, at: At = ALL) -> Ordered:
        """The nearest codes, counted from the lowest."""
        half, scale = 1 << (self.bits - 1), self.scale[at]
        codes = np.rint(np.divide(values, scale, out=np.zeros(values.shape), where=scale > 0))
        return (np.clip(codes, 1 - half, half - 1) + half).astype(np.uint32)

    def decode(self, ordered: Ordered, at: At = ALL) -> NDArray[np.float64]:
        """The values of codes."""
        return (ordered.astype(np.float64) - (1 << (self.bits - 1))) * self.scale[at]


FLOATS = {
    "float32": Float("float32", 32, 23),
    "float16": Float("float16", 16, 10),
    "bfloat16": Float("bfloat16", 16, 7),
}


def format_of(dtype: str, what: str) -> Float:
    """The format of a stored dtype.

    Args:
        dtype: As torch names it.
        what: The tensor, for the message.

    Raises:
        UsageError: The dtype is none of float32, float16 and bfloat16.
    """
    if dtype not in FLOATS:
        raise UsageError(
            f"{what} is stored as {dtype}; exposure is read for {', '.join(FLOATS)}: give the checkpoint "
            "before it was quantised."
        )
    return FLOATS[dtype]
