"""Filled-in sheets: people's labels, read strictly and set beside the judges'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.analysis._audit import CELLS
from homophily.dilemmas import rows
from homophily.errors import DataError, UnknownName, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from homophily.values.taxonomy import Taxonomy

__all__ = ["audited"]

_MESSAGE = ("session", "round", "position")


def audited(
    tables: Mapping[str, pd.DataFrame], key: Path, sheets: Sequence[Path], taxonomy: Taxonomy
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """The tables ``judgements`` and ``labels`` of the audited messages, the coders among the judges.

    A coder is named by the sheet's file. Rows left empty are not yet done; nothing is guessed for them.

    Args:
        tables: The study's.
        key: The key that was kept.
        sheets: Filled-in sheets, one a coder.
        taxonomy: The values that coders chose from.

    Returns:
        The two tables, and how many messages each coder did.

    Raises:
        DataError: A cell does not fit; file, line and column are named.
        UsageError: A file is missing, or two coders have one name.
    """
    import pandas as pd

    places = {row["item"]: row for _, row in _rows(key, ("item", *_MESSAGE))}
    coders = [path.stem for path in sheets]
    if len(set(coders)) < len(coders):
        raise UsageError("two sheets have the same file name; coders are told apart by it, so rename one.")
    judged: list[dict[str, Any]] = []
    named: list[dict[str, Any]] = []
    done = {}
    for path, coder in zip(sheets, coders, strict=True):
        found = list(_filled(path, places, taxonomy))
        done[coder] = len(found)
        for item, codes in found:
            place = {name: cell for name, cell in places[item].items() if name != "item"} | {"judge": coder}
            judged.append({**place, "missing": None, "n": len(codes)})
            named += [{**place, "value": code} for code in codes]
    wanted = {tuple(row[name] for name in _MESSAGE) for row in judged}
    merged = {}
    for name, new in (("judgements", judged), ("labels", named)):
        theirs = _of(tables[name], wanted) if name in tables else []
        merged[name] = pd.DataFrame([*theirs, *new], columns=_columns(name, theirs, new))
    return merged, done


def _columns(name: str, *parts: Sequence[Mapping[str, Any]]) -> list[str]:
    needed = [*_MESSAGE, "judge", "missing" if name == "judgements" else "value"]
    return list(dict.fromkeys([*needed, *(column for part in parts for row in part[:1] for column in row)]))


def _of(table: pd.DataFrame, wanted: set[tuple[str, ...]]) -> list[dict[str, Any]]:
    """The rows about the wanted messages; keys as text, as a file has them."""
    keys = zip(*(table[name].astype(str) for name in _MESSAGE), strict=True)
    kept = table[[key in wanted for key in keys]].astype(object)
    return [
        {str(name): str(cell) if name in _MESSAGE else cell for name, cell in row.items()}
        for row in kept.where(kept.notna(), None).to_dict("records")
    ]


def _rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with where it stands."""
    for row in rows.read(path):
        if row.fault:
            raise DataError(f"{path}, {row.place}: {row.fault}.")
        lacking = [name for name in needed if name not in row.cells]
        if lacking:
            raise DataError(f"{path}: no column {lacking[0]!r}; keep the columns as they were.")
        yield row.place, {name: str(cell).strip() for name, cell in row.cells.items()}


def _filled(
    path: Path, places: Mapping[str, Mapping[str, str]], taxonomy: Taxonomy
) -> Iterator[tuple[str, list[str]]]:
    """The messages a coder has done, with the codes of their values."""
    words = {_folded(word): e.code for e in taxonomy.values for word in (e.code, e.name("en"), e.name("ja"))}
    seen: dict[str, str] = {}
    for place, row in _rows(path, ("item", *CELLS, "none")):
        item = row["item"]
        if item not in places:
            raise DataError(f"{path}, {place}: {item!r} is not in the key; keep the column 'item' as it was.")
        if item in seen:
            raise DataError(f"{path}, {place}: {item!r} was on {seen[item]} already.")
        seen[item] = place
        codes = []
        for name in filter(row.get, CELLS):
            code = words.get(_folded(row[name]))
            if code is None:
                fault = str(UnknownName("value", row[name], taxonomy.codes)).partition(" Known:")[0]
                raise DataError(f"{path}, {place}, column {name!r}: {fault} Take one from codebook.csv.")
            codes.append(code)
        if codes and row["none"]:
            raise DataError(f"{path}, {place}: has values and is marked 'none'; clear one of them.")
        if codes or row["none"]:
            yield item, list(dict.fromkeys(codes))


def _folded(word: str) -> str:
    return "".join(word.casefold().split())
