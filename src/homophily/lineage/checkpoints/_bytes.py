"""Weights of a byte or less with scales beside: bitsandbytes, compressed-tensors, fp8 in blocks."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.checkpoints._dtypes import Dtype
from homophily.lineage.checkpoints._tensor import Plain

__all__ = ["Fours", "Nibbles", "Scaled"]
__references__ = ("dettmers2022", "dettmers2023")


def _all(tensor: Plain) -> NDArray[np.float32]:
    return tensor.rows(0, tensor.shape[0] if tensor.shape else 1)


class _Scale:
    """Scales (or zero points) that stretch over a matrix: one in all, one a row, one a group, one a block.

    Args:
        tensor: Of at most two axes.
        shape: The matrix's.
        blocks: Rows and columns of a block, where the edge may cut the last off; equal shares if left out.
    """

    def __init__(self, tensor: Plain, shape: tuple[int, ...], blocks: tuple[int, int] | None = None) -> None:
        values = _all(tensor)
        rows, columns = shape
        values = values if values.ndim == 2 else values.reshape(-1, 1)
        high, wide = map(int, values.shape)
        tall, broad = blocks or (rows // max(1, high), columns // max(1, wide))
        if tall < 1 or broad < 1 or -(-rows // tall) != high or -(-columns // broad) != wide:
            raise ValueError(f"scales {tensor.shape} do not fit a weight {shape}")
        self._high, self._wide = tall, broad
        self._values, self._columns = values, columns

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """(rows, columns), or (rows, 1) where all columns are alike."""
        taken = self._values[np.arange(start, stop) // self._high]
        if taken.shape[1] == 1:
            return taken
        return np.repeat(taken, self._wide, axis=1)[:, : self._columns]


class Scaled:
    """A matrix of bytes, each times its scale: w = (q - zero) · scale / divisor.

    Args:
        weight: (out, in) int8, uint8 or float8.
        scale: One in all, (out,), (out, 1), (out, groups) or (blocks, blocks).
        zero: Zero points, likewise; None for none.
        divisor: 127 for bitsandbytes (Dettmers et al. 2022, arXiv 2208.07339), whose scales are row maxima.
        kind: What it is called.
        blocks: Rows and columns that share a scale, where the layout says so.
    """

    dtype: Dtype | None = None

    def __init__(
        self,
        weight: Plain,
        scale: Plain,
        zero: Plain | None,
        *,
        kind: str,
        divisor: float = 1.0,
        blocks: tuple[int, int] | None = None,
    ) -> None:
        if len(weight.shape) != 2:
            raise ValueError(f"a weight of shape {weight.shape}")
        self.shape, self.kind, self._weight, self._divisor = weight.shape, kind, weight, divisor
        self._scale = _Scale(scale, weight.shape, blocks)
        self._zero = _Scale(zero, weight.shape) if zero is not None and zero.shape else None

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32."""
        found = self._weight.rows(start, stop)
        if self._zero is not None:
            found = found - self._zero.rows(start, stop)
        return np.asarray(found * (self._scale.rows(start, stop) / np.float32(self._divisor)), np.float32)


class Nibbles:
    """Packed integers of compressed-tensors: eight of 4 bits or four of 8 to an int32, lowest first.

    Args:
        packed: (out, in / per word) int32.
        scale: (out, groups).
        shape: The weight's shape as a tensor of two numbers; told by the scales' bits if absent.
        zero: Zero points (out, groups) that are not packed themselves; None for a symmetric layout.
    """

    dtype: Dtype | None = None

    def __init__(self, packed: Plain, scale: Plain, shape: Plain | None, zero: Plain | None) -> None:
        if zero is not None and zero.shape != scale.shape:
            raise ValueError("packed zero points")
        if shape is None:
            raise ValueError("no weight_shape")
        rows, columns = (int(each) for each in _all(shape))
        each = columns / packed.shape[1]
        if rows != packed.shape[0] or not 0 < each <= 8:
            raise ValueError(f"packed {packed.shape} against a weight of {rows} × {columns}")
        self._bits = 4 if each > 4 else 8
        self.shape, self.kind = (rows, columns), f"compressed int{self._bits}"
        self._packed, self._scale = packed, _Scale(scale, self.shape)
        self._zero = _Scale(zero, self.shape) if zero is not None else None

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32."""
        words = self._packed.stored(start, stop).view(np.uint32)
        shifts = np.arange(0, 32, self._bits, dtype=np.uint32)
        whole = (words[:, :, None] >> shifts) & np.uint32((1 << self._bits) - 1)
        signed = whole.reshape(stop - start, -1)[:, : self.shape[1]].astype(np.float32) - (
            1 << (self._bits - 1)
        )
        if self._zero is not None:
            signed -= self._zero.rows(start, stop)
        return np.asarray(signed * self._scale.rows(start, stop), np.float32)


class Fours:
    """Four-bit numbers of bitsandbytes: nf4 and fp4, with scales that may be quantised themselves.

    A byte holds two places of a map of 16 numbers, the first in its upper half; every `blocksize` numbers
    share a largest absolute value (Dettmers et al. 2023, QLoRA, arXiv 2305.14314).

    Args:
        weight: (numbers / 2, 1) uint8.
        state: JSON in bytes: shape, blocksize, and of nested scales their blocksize and offset.
        parts: ``absmax``, ``quant_map``, and of nested scales ``nested_absmax``, ``nested_quant_map``.
    """

    dtype: Dtype | None = None

    def __init__(self, weight: Plain, state: Plain, parts: Mapping[str, Plain]) -> None:
        told: dict[str, Any] = json.loads(state.stored(0, state.shape[0]).tobytes())
        self.shape = tuple(int(each) for each in told["shape"])
        self.kind, self._block = f"bitsandbytes {told['quant_type']}", int(told["blocksize"])
        self._weight, self._map = weight, _all(parts["quant_map"])
        number = math.prod(self.shape)
        if (
            min(self.shape, default=0) < 1
            or math.prod(weight.shape) != (number + 1) // 2
            or self._block < 1
            or self._map.shape != (16,)
        ):
            raise ValueError(f"{weight.shape} bytes for a weight of {self.shape}")
        self._largest = self._absmax(told, parts)
        if len(self._largest) * self._block < number:
            raise ValueError("too few scales")

    @staticmethod
    def _absmax(told: Mapping[str, Any], parts: Mapping[str, Plain]) -> NDArray[np.float32]:
        absmax = parts["absmax"]
        if "nested_absmax" not in parts:
            return _all(absmax)
        places = absmax.stored(0, absmax.shape[0]).astype(np.intp)
        each = min(int(told["nested_blocksize"]), len(places))
        outer = np.repeat(_all(parts["nested_absmax"]), each)[: len(places)]
        inner = _all(parts["nested_quant_map"])[places]
        return np.asarray(inner * outer + np.float32(told["nested_offset"]), np.float32)

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32."""
        width = math.prod(self.shape[1:])
        first, last = start * width, stop * width
        packed = np.empty((last + 1) // 2 - first // 2, np.uint8)
        self._weight.fill(first // 2, packed)
        places = np.stack((packed >> 4, packed & 0xF), axis=1).reshape(-1)[first % 2 :][: last - first]
        scale = self._largest[np.arange(first, last) // self._block]
        return np.asarray(self._map[places] * scale, np.float32).reshape(stop - start, *self.shape[1:])
