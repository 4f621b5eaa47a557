"""Trace files: JSON, gzipped where the name ends in ``.gz``; read strictly, written whole or not at all.

Version 1 is one object::

    {"format": "homophily trace", "version": 1,
     "about":  {"torch": "2.13.0", "dtype": "float32", ...},           keys of `ABOUT`, all optional
     "names":  ["aten::embedding", "aten::linear", ...],               each name once
     "shapes": [[[300, 64], [1, 16]], ...],                            each list of arguments' shapes once
     "events": {"name": [0, 1, ...], "shapes": [0, 1, ...],            places in the two lists above
                "depth": [0, 1, ...], "start": [0.0, 4.1, ...], "duration": [3.2, 1.0, ...]}}

Depth is 0 for what Python called and −1 for a kernel on a device; times are microseconds.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from homophily.errors import DataError, UsageError
from homophily.lineage.traces.trace import ABOUT, Shapes, Trace
from homophily.whole import write_whole

__all__ = ["LARGEST", "read", "write"]

#: Bytes of JSON that a trace may have, unpacked: about two million events.
LARGEST = 256 << 20

_Place = Annotated[int, Field(ge=0, strict=True)]
_Depth = Annotated[int, Field(ge=-1, le=1000, strict=True)]
_Time = Annotated[float, Field(ge=0, le=1e13, allow_inf_nan=False)]
_Size = Annotated[int, Field(ge=0, lt=1 << 53, strict=True)]
_Shape = Annotated[list[_Size], Field(max_length=64)]
_Name = Annotated[str, Field(pattern=r"^[A-Za-z_][\w:.]*$", max_length=200)]


class _Events(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: list[_Place]
    shapes: list[_Place]
    depth: list[_Depth]
    start: list[_Time]
    duration: list[_Time]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["homophily trace"]
    version: Literal[1]
    about: dict[str, str | int]
    names: list[_Name]
    shapes: list[Annotated[list[_Shape], Field(max_length=256)]]
    events: _Events

    @model_validator(mode="after")
    def _fits(self) -> _File:
        columns = self.events
        if len({len(getattr(columns, name)) for name in _Events.model_fields}) > 1:
            raise ValueError("the columns of events have not one length")
        for place, many, what in (
            (columns.name, len(self.names), "names"),
            (columns.shapes, len(self.shapes), "shapes"),
        ):
            if place and max(place) >= many:
                raise ValueError(f"an event points past the {many} {what}")
        for key, value in self.about.items():
            if key not in ABOUT:
                raise ValueError(f"'about' knows no {key[:40]!r}")
            if type(value) is not ABOUT[key] or len(str(value)) > 100:
                raise ValueError(f"about.{key} is no {ABOUT[key].__name__} of at most 100 characters")
        return self


def read(path: str | Path) -> Trace:
    """Read a trace file.

    Raises:
        UsageError: No such file.
        DataError: Not a trace file, damaged, or larger than `LARGEST`.
    """
    file, text = Path(path), _unpacked(Path(path))
    try:
        held = _File.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the whole"
        raise DataError(f"{str(file)!r} is no trace of version 1: {where}: {fault['msg']}.") from None
    columns = held.events
    argued: list[Shapes] = [tuple(map(tuple, each)) for each in held.shapes]
    return Trace(
        dict(held.about),
        [held.names[i] for i in columns.name],
        [argued[i] for i in columns.shapes],
        np.array(columns.depth, np.int16),
        np.array(columns.start, float),
        np.array(columns.duration, float),
    )


def write(trace: Trace, path: str | Path) -> Path:
    """Write a trace; a file that was there is replaced only once the new one is whole.

    Raises:
        UsageError: The file cannot be written.
    """
    target = Path(path)
    text = json.dumps(_columns(trace), separators=(",", ":"), allow_nan=False).encode()
    return write_whole(target, gzip.compress(text, mtime=0) if target.suffix == ".gz" else text)


def _columns(trace: Trace) -> dict[str, Any]:
    names = {name: place for place, name in enumerate(dict.fromkeys(trace.names))}
    argued = {each: place for place, each in enumerate(dict.fromkeys(trace.shapes))}
    return {
        "format": "homophily trace",
        "version": 1,
        "about": trace.about,
        "names": list(names),
        "shapes": [list(map(list, each)) for each in argued],
        "events": {
            "name": [names[name] for name in trace.names],
            "shapes": [argued[each] for each in trace.shapes],
            "depth": trace.depth.tolist(),
            "start": np.round(trace.start, 3).tolist(),
            "duration": np.round(trace.duration, 3).tolist(),
        },
    }


def _unpacked(path: Path) -> bytes:
    """A file's JSON, never more than `LARGEST` of it in memory."""
    if not path.is_file():
        raise UsageError(
            f"no such file: {str(path)!r}; wanted a trace from 'homophily lineage trace record'."
        )
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            text = gzip.GzipFile(fileobj=raw).read(LARGEST + 1) if packed else raw.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{str(path)!r} cannot be read: {error}.") from error
    if len(text) > LARGEST:
        raise DataError(f"{str(path)!r} unpacks to more than {LARGEST >> 20} MB; no trace is that large.")
    return text
