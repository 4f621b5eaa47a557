"""Scoring a user's file: from ESS or portrait answers to values."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from homophily.errors import DataError
from homophily.values import layout, ranking, tablefile
from homophily.values.scoring import Scores, score_items
from homophily.values.theory import CODES, Hedonism

if TYPE_CHECKING:
    import pandas as pd

    from homophily.values.layout import Layout

__all__ = ["score_file"]

#: Columns kept beside the scores without being asked for: who a row is.
_WHO = {"id", "idno", "cntry", "essround", "participant", "participant_id", "person", "pid", "respondent"}

_BLANK = {"", ".", "na", "n/a", "nan", "null", "none", "<na>"}


def score_file(
    path: str | Path,
    key: str = "auto",
    *,
    prefix: str | None = None,
    missing: Collection[float] = (),
    keep: Sequence[str] = (),
    max_missing: int | None = None,
    max_identical: int | None = None,
    hedonism: Hedonism = "openness",
    encoding: str = "utf-8-sig",
) -> pd.DataFrame:
    """Score a file with one person a row.

    Args:
        path: CSV, TSV, Parquet, Stata (.dta) or SPSS (.sav, needs ``pyreadstat``).
        key: ``auto``, or a key by name: ``ess`` (1 = very much like me; codes from 7 on are missing),
            ``pvq21``, ``pvq40``, ``pvqrr`` (ten values), ``pvqrr19`` (nineteen).
        prefix: Of the numbered columns, where the file has several sets.
        missing: Codes that mean no answer, besides empty cells (and 7, 8, 9, … of the ESS).
        keep: Further columns to take along.
        max_missing: Most unanswered items; 5 of 21 by default.
        max_identical: Most identical answers; 16 of 21 by default.
        hedonism: Where HE is counted when a tie falls to higher-order values.
        encoding: Of a text file.

    Returns:
        One row a person, in the file's order: ``row`` (from 1, without the header), kept columns,
        ``n_missing``, ``n_identical``, ``excluded`` (why; empty for those who stay), ``mrat``, and for each
        value ``raw_SD`` …, ``centred_SD`` …, ``rank_SD`` … (1 = most important), with ``ties``: each tie of
        neighbours and the step that decided it. Excluded people have no scores. ``attrs`` names key and
        columns.

    Raises:
        UsageError: No such file, or a format that cannot be read.
        UnknownName: No such key.
        DataError: Columns that do not fit, or a cell that is no answer; names file, column, row and value.
    """
    import pandas as pd

    names = tablefile.columns(path, encoding)
    found = layout.find(names, key, prefix, where=str(path))
    kept = _kept(names, keep, path)
    items = [name for form in found.forms for name in form]
    table = tablefile.read(path, [*kept, *items], encoding)
    if table.empty:
        raise DataError(f"{path} holds no people: it has a header but no rows.")
    answers = _answers(table, found, missing, path)
    scores = score_items(answers, found.key, max_missing=max_missing, max_identical=max_identical)
    scored = pd.concat([table[kept], _scored(scores, list(found.key.items), hedonism)], axis=1)
    scored.insert(0, "row", np.arange(1, len(table) + 1))
    scored.attrs = {"key": found.key.name, "columns": items}
    return scored


def _kept(names: Sequence[str], keep: Sequence[str], path: str | Path) -> list[str]:
    unknown = [name for name in keep if name not in names]
    if unknown:
        raise DataError(f"{path} has no column {unknown[0]!r} to keep. It has: {', '.join(names)}.")
    return [name for name in names if name in keep or name.casefold() in _WHO]


def _answers(table: pd.DataFrame, found: Layout, missing: Collection[float], path: str | Path) -> np.ndarray:
    """Answers as coded, (people, items); of several forms the one a person answered."""
    forms = [
        np.column_stack([_column(table[name], found, missing, path) for name in form]) for form in found.forms
    ]
    answers = forms[0]
    for form, names in zip(forms[1:], found.forms[1:], strict=True):
        clash = np.argwhere(~np.isnan(answers) & ~np.isnan(form) & (answers != form))
        if len(clash):
            row, item = clash[0]
            raise DataError(
                f"{path}, row {row + 1}: {found.forms[0][item]} is {answers[row, item]:g} but {names[item]} "
                f"is {form[row, item]:g}, two forms of one item: keep one."
            )
        answers = np.where(np.isnan(answers), form, answers)
    return answers


def _column(cells: pd.Series, found: Layout, missing: Collection[float], path: str | Path) -> np.ndarray:
    import pandas as pd

    codes, levels = pd.factorize(cells)
    points = np.full(len(levels) + 1, np.nan)  # the last, which code −1 reaches, is for missing cells
    for place, level in enumerate(levels):
        try:
            points[place] = _point(level, found.key.turned, missing)
        except ValueError:
            row = int(np.argmax(codes == place)) + 1
            raise DataError(
                f"{path}, column {cells.name!r}, row {row}: {_shown(level)} is no answer. "
                "Answers are 1–6 or empty; if this is a code for missing answers, name it as one."
            ) from None
    return np.asarray(points[codes])


def _point(cell: Any, ess: bool, missing: Collection[float]) -> float:
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    if text.casefold() in _BLANK:
        return np.nan
    number = float(text)
    if number in missing or (ess and number >= 7 and number.is_integer()):
        return np.nan
    if number not in range(1, 7):
        raise ValueError
    return number


def _shown(cell: Any) -> str:
    return repr(cell.item() if isinstance(cell, np.generic) else cell)


def _scored(scores: Scores, codes: list[str], hedonism: Hedonism) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {
        "n_missing": scores.missing,
        "n_identical": scores.identical,
        "excluded": scores.excluded,
        "mrat": scores.mrat,
    }
    columns |= {f"raw_{code}": scores.raw[:, i] for i, code in enumerate(codes)}
    columns |= {f"centred_{code}": scores.centred[:, i] for i, code in enumerate(codes)}
    if tuple(codes) == CODES:  # the tie rule is stated for the ten values
        columns |= _ranked(scores, hedonism)
    return pd.DataFrame(columns)


def _ranked(scores: Scores, hedonism: Hedonism) -> dict[str, Any]:
    import pandas as pd

    complete = ~np.isnan(scores.raw).any(axis=1)
    places, decided = ranking.order(scores.raw[complete], scores.centred[complete], hedonism=hedonism)
    ranks = np.full(scores.raw.shape, np.nan)
    ranks[complete] = places.argsort(axis=1) + 1
    ties = np.full(len(ranks), "", dtype=object)
    ties[complete] = [_ties(order, steps) for order, steps in zip(places, decided, strict=True)]
    columns = {f"rank_{code}": pd.array(ranks[:, i], dtype="Int64") for i, code in enumerate(CODES)}
    return {**columns, "ties": ties}


def _ties(order: np.ndarray, steps: np.ndarray) -> str:
    return "; ".join(
        f"{CODES[order[i]]} > {CODES[order[i + 1]]} by {ranking.TIE_RULE[step]}"
        for i, step in enumerate(steps)
        if step > 0
    )
