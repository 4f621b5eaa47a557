"""One side of a pair: its rows, as stored or as float32, into a thread's own buffer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.checkpoints import Checkpoint, Part
from homophily.lineage.checkpoints._dtypes import BY_NAME, Dtype
from homophily.lineage.checkpoints._tensor import Plain, Tensor

__all__ = ["Buffer", "Side"]

_WIDE = BY_NAME["float32"]


class Buffer:
    """Bytes that are used again; not to be shared between threads."""

    def __init__(self) -> None:
        self._bytes = np.empty(0, np.uint8)

    def take(self, number: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Room for numbers of a dtype; what was there is lost."""
        if self._bytes.nbytes < number * dtype.itemsize:
            self._bytes = np.empty(number * dtype.itemsize, np.uint8)
        return self._bytes[: number * dtype.itemsize].view(dtype)


class Side:
    """A part of a checkpoint's tensor, by rows (`number` of them, of `width` numbers each).

    Args:
        checkpoint: Whose.
        part: Which.
        rows: Rows to take, in this order; None for all of the part.
        turn: Whether to turn a part that is stored (in, out): it is then read whole, at once.
    """

    def __init__(
        self, checkpoint: Checkpoint, part: Part, rows: NDArray[np.int64] | None = None, *, turn: bool = False
    ) -> None:
        self.tensor: Tensor = checkpoint.tensor(part.name)
        self._part, self._rows, self._whole = part, rows, None
        self._across = part.transposed and not turn
        if part.transposed and turn:
            self._whole = checkpoint.part(part)
        shape = part.shape[::-1] if self._across else part.shape
        self.columns = self.width = math.prod(shape[1:])
        self.number = len(rows) if rows is not None else shape[0] if shape else 1
        self._first = part.start * self.width

    @property
    def flat(self) -> bool:
        """Whether its numbers lie one after the other in memory or a file."""
        apart = self._across or self._rows is not None or self._whole is not None
        return isinstance(self.tensor, Plain) and self.tensor.dtype.floating and not apart

    def flatten(self) -> None:
        """Take every number for a row: of a flat side any stretch can then be read, however wide its rows."""
        self.number, self.width = self.number * self.width, 1

    @property
    def dtype(self) -> Dtype:
        """What `block` gives."""
        plain = isinstance(self.tensor, Plain) and self._whole is None and self.tensor.dtype.floating
        return self.tensor.dtype if plain else _WIDE  # type: ignore[return-value]

    @property
    def bits(self) -> Dtype:
        """As what the numbers are stored; float32 for a quantised layout."""
        dtype = self.tensor.dtype
        return dtype if dtype is not None and dtype.floating else _WIDE

    def block(self, start: int, stop: int, buffer: Buffer) -> NDArray[Any]:
        """Rows ``start`` to ``stop`` as one line of numbers of `dtype`, until the buffer is used again."""
        if self._whole is not None:
            return self._whole[start:stop].reshape(-1)
        if self._rows is not None:
            return self._picked(self._rows[start:stop], buffer)
        part, tensor = self._part, self.tensor
        if self._across:
            found = tensor.stored(start, stop) if isinstance(tensor, Plain) else tensor.rows(start, stop)
            return np.ascontiguousarray(found[:, part.start : part.stop]).reshape(-1)
        if not isinstance(tensor, Plain) or not tensor.dtype.floating:
            found = tensor.rows(part.start + start, part.start + stop)
            return np.ascontiguousarray(found, np.float32).reshape(-1)
        into = buffer.take((stop - start) * self.width, tensor.dtype.stored)
        tensor.fill(self._first + start * self.width, into)
        return into

    def _picked(self, rows: NDArray[np.int64], buffer: Buffer) -> NDArray[Any]:
        """Rows here and there, read run by run."""
        into = buffer.take(len(rows) * self.width, self.dtype.stored).reshape(len(rows), self.width)
        edges = np.flatnonzero(np.diff(rows) != 1) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), len(rows)], strict=True):
            begin = self._part.start + int(rows[first])
            if isinstance(self.tensor, Plain) and self.tensor.dtype.floating:
                self.tensor.fill(begin * self.columns, into[first:last].reshape(-1))
            else:
                into[first:last] = self.tensor.rows(begin, begin + last - first).reshape(-1, self.width)
        return into.reshape(-1)

    def expect(self, start: int, stop: int) -> None:
        """Tell the system that these rows will be read soon."""
        if self.flat and isinstance(self.tensor, Plain):
            self.tensor.expect(self._first + start * self.width, (stop - start) * self.width)
