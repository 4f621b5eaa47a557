"""A tensor that is read in parts: what every kind of file gives."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError
from homophily.lineage.checkpoints._dtypes import Dtype, widen
from homophily.lineage.checkpoints._header import Entry
from homophily.lineage.checkpoints._place import read_into

__all__ = ["Held", "OnFile", "Plain", "Tensor"]


class Tensor(Protocol):
    """A tensor by rows: its first axis; a scalar has one row."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its axes."""

    @property
    def kind(self) -> str:
        """How it is stored: a dtype's name, or that of a quantised layout."""

    @property
    def dtype(self) -> Dtype | None:
        """How its numbers are stored, where they are stored one by one."""

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows ``start`` to ``stop`` (rows, …) as float32."""


class Plain:
    """A tensor whose numbers are stored one by one, row after row.

    Args:
        shape: Its axes.
        dtype: How its numbers are stored.
    """

    __slots__ = ("dtype", "shape", "width")

    def __init__(self, shape: tuple[int, ...], dtype: Dtype) -> None:
        self.shape, self.dtype, self.width = shape, dtype, math.prod(shape[1:])

    @property
    def kind(self) -> str:
        """Its dtype's name."""
        return self.dtype.name

    def fill(self, first: int, into: NDArray[Any]) -> None:
        """Read numbers from the ``first`` on, row after row, as they are stored.

        Args:
            first: Place of the first among all the tensor's numbers.
            into: Contiguous, of `dtype.stored`; filled whole.

        Raises:
            DataError: The file ends before, or cannot be read.
        """
        raise NotImplementedError

    def expect(self, first: int, number: int) -> None:
        """Tell the system that so many numbers from the ``first`` on will be read soon."""

    def stored(self, start: int, stop: int) -> NDArray[Any]:
        """Rows as they are stored; a scalar has one, of no axes."""
        found = np.empty((stop - start, *self.shape[1:]) if self.shape else (), self.dtype.stored)
        self.fill(start * self.width, found.reshape(-1))
        return found

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32."""
        found = self.stored(start, stop)
        return found if found.dtype == np.float32 else widen(found, self.dtype)


class OnFile(Plain):
    """A plain tensor in a file.

    Args:
        path: The file, for messages.
        descriptor: The open file.
        entry: Where it lies.
    """

    __slots__ = ("_descriptor", "_path", "_start")

    def __init__(self, path: Path, descriptor: int, entry: Entry) -> None:
        super().__init__(entry.shape, entry.dtype)
        self._path, self._descriptor, self._start = path, descriptor, entry.start

    def fill(self, first: int, into: NDArray[Any]) -> None:
        """Read numbers as they are stored."""
        view = memoryview(into.view(np.uint8).reshape(-1).data)
        place = self._start + first * self.dtype.size
        while view:
            try:
                got = read_into(self._descriptor, view, place)
            except OSError as error:
                raise DataError(f"{self._path}: no reading at byte {place:,}: {error.strerror}.") from error
            if not got:
                raise DataError(f"{self._path}: ended at byte {place:,} while it was read; was it replaced?")
            view, place = view[got:], place + got

    def expect(self, first: int, number: int) -> None:
        """Tell the system that so many numbers from the ``first`` on will be read soon."""
        if hasattr(os, "posix_fadvise"):
            size = self.dtype.size
            place = self._start + first * size
            os.posix_fadvise(self._descriptor, place, number * size, os.POSIX_FADV_WILLNEED)


class Held(Plain):
    """A plain tensor in memory, or in a file that is mapped into it.

    Args:
        array: Of `dtype.stored`.
        dtype: How its numbers are stored.
    """

    __slots__ = ("_array",)

    def __init__(self, array: NDArray[Any], dtype: Dtype) -> None:
        super().__init__(tuple(array.shape), dtype)
        self._array = array

    def fill(self, first: int, into: NDArray[Any]) -> None:
        """Copy numbers as they are stored."""
        flat = into.reshape(-1)
        if self._array.flags.c_contiguous:
            flat[:] = self._array.reshape(-1)[first : first + len(flat)]
        else:
            width = max(1, self.width)
            rows = self._array[first // width : -(-(first + len(flat)) // width)]
            flat[:] = rows.reshape(-1)[first % width : first % width + len(flat)]
