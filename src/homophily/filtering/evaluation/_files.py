"""Local files of texts and items, read strictly: what does not fit is said with its file and line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError

__all__ = ["find", "json_lines", "table", "texts"]

#: A line that parts the texts of a plain file.
BORDER = "<|endoftext|>"


def find(folder: Path | None, name: str) -> Path | None:
    """The file or folder `name` at any depth of `folder`; the shallowest, then the first by name."""
    if folder is None:
        return None
    found = sorted(folder.rglob(name), key=lambda path: (len(path.parts), str(path)))
    return found[0] if found else None


def texts(path: Path) -> list[str]:
    """The texts of a file: one a line of JSON lines, or those of a plain file parted by `BORDER` lines.

    Raises:
        UsageError: No such file.
        DataError: It holds no text, or a line that is not as it should be.
    """
    if not path.is_file():
        raise UsageError(f"no such text file: {str(path)!r}.")
    if path.suffix in (".jsonl", ".ndjson"):
        found = [_text(row, path, line) for line, row in json_lines(path, ("text",))]
    else:
        found = [part.strip("\n") for part in _read(path).replace("\r\n", "\n").split(f"\n{BORDER}")]
    found = [text for text in found if text.strip()]
    if not found:
        raise DataError(f"{str(path)!r} holds no text.")
    return found


def json_lines(path: Path, fields: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers from 1 and objects that hold `fields`.

    Raises:
        DataError: A line is no JSON object, or lacks a field.
    """
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{path}, line {number}: no JSON ({error}).") from error
        missing = [f for f in fields if not isinstance(row, dict) or f not in row]
        if missing:
            raise DataError(f"{path}, line {number}: lacks {', '.join(missing)}; wanted {', '.join(fields)}.")
        yield number, row


def table(path: Path, fields: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and rows of a CSV file whose heading is `fields`.

    Raises:
        DataError: Another heading, or a row of another width.
    """
    rows = csv.reader(io.StringIO(_read(path), newline=""))
    heading = next(rows, [])
    if heading != list(fields):
        raise DataError(f"{path}, line 1: the heading is {','.join(heading)!r}, wanted {','.join(fields)!r}.")
    for row in rows:
        if len(row) != len(fields):
            raise DataError(f"{path}, line {rows.line_num}: {len(row)} columns, wanted {len(fields)}.")
        yield rows.line_num, dict(zip(fields, row, strict=True))


def _text(row: dict[str, Any], path: Path, line: int) -> str:
    if not isinstance(row["text"], str):
        raise DataError(f"{path}, line {line}: text is {type(row['text']).__name__}, wanted a string.")
    return row["text"]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}).") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
