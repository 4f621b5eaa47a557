"""Files of instruments: found by name or path, read from TOML, JSON or CSV, proved by their own checks."""

from __future__ import annotations

import csv
import functools
import io
import json
import math
import tomllib
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from homophily.errors import UnknownName, UsageError
from homophily.instruments.faults import explain
from homophily.instruments.instrument import Instrument

__all__ = ["load", "names"]

_SHIPPED = files("homophily.instruments") / "data"


def names() -> list[str]:
    """The names of the shipped instruments, sorted."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".toml")
    )


def load(name: str | Path) -> Instrument:
    """The instrument of this name, or in this file.

    Args:
        name: A shipped name, or the path of a ``.toml``, ``.json`` or ``.csv`` file in UTF-8.

    Raises:
        UsageError: No such instrument or file; or the file does not fit the schema or its own checks. The
            message names file, item and field.
    """
    path = Path(name)
    if path.suffix.lower() in _PARSERS:
        return _read(path)
    if isinstance(name, Path) or path.name != name:
        raise UsageError(f"{str(name)!r} is no instrument file: use .toml, .json or .csv.")
    return _shipped(name)


@functools.cache
def _shipped(name: str) -> Instrument:
    if name not in names():
        raise UnknownName("instrument", name, names())
    return _read(_SHIPPED / f"{name}.toml")


def _read(path: Traversable) -> Instrument:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not in UTF-8; save it again with that encoding.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None
    stem, _, suffix = path.name.rpartition(".")
    try:
        data = _PARSERS[f".{suffix.lower()}"](text)
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{path}: no valid {suffix.upper()}: {error}.") from None
    if not isinstance(data, dict):
        raise UsageError(f"{path}: holds no table of fields at its top.")
    try:
        instrument = Instrument.model_validate({"name": stem, **data})
    except ValidationError as error:
        raise UsageError(f"{path}: {explain(error, data)}") from None
    _prove(instrument, path)
    return instrument


def _prove(instrument: Instrument, path: Traversable) -> None:
    for number, check in enumerate(instrument.checks, 1):
        answers: dict[str, Any] = {
            f"{instrument.name}/{entry.id}": check.others for entry in instrument.entries
        }
        answers |= {f"{instrument.name}/{id_}": answer for id_, answer in check.answers.items()}
        try:
            scores = instrument.score(answers)
        except UsageError as error:
            raise UsageError(f"{path}: check no. {number}: {error}") from None
        for scale, known in check.scores.items():
            if scale not in scores:
                raise UsageError(f"{path}: check no. {number}: {UnknownName('scale', scale, scores)}")
            same = math.isnan(scores[scale]) if math.isnan(known) else abs(scores[scale] - known) < 5e-4
            if not same:
                raise UsageError(
                    f"{path}: check no. {number}: {scale!r} scores {scores[scale]:.4g}, not {known:g}; "
                    "mend the key (measures, reverse, scale) or the check."
                )


def _csv(text: str) -> dict[str, Any]:
    """A table of items under a header row; rows above it that begin with ``#`` hold the file's own fields.

    Dots in a field's name lead into its parts: ``text.en``, ``scale.labels.en.1``, ``options.2.measures``.
    """
    header_line = next((line for line in text.splitlines() if line and not line.startswith("#")), "")
    separator = max(",;\t", key=header_line.count)  # spreadsheets follow the country's habit
    table = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows = [[cell.strip() for cell in row] for row in table]
    rows = [row for row in rows if any(row)]
    data: dict[str, Any] = {}
    while rows and rows[0][0].startswith("#"):
        name, *cells = rows.pop(0)
        _place(data, name.removeprefix("#").strip(), ",".join(filter(None, cells)))
    if not rows:
        raise ValueError("no header row with the items' fields")
    header, *body = rows
    data["items"] = []
    for number, row in enumerate(body, 1):
        if len(row) > len(header):
            raise ValueError(f"item no. {number} has more cells than the header; quote texts with commas")
        item: dict[str, Any] = {}
        for name, cell in zip(header, row, strict=False):
            if cell:
                _place(item, name, cell)
        if isinstance(item.get("options"), dict):
            item["options"] = list(item["options"].values())
        data["items"].append(item)
    return data


def _place(data: dict[str, Any], name: str, cell: str) -> None:
    *path, last = name.split(".")
    for part in path:
        data = data.setdefault(part, {})
        if not isinstance(data, dict):
            raise ValueError(f"field {name!r} contradicts a field above it")
    data[last] = cell


_PARSERS: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".json": json.loads, ".csv": _csv}
