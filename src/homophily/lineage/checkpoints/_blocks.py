"""GPTQ and AWQ: integers packed into int32, with a scale and a zero point a group of inputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError
from homophily.lineage.checkpoints._dtypes import Dtype
from homophily.lineage.checkpoints._tensor import Plain

__all__ = ["Awq", "Gptq"]
__references__ = ("frantar2022", "lin2023")

#: AWQ's order of outputs within an int32 (Lin et al. 2023, arXiv 2306.00978), as its kernels want it.
_AWQ_ORDER = (0, 4, 1, 5, 2, 6, 3, 7)


def _whole(tensor: Plain) -> NDArray[Any]:
    return tensor.stored(0, tensor.shape[0])


def _unpacked(words: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Integers of each int32, lowest first, on a new last axis."""
    shifts = np.arange(0, 32, bits, dtype=np.uint32)
    return ((words.view(np.uint32)[..., None] >> shifts) & np.uint32((1 << bits) - 1)).astype(np.uint8)


class _Packed(ABC):
    """What both layouts share: w[out, in] = (q[in, out] - zero[group, out]) · scale[group, out]."""

    dtype: Dtype | None = None
    shape: tuple[int, ...]
    kind: str
    _packed: NDArray[Any] | None = None

    def __init__(
        self, weight: Plain, zeros: Plain, scales: Plain, order: Plain | None, settings: Mapping[str, Any]
    ) -> None:
        self._weight, self._zeros, self._scales, self._order = weight, zeros, scales, order
        self._settings = settings
        self._measure()
        inputs, outputs = self.shape[1], self.shape[0]
        groups = scales.shape[0]
        if scales.shape[1] != outputs or zeros.shape[0] != groups or not groups or inputs % groups:
            raise ValueError(f"scales {scales.shape} and zeros {zeros.shape} for a weight of {self.shape}")

    @abstractmethod
    def _measure(self) -> None:
        """Find the weight's shape, and what kind it is."""

    @abstractmethod
    def _columns(self, start: int, stop: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Integers (in, outputs) and zeros (groups, outputs) of outputs ``start`` to ``stop``."""

    def _loaded(self) -> NDArray[Any]:
        """The packed weight: a few bits a number, kept while the tensor is read on."""
        if self._packed is None:
            self._packed = _whole(self._weight)
        return self._packed

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Outputs as float32 rows (rows, in)."""
        scales = self._scales.rows(0, self._scales.shape[0])[:, start:stop]
        whole, zeros = self._columns(start, stop)
        if stop >= self.shape[0]:
            self._packed = None
        inputs = self.shape[1]
        if self._order is not None and self._order.shape == (inputs,):
            group = _whole(self._order).astype(np.intp)
            if group.size and not (int(group.min()) >= 0 and int(group.max()) < len(scales)):
                raise DataError(f"a weight of {self.kind} names a group that has no scale; fetch it again.")
        else:
            group = np.arange(inputs) // (inputs // len(scales))
        found = (whole.astype(np.float32) - zeros[group]) * scales[group]
        return np.ascontiguousarray(found.T)


class Gptq(_Packed):
    """GPTQ (Frantar et al. 2022, arXiv 2210.17323): inputs packed along the first axis.

    Files of the first format keep each zero point less one; ``checkpoint_format: gptq_v2`` as it is.
    """

    def _measure(self) -> None:
        outputs = self._weight.shape[1]
        bits = 32 * self._zeros.shape[1] / outputs
        self._bits = int(bits) if bits in (2, 4, 8) else 0
        if not self._bits:
            raise ValueError(f"{bits:g} bits; 2, 4 and 8 are read")
        self.shape = (outputs, self._weight.shape[0] * (32 // self._bits))
        self.kind = f"gptq int{self._bits}"

    def _columns(self, start: int, stop: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        packed = np.ascontiguousarray(self._loaded()[:, start:stop])
        whole = _unpacked(packed, self._bits).swapaxes(1, 2).reshape(-1, stop - start)
        zeros = _unpacked(_whole(self._zeros), self._bits).reshape(self._zeros.shape[0], -1)[:, start:stop]
        first = self._settings.get("checkpoint_format") != "gptq_v2"
        return whole, zeros.astype(np.float32) + first


class Awq(_Packed):
    """AWQ (Lin et al. 2023, arXiv 2306.00978), the GEMM layout: outputs packed along the second axis."""

    def _measure(self) -> None:
        bits = 32 * self._weight.shape[1] / self._scales.shape[1]
        if bits != 4:
            raise ValueError(f"{bits:g} bits; 4 are read")
        self.shape = (self._scales.shape[1], self._weight.shape[0])
        self.kind = "awq int4"

    def _columns(self, start: int, stop: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        first, last = start // 8, -(-stop // 8)
        cut = slice(start - 8 * first, stop - 8 * first)
        whole, zeros = (
            _unpacked(np.ascontiguousarray(words[:, first:last]), 4)[..., _AWQ_ORDER].reshape(len(words), -1)
            for words in (self._loaded(), _whole(self._zeros))
        )
        return whole[:, cut], zeros[:, cut].astype(np.float32)
