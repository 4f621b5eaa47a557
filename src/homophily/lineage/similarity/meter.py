"""The meter: adds pairs of weights to a tally, block by block, in buffers of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.checkpoints import _dtypes as dtypes
from homophily.lineage.checkpoints._dtypes import Dtype
from homophily.lineage.similarity.tally import BINS, SHIFT, THRESHOLDS, Tally

__all__ = ["Meter", "tally"]

#: Pairs taken at once: buffers stay in a core's cache, and calls are few.
BLOCK = 1 << 17
#: Of blocks of at least this many pairs every so manieth is put in the histogram: prime, and begun elsewhere
#: in each block, so that no column is favoured.
_LARGE, _STRIDE = 1 << 16, 11
_LIMITS: tuple[Any, ...] = tuple(np.float32(each) for each in THRESHOLDS)
#: Mean squares below this lose digits in float32.
_TINY = 1e-28


def tally(a: NDArray[Any], b: NDArray[Any], *, bits: str = "") -> Tally:
    """The tally of two arrays, a pure function.

    Args:
        a: Floats of any shape; or uint16 words where `bits` is ``bfloat16``, uint8 where it is a float8.
        b: Of the same shape and dtype.
        bits: The dtype as whose words they are compared; the arrays' own if left out.

    Returns:
        Sums over all pairs.
    """
    dtype = dtypes.BY_NAME[bits or a.dtype.name]
    one = np.ascontiguousarray(a, dtype.stored).reshape(-1)
    other = np.ascontiguousarray(b, dtype.stored).reshape(-1)
    made = Tally()
    Meter().add(one, other, dtype, made)
    return made


class Meter:
    """Adds pairs to tallies; not to be shared between threads.

    A block's sums are float32 products summed by BLAS (relative error some 1e-6); blocks add up in float64.
    What overflows, underflows or is not finite is summed in float64.
    """

    def __init__(self) -> None:
        self._float = np.empty((3, BLOCK), np.float32)
        self._word = np.empty((2, BLOCK), np.uint64)
        self._bool = np.empty(BLOCK, bool)

    def add(self, a: NDArray[Any], b: NDArray[Any], dtype: Dtype, into: Tally) -> None:
        """Add pairs of one floating dtype, stored as `dtype.stored`.

        Args:
            a: (pairs,) contiguous.
            b: (pairs,) contiguous.
            dtype: What both are.
            into: The tally.
        """
        with np.errstate(all="ignore"):
            for start in range(0, len(a), BLOCK):
                one, other = a[start : start + BLOCK], b[start : start + BLOCK]
                same = self._words(one.view(dtype.words), other.view(dtype.words), dtype, into)
                self._values(*self._wide(one, other, dtype), same, into, start // BLOCK)

    def add_mixed(self, a: NDArray[Any], b: NDArray[Any], bits: Dtype, into: Tally) -> None:
        """Add pairs of float32 or float64 numbers; their words are compared as `bits` stores them.

        Args:
            a: (pairs,) contiguous.
            b: (pairs,) contiguous, of the same dtype.
            bits: The coarser of the dtypes that they were stored as.
            into: The tally.
        """
        with np.errstate(all="ignore"):
            for start in range(0, len(a), BLOCK):
                one, other = a[start : start + BLOCK], b[start : start + BLOCK]
                narrow = (
                    dtypes.narrow(one, bits).view(bits.words),
                    dtypes.narrow(other, bits).view(bits.words),
                )
                self._words(*narrow, bits, into)
                self._values(one, other, False, into, start // BLOCK)

    def _words(self, a: NDArray[Any], b: NDArray[Any], dtype: Dtype, into: Tally) -> bool:
        """Count the bits that agree; whether all do."""
        number, bits = len(a), 8 * dtype.size
        differ, masked = (each.view(dtype.words)[:number] for each in self._word)
        np.bitwise_xor(a, b, out=differ)
        changed = int(np.count_nonzero(differ))
        into.words += number
        into.identical += number - changed
        into.mantissas[: dtype.mantissa] += number
        if not changed:
            into.sign += number
            into.exponent += number
            into.mantissa[: dtype.mantissa] += number
            return True

        def agreeing(mask: int) -> int:
            np.bitwise_and(differ, dtype.words.type(mask), out=masked)
            return number - int(np.count_nonzero(masked))

        into.sign += agreeing(1 << (bits - 1))
        into.exponent += agreeing(((1 << dtype.exponent) - 1) << dtype.mantissa)
        for bit in range(dtype.mantissa):
            into.mantissa[bit] += agreeing(1 << (dtype.mantissa - 1 - bit))
        return False

    def _wide(self, a: NDArray[Any], b: NDArray[Any], dtype: Dtype) -> tuple[NDArray[Any], NDArray[Any]]:
        """Both as float32, or as they are from 32 bits on; their order may change, alike for both."""
        if dtype.size >= 4:
            return a, b
        number = len(a)
        one, other = self._float[0, :number], self._float[1, :number]
        aligned = number % 2 == a.ctypes.data % 4 == b.ctypes.data % 4 == 0
        if dtype.name == "bfloat16" and aligned:
            _halves(a, one)
            _halves(b, other)
            return one, other
        return dtypes.widen(a, dtype, one), dtypes.widen(b, dtype, other)

    def _values(self, a: NDArray[Any], b: NDArray[Any], same: bool, into: Tally, first: int) -> None:
        number = len(a)
        delta = self._float[2, :number] if a.dtype == np.float32 else np.empty(number, a.dtype)
        np.subtract(b, a, out=delta)
        sums = _sums(a, b, delta)
        if not all(map(np.isfinite, sums)):
            self._odd(a, b, into, first)
            return
        squares = (sums[0], sums[1]) if same else (sums[0], sums[1], sums[3])
        if min(squares) < _TINY * number and (a.any() or b.any()):
            one, other = a.astype(np.float64), b.astype(np.float64)
            sums = _sums(one, other, other - one)
        _add(sums, number, into)
        self._sizes(np.abs(delta, out=delta), into, first)

    def _odd(self, a: NDArray[Any], b: NDArray[Any], into: Tally, first: int) -> None:
        """The same in float64, without pairs that are not finite: sums overflowed, or met such a pair."""
        finite = np.isfinite(a) & np.isfinite(b)
        one, other = a[finite].astype(np.float64), b[finite].astype(np.float64)
        gap = other - one
        into.nonfinite += len(a) - len(one)
        _add(_sums(one, other, gap), len(one), into)
        self._sizes(np.abs(gap), into, first)

    def _sizes(self, delta: NDArray[Any], into: Tally, first: int) -> None:
        """Count |Δ| by threshold and by bin, of a large block from the ``first`` on every so manieth."""
        number = len(delta)
        found = self._bool[:number]
        limits: tuple[Any, ...] = _LIMITS if delta.dtype == np.float32 else THRESHOLDS
        for place, limit in enumerate(limits):
            np.less_equal(delta, limit, out=found)
            into.within[place] += int(np.count_nonzero(found))
        stride = _STRIDE if number >= _LARGE else 1
        sample = delta[first % stride :: stride].astype(np.float32)
        counts = np.bincount(sample.view(np.uint32) >> SHIFT, minlength=BINS)
        if stride > 1:
            counts = counts * stride
        into.count(counts)


def _halves(words: NDArray[Any], out: NDArray[np.float32]) -> None:
    """Widen bfloat16 two words at a time: each is its float32's upper half, so one is shifted, one masked."""
    half, twos, bits = len(words) // 2, words.view(np.uint32), out.view(np.uint32)
    np.left_shift(twos, 16, out=bits[:half])
    np.bitwise_and(twos, np.uint32(0xFFFF0000), out=bits[half:])


def _sums(a: NDArray[Any], b: NDArray[Any], delta: NDArray[Any]) -> tuple[float, float, float, float]:
    """Σ a², Σ b², Σ a·b, Σ Δ²."""
    return float(np.dot(a, a)), float(np.dot(b, b)), float(np.dot(a, b)), float(np.dot(delta, delta))


def _add(sums: tuple[float, float, float, float], number: int, into: Tally) -> None:
    into.pairs += number
    into.aa += sums[0]
    into.bb += sums[1]
    into.ab += sums[2]
    into.dd += sums[3]
