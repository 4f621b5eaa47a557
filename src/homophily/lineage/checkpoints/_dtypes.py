"""How numbers are stored: the words of each dtype, and their widening to float32."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BY_CODE", "BY_NAME", "Dtype", "narrow", "widen"]
__references__ = ("micikevicius2022",)


@dataclass(frozen=True, slots=True)
class Dtype:
    """A way of storing a number.

    Attributes:
        name: As torch and numpy call it, such as ``bfloat16``.
        code: As safetensors calls it, such as ``BF16``.
        stored: numpy's type of a stored number; unsigned words where numpy has no such number.
        exponent: Bits of the exponent; 0 for an integer.
        mantissa: Bits of the mantissa; 0 for an integer.
    """

    name: str
    code: str
    stored: np.dtype[Any]
    exponent: int = 0
    mantissa: int = 0

    @property
    def size(self) -> int:
        """Bytes of a number."""
        return self.stored.itemsize

    @property
    def words(self) -> np.dtype[Any]:
        """Unsigned words as wide as a number."""
        return np.dtype(f"<u{self.size}")

    @property
    def floating(self) -> bool:
        """Whether it is a number with an exponent."""
        return self.exponent > 0


_ALL = (
    Dtype("float64", "F64", np.dtype("<f8"), 11, 52),
    Dtype("float32", "F32", np.dtype("<f4"), 8, 23),
    Dtype("float16", "F16", np.dtype("<f2"), 5, 10),
    Dtype("bfloat16", "BF16", np.dtype("<u2"), 8, 7),
    Dtype("float8_e4m3fn", "F8_E4M3", np.dtype("u1"), 4, 3),
    Dtype("float8_e5m2", "F8_E5M2", np.dtype("u1"), 5, 2),
    Dtype("int64", "I64", np.dtype("<i8")),
    Dtype("int32", "I32", np.dtype("<i4")),
    Dtype("int16", "I16", np.dtype("<i2")),
    Dtype("int8", "I8", np.dtype("i1")),
    Dtype("uint64", "U64", np.dtype("<u8")),
    Dtype("uint32", "U32", np.dtype("<u4")),
    Dtype("uint16", "U16", np.dtype("<u2")),
    Dtype("uint8", "U8", np.dtype("u1")),
    Dtype("bool", "BOOL", np.dtype("u1")),
)
BY_NAME = {each.name: each for each in _ALL}
BY_CODE = {each.code: each for each in _ALL}


def widen(
    stored: NDArray[np.generic], dtype: Dtype, out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Stored numbers as float32; exact for every floating type but float64.

    Args:
        stored: Of `dtype.stored`, any shape.
        dtype: What they are.
        out: Where to write, of the same shape; new if left out.
    """
    if out is None:
        out = np.empty(stored.shape, np.float32)
    if dtype.name == "bfloat16":
        np.left_shift(stored, 16, out=out.view(np.uint32), dtype=np.uint32)
    elif dtype.size == 1 and dtype.floating:
        out[...] = _eights(dtype.name)[stored]
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            np.copyto(out, stored, casting="unsafe")
    return out


def narrow(wide: NDArray[Any], dtype: Dtype) -> NDArray[Any]:
    """Numbers as `dtype` stores them, rounded to nearest, ties to even.

    Args:
        wide: float32 or float64.
        dtype: A floating type of at least 16 bits.
    """
    if dtype.name != "bfloat16":
        with np.errstate(over="ignore", invalid="ignore"):
            return wide.astype(dtype.stored)
    bits = np.ascontiguousarray(wide, np.float32).view(np.uint32)
    rounded = (bits + (0x7FFF + ((bits >> 16) & 1))) >> 16
    # A NaN whose payload is in the low half must not round to infinity.
    quiet = np.isnan(wide)
    return np.where(quiet, (bits >> 16) | 0x40, rounded).astype(np.uint16)


@cache
def _eights(name: str) -> NDArray[np.float32]:
    """The 256 numbers of an 8-bit floating type (Micikevicius et al. 2022, arXiv 2209.05433)."""
    words = np.arange(256, dtype=np.uint16)
    if name == "float8_e5m2":
        return (words << 8).view(np.float16).astype(np.float32)
    sign = np.where(words & 0x80, -1.0, 1.0)
    exponent, mantissa = ((words >> 3) & 0xF).astype(int), (words & 0x7) / 8
    values = np.where(exponent == 0, mantissa * 2.0**-6, (1 + mantissa) * 2.0 ** (exponent - 7))
    values = np.where(words & 0x7F == 0x7F, np.nan, values)
    return (sign * values).astype(np.float32)
