"""Files of lineage's reports: tables and figures as bytes, each file written whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import UsageError
from homophily.report import _style as style
from homophily.whole import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["csv_of", "drawn", "keep"]


def csv_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as CSV, every column that any of them has; nothing where a value is missing."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: "" if value is None or value != value else value for key, value in row.items()})
    return text.getvalue().encode()


def drawn(draw: Callable[[], Figure], path: Path) -> bytes:
    """A figure in the form that a file's name asks for.

    Args:
        draw: Draws it, in the house style.
        path: Ends in ``.svg``, ``.png`` or ``.pdf``.

    Raises:
        UsageError: It ends otherwise.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("svg", "png", "pdf"):
        raise UsageError(f"a figure is written as .svg, .png or .pdf, not as {kind!r}.")
    held = io.BytesIO()
    with style.style():
        metadata = {"Date": None} if kind == "svg" else None
        draw().savefig(held, format=kind, facecolor="white", dpi=160, metadata=metadata)
    return held.getvalue()


def keep(path: Path, content: bytes) -> Path:
    """Write a file whole, or leave what was there.

    Raises:
        UsageError: It cannot be written.
    """
    return write_whole(path, content)
