"""Sheets for people to label: a blinded sample of messages, its codebook, and the key that is kept.

A sheet has one row a message in random order: a number, the message, five cells for values and one for
"none". Who wrote it, in which debate and round, stands in the key alone, which coders do not see.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily import seeds
from homophily.analysis._rows import select
from homophily.errors import DataError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from homophily.values.taxonomy import Taxonomy

__all__ = ["CELLS", "sheet"]

#: The columns that coders write values into; ``none`` beside them marks a message without any.
CELLS = tuple(f"value {number}" for number in range(1, 6))

_KEPT = ("session", "debate", "experiment", "protocol", "goal", "language", "dilemma", "replicate")
_PLACE = ("round", "position", "model")
_HEAD = ("item", "language", "message", *CELLS, "none", "note")
_FILES = ("sheet.csv", "codebook.csv", "key.csv")


def sheet(
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    taxonomy: Taxonomy,
    *,
    messages: int = 100,
    seed: int = 1,
) -> list[Path]:
    """Write a sheet to fill in, the codebook for its coders, and the key to keep.

    Messages are drawn at random, as many from each language as near as can be, and shuffled.

    Args:
        tables: With ``verdicts``, one row a reply with its ``text``.
        folder: Where to; made if it is not there.
        taxonomy: The values that coders choose from.
        messages: How many.
        seed: Of the draw.

    Raises:
        DataError: There are no messages.
        UsageError: The folder holds a sheet already: filled-in cells are never overwritten.
    """
    verdicts = select(tables, "verdicts", ["session", "round", "position", "language", "text"])
    spoken = verdicts[verdicts["text"].fillna("").astype(str).str.strip() != ""].reset_index(drop=True)
    if spoken.empty:
        raise DataError("no message has a text, so there is nothing to audit.")
    for name in _FILES:
        if (folder / name).exists():
            raise UsageError(f"{folder / name} is there already: name another folder, or remove it yourself.")
    rng = seeds.generator(seed, "audit")
    drawn = list(_drawn(spoken, messages, rng))
    rng.shuffle(drawn)
    rows = [{"item": f"m{place:04d}", **row} for place, row in enumerate(drawn, 1)]
    shown = [{**row, "message": _safe(row["text"])} for row in rows]
    key = ("item", *(name for name in (*_KEPT, *_PLACE) if name in spoken))
    book = _codebook(taxonomy)
    folder.mkdir(parents=True, exist_ok=True)
    for name, head, lines in zip(_FILES, (_HEAD, tuple(book[0]), key), (shown, book, rows), strict=True):
        _write(folder / name, head, lines)
    return [folder / name for name in _FILES]


def _codebook(taxonomy: Taxonomy) -> list[dict[str, str]]:
    return [
        {
            "code": entry.code,
            "name": entry.name("en"),
            "名称": entry.name("ja"),
            "group": entry.group,
            "definition": entry.definition("en"),
            "定義": entry.definition("ja"),
        }
        for entry in taxonomy.values
    ]


def _drawn(spoken: pd.DataFrame, messages: int, rng: Any) -> Iterator[dict[str, Any]]:
    """Rows at random, languages taking turns until one runs out."""
    queues = [
        [rows.iloc[place].to_dict() for place in rng.permutation(len(rows))[:messages]]
        for _, rows in spoken.groupby("language", sort=True)
    ]
    left = messages
    while left and any(queues):
        for queue in queues:
            if queue and left:
                yield queue.pop()
                left -= 1


def _safe(text: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    told = str(text).strip()
    return f"'{told}" if told[:1] in "=+-@" else told


def _write(path: Path, head: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        writer = csv.DictWriter(file, head, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
