"""Rows of users' files, each with where it stands: CSV, TSV, JSON, JSONL, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import DataError, UsageError

__all__ = ["Row", "read"]

_SEPARATORS = {".csv": ",;\t", ".tsv": "\t"}
_LONGEST = 10_000_000  # characters of a cell
_FORMATS = ".csv, .tsv, .json, .jsonl, .ndjson, .parquet or .toml"


class Row(NamedTuple):
    """One row of a file.

    Attributes:
        place: Where it stands, such as ``line 12``.
        cells: By column; empty if the row cannot be read.
        fault: Why it cannot be read; empty if it can.
    """

    place: str
    cells: dict[str, Any]
    fault: str = ""


def read(path: Path) -> Iterator[Row]:
    """The rows of a file, those that cannot be read included.

    Raises:
        UsageError: There is no such file, or its format is not known.
        DataError: It cannot be read as what its name says at all.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {str(path)!r}: check the path.")
    suffix = path.suffix.lower()
    if suffix in _SEPARATORS:
        return _csv(path, _SEPARATORS[suffix])
    if suffix in (".jsonl", ".ndjson"):
        return _jsonl(path)
    if suffix == ".json":
        return _json(path)
    if suffix in (".parquet", ".pq"):
        return _parquet(path)
    raise UsageError(f"{path}: files ending in {path.suffix!r} cannot be read; use {_FORMATS}.")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path}: not in UTF-8; save it again with that encoding.") from None


def _csv(path: Path, separators: str) -> Iterator[Row]:
    lines = _text(path).splitlines(keepends=True)
    separator = max(separators, key=lines[0].count) if lines else ","
    previous = csv.field_size_limit(_LONGEST)
    try:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        names = [name.strip() for name in next(reader, [])]
        if not any(names):
            raise DataError(f"{path}: no first line with column names; add one.")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DataError(f"{path}: more than one column named {twice[0]!r}; rename them.")
        yield from _records(reader, names)
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: {error}.") from None
    finally:
        csv.field_size_limit(previous)


def _records(reader: Any, names: list[str]) -> Iterator[Row]:
    start = reader.line_num + 1
    for cells in reader:
        place, start = f"line {start}", reader.line_num + 1
        if not cells:
            continue
        if len(cells) != len(names):
            yield Row(place, {}, f"{len(cells)} cells under {len(names)} column names")
        else:
            yield Row(place, dict(zip(names, cells, strict=True)))


def _jsonl(path: Path) -> Iterator[Row]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            try:
                yield _object(f"line {number}", json.loads(line))
            except ValueError as error:
                yield Row(f"line {number}", {}, f"no valid JSON: {error}")


def _json(path: Path) -> Iterator[Row]:
    try:
        found = json.loads(_text(path))
    except ValueError as error:
        raise DataError(f"{path}: no valid JSON: {error}.") from None
    if not isinstance(found, list):
        raise DataError(f"{path}: holds no list of dilemmas at its top.")
    for number, entry in enumerate(found, 1):
        yield _object(f"entry {number}", entry)


def _object(place: str, entry: Any) -> Row:
    if isinstance(entry, list):  # five votes and nothing else
        return Row(place, {"votes": entry})
    if not isinstance(entry, dict):
        return Row(
            place, {}, f"is {type(entry).__name__}, no object (or list of votes: {', '.join(VERDICTS)})"
        )
    return Row(place, entry)


def _parquet(path: Path) -> Iterator[Row]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description or ()]
            number = 0
            while part := found.fetchmany(1000):
                for cells in part:
                    number += 1
                    yield Row(f"row {number}", dict(zip(names, cells, strict=True)))
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}.") from None
