"""The header of a safetensors file, read as a stranger's word: bounded, and believed in nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homophily.errors import DataError
from homophily.lineage.checkpoints._dtypes import BY_CODE, Dtype

__all__ = ["LONGEST", "Entry", "length", "parse"]

#: The longest header read, in bytes; one of 100,000 tensors takes about 12 MB.
LONGEST = 16 << 20
_DIMENSIONS = 16
#: The most numbers that an empty tensor would hold if its axes of none had one.
_EMPTY = 1 << 31
_AGAIN = "fetch or save the file again"


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor of the file.

    Attributes:
        dtype: How its numbers are stored.
        shape: Its axes.
        start: Its first byte, counted from the file's beginning.
    """

    dtype: Dtype
    shape: tuple[int, ...]
    start: int

    @property
    def stop(self) -> int:
        """The byte after its last."""
        return self.start + math.prod(self.shape) * self.dtype.size


def length(first: bytes, path: Path, size: int) -> int:
    """The header's length, from the file's first eight bytes.

    Raises:
        DataError: It is no length that the file can hold or that this reader takes.
    """
    if len(first) < 8:
        raise DataError(f"{path}: {size} bytes are too few for a safetensors file; {_AGAIN}.")
    told = int.from_bytes(first, "little")
    if told > LONGEST:
        raise DataError(
            f"{path}: its first eight bytes tell of a header of {told:,} bytes; at most {LONGEST:,} "
            "are read; it is no safetensors file, or a damaged one."
        )
    if told > size - 8:
        raise DataError(f"{path}: cut short within its header ({size:,} bytes of {told + 8:,}); {_AGAIN}.")
    return told


def parse(header: bytes, path: Path, size: int) -> tuple[dict[str, Entry], dict[str, str]]:
    """The tensors that a header names, and its metadata.

    Args:
        header: The JSON text.
        path: For messages.
        size: Bytes of the whole file.

    Returns:
        Entries by name in the file's order of data, none beyond the file, none over another; metadata.

    Raises:
        DataError: The header is not what the format says.
    """
    raw = _object(header, path)
    metadata = raw.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict):
        raise DataError(f"{path}: '__metadata__' in its header is no object; {_AGAIN}.")
    begin = 8 + len(header)
    entries = {name: _entry(name, value, path, begin, size) for name, value in raw.items()}
    ordered = dict(sorted(entries.items(), key=lambda item: (item[1].start, item[1].stop)))
    last, end = "", begin
    for name, entry in ordered.items():
        if entry.start < end and entry.stop > entry.start:
            raise DataError(f"{path}: tensors {last!r} and {name!r} overlap in the file; {_AGAIN}.")
        last, end = (name, entry.stop) if entry.stop > end else (last, end)
    return ordered, {str(key): str(value) for key, value in metadata.items()}


def _object(header: bytes, path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(header.decode("utf-8"), object_pairs_hook=_once)
    except RecursionError:
        raise DataError(f"{path}: its header is nested too deeply; {_AGAIN}.") from None
    except ValueError as error:
        # Also what is no UTF-8, and integers of more digits than Python reads.
        why = str(error).partition("\n")[0][:120]
        raise DataError(f"{path}: its header is no JSON of the format ({why}); {_AGAIN}.") from None
    if not isinstance(raw, dict):
        raise DataError(f"{path}: its header is no JSON object; it is no safetensors file.")
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = (
            next(name for place, name in enumerate(names) if name in names[:place])
            if len(names) < 999
            else ""
        )
        raise ValueError(f"the key {twice[:60]!r} stands twice")
    return made


def _entry(name: str, value: Any, path: Path, begin: int, size: int) -> Entry:
    shown = repr(name if len(name) <= 80 else name[:77] + "…")
    if not isinstance(value, dict):
        raise DataError(f"{path}: the header says nothing readable of tensor {shown}; {_AGAIN}.")
    code = value.get("dtype")
    dtype = BY_CODE.get(code) if isinstance(code, str) else None
    if dtype is None:
        raise DataError(
            f"{path}: tensor {shown} has dtype {str(code)[:20]!r}; known: {', '.join(BY_CODE)}. "
            "Save it as one of these."
        )
    shape = tuple(_counts(value.get("shape"), _DIMENSIONS, f"{path}: the shape of tensor {shown}"))
    if 0 in shape and math.prod(axis or 1 for axis in shape) > _EMPTY:
        # Nothing to read, and yet endless rows to count.
        raise DataError(f"{path}: tensor {shown} of shape {list(shape)} is empty and endless; {_AGAIN}.")
    told = f"{path}: the data_offsets of tensor {shown}"
    offsets = tuple(_counts(value.get("data_offsets"), 2, told))
    if len(offsets) != 2 or offsets[0] > offsets[1]:
        raise DataError(f"{told} are no start and end; {_AGAIN}.")
    entry = Entry(dtype, shape, begin + offsets[0])
    if entry.stop != begin + offsets[1]:
        raise DataError(
            f"{path}: tensor {shown} of shape {list(shape)} and {dtype.name} does not fill the "
            f"{offsets[1] - offsets[0]:,} bytes it is given; {_AGAIN}."
        )
    if entry.stop > size:
        raise DataError(
            f"{path}: cut short: tensor {shown} ends at byte {entry.stop:,} of a file of {size:,}; {_AGAIN}."
        )
    return entry


def _counts(value: Any, most: int, what: str) -> Iterator[int]:
    """Whole numbers of at most 63 bits."""
    if not isinstance(value, list) or len(value) > most:
        raise DataError(f"{what} is no list of at most {most} whole numbers; {_AGAIN}.")
    for each in value:
        if type(each) is not int or not 0 <= each < 1 << 63:
            raise DataError(f"{what} holds {str(each)[:30]!r}, which is no size; {_AGAIN}.")
        yield each
