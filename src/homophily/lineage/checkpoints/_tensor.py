"""A tensor that is read in parts: what every kind of file gives."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError
from homophily.lineage.checkpoints._dtypes import Dtype, widen
from homophily.lineage.checkpoints._header import Entry

__all__ = ["Plain", "Tensor"]


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
    """A tensor stored row after row in a file.

    Args:
        path: The file, for messages.
        descriptor: The open file.
        entry: Where it lies.
    """

    __slots__ = ("_descriptor", "_path", "entry")

    def __init__(self, path: Path, descriptor: int, entry: Entry) -> None:
        self._path, self._descriptor, self.entry = path, descriptor, entry

    @property
    def shape(self) -> tuple[int, ...]:
        """Its axes."""
        return self.entry.shape

    @property
    def kind(self) -> str:
        """Its dtype's name."""
        return self.entry.dtype.name

    @property
    def dtype(self) -> Dtype:
        """How its numbers are stored."""
        return self.entry.dtype

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return math.prod(self.shape[1:])

    def fill(self, first: int, into: NDArray[np.generic]) -> None:
        """Read numbers from the ``first`` on, row after row, as they are stored.

        Args:
            first: Place of the first among all the tensor's numbers.
            into: Contiguous, of `dtype.stored`; filled whole.

        Raises:
            DataError: The file ends before, or cannot be read.
        """
        view = memoryview(into.view(np.uint8).reshape(-1))
        place = self.entry.start + first * self.dtype.size
        while view:
            try:
                got = os.preadv(self._descriptor, [view], place)
            except OSError as error:
                raise DataError(
                    f"{self._path}: cannot be read at byte {place:,}: {error.strerror}."
                ) from error
            if not got:
                raise DataError(f"{self._path}: ended at byte {place:,} while it was read; was it replaced?")
            view, place = view[got:], place + got

    def stored(self, start: int, stop: int) -> NDArray[np.generic]:
        """Rows as they are stored."""
        shape = (stop - start, *self.shape[1:]) if self.shape else ()
        found = np.empty(shape, self.dtype.stored)
        self.fill(start * self.width, found.reshape(-1))
        return found

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32."""
        found = self.stored(start, stop)
        return found if found.dtype == np.float32 else widen(found, self.dtype)  # type: ignore[return-value]
