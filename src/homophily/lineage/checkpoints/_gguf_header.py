"""The header of a GGUF file, walked before the gguf package believes it: every length within the file."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from homophily.errors import DataError

__all__ = ["check"]

#: Bytes of each scalar type by its number; 8 is a text, 9 an array.
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT, _ARRAY = 8, 9
#: More than any model has: fields, tensors, items of a list (vocabularies have some 300,000), axes.
_FIELDS, _TENSORS, _ITEMS, _AXES = 1 << 14, 1 << 18, 1 << 23, 4


def check(path: Path) -> None:
    """Walk the header; nothing is kept.

    The package takes a list's length at its word and would fill memory with what lies beyond the file's end.

    Raises:
        DataError: The file is no GGUF file of version 2 or 3, or a length leads beyond its end.
    """
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise DataError(f"{path}: does not begin as a GGUF file does; fetch it again.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                _Walk(content).all()
            except (struct.error, ValueError) as error:
                why = str(error) if isinstance(error, ValueError) else "ends within it"
                raise DataError(
                    f"{path}: its header is damaged or cut short ({why}); fetch it again."
                ) from None


class _Walk:
    """A place in the file that only moves on."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content, self._place = content, 4

    def all(self) -> None:
        """The whole header."""
        version = self._number("<I")
        if version not in (2, 3):
            raise ValueError(f"version {version}; 2 and 3 are read")
        tensors, fields = self._count(_TENSORS, "tensors"), self._count(_FIELDS, "fields")
        for _ in range(fields):
            self._text()
            self._value(self._number("<I"))
        for _ in range(tensors):
            self._text()
            axes = self._number("<I")
            if axes > _AXES:
                raise ValueError(f"a tensor of {axes} axes")
            self._skip(8 * axes + 12)

    def _number(self, form: str) -> int:
        found: int = struct.unpack_from(form, self._content, self._place)[0]
        self._place += struct.calcsize(form)
        return found

    def _count(self, most: int, what: str) -> int:
        found = self._number("<Q")
        if found > most:
            raise ValueError(f"{found:,} {what}")
        return found

    def _skip(self, number: int) -> None:
        if number > len(self._content) - self._place:
            raise ValueError("a length leads beyond its end")
        self._place += number

    def _text(self) -> None:
        self._skip(self._number("<Q"))

    def _value(self, kind: int) -> None:
        if kind == _TEXT:
            self._text()
        elif kind in _SIZES:
            self._skip(_SIZES[kind])
        elif kind == _ARRAY:
            inner, number = self._number("<I"), self._count(_ITEMS, "items in a list")
            if inner == _TEXT:
                for _ in range(number):
                    self._text()
            elif inner in _SIZES:
                self._skip(_SIZES[inner] * number)
            else:
                raise ValueError(f"a list of type {inner}")
        else:
            raise ValueError(f"a field of type {kind}")
