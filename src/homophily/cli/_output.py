"""What commands print: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.whole import unwritable

if TYPE_CHECKING:
    from homophily.analysis import Finding
    from homophily.report.tables import Table

__all__ = ["as_json", "finding", "findings", "rows", "say", "sentence", "table", "written"]


def as_json(thing: Any) -> None:
    """Print one JSON document on stdout, Japanese as it is."""
    print(json.dumps(_plain(thing), ensure_ascii=False, indent=2, default=str, allow_nan=False))


def say(message: str) -> None:
    """Print one line for the reader on stderr."""
    print(message, file=sys.stderr)


def sentence(title: str, text: str) -> None:
    """Print what was found, its title in bold, on stdout."""
    from rich.console import Console
    from rich.markup import escape

    Console(highlight=False).print(f"[bold]{escape(title)}[/bold]\n{escape(text)}\n")


def finding(found: Finding) -> dict[str, Any]:
    """A finding as plain data, for JSON."""
    return {
        "name": found.name,
        "title": found.title,
        "text": found.text,
        "warnings": list(found.warnings),
        "estimates": found.estimates.to_dict("records"),
    }


def findings(found: Sequence[Finding]) -> None:
    """Print findings with every estimate, on stdout."""
    from homophily.report.tables import estimates

    for each in found:
        sentence(each.title, each.text)
        for warning in each.warnings:
            sentence("Warning", warning)
        printed, method = estimates(each.estimates)
        if printed is not None:
            rows(printed)
            say(f"method: {method}\n" if method else "")


def rows(printed: Table, *, title: str = "") -> None:
    """Print a report's table on stdout."""
    heads = [head.text for head in printed.heads]
    table([dict(zip(heads, [cell.text for cell in row], strict=True)) for row in printed.rows], title=title)


def table(rows: Sequence[Mapping[str, Any]], *, title: str = "") -> None:
    """Print rows as a table on stdout; a column's numbers are set right."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as Grid

    shown = Grid(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    for column in rows[0] if rows else ():
        numeric = all(_is_number(row[column]) for row in rows)
        shown.add_column(
            escape(str(column)), justify="right" if numeric else "left", overflow="fold", no_wrap=numeric
        )
    for row in rows:
        shown.add_row(*(escape("–" if value is None else str(value)) for value in row.values()))
    Console().print(shown)


def written(path: Path, write: Callable[[], object]) -> None:
    """Write a file the user named, saying plainly when that cannot be done."""
    try:
        write()
    except OSError as error:
        raise unwritable(path, error) from error


def _is_number(cell: Any) -> bool:
    """Whether a cell is a number, an interval or a dash: what stands right."""
    return isinstance(cell, (int, float)) or bool(re.fullmatch(r"[-−–\d.,<%$\[\]e ]+", str(cell)))


def _plain(thing: Any) -> Any:
    """The same without what JSON cannot hold: NaN and infinity become null."""
    if isinstance(thing, Mapping):
        return {str(key): _plain(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_plain(each) for each in thing]
    if isinstance(thing, float):
        return thing if math.isfinite(thing) else None
    return thing
