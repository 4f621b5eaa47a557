"""Profiles from a file: a table with one column a value, such as scored people (`homophily score`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from homophily.errors import DataError
from homophily.values.profiles._scale import HIGH, LOW
from homophily.values.theory import CODES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["file"]
__references__ = ("own",)


def file(n: int, rng: np.random.Generator, *, path: str | Path) -> np.ndarray:
    """Take people from a file.

    Columns are the value codes (``SD`` … ``UN``), or these after ``raw_`` as scoring writes them. Rows with
    no score at all (excluded people) are passed over. Of more rows than asked for, `n` are drawn without
    replacement, kept in the file's order.

    Args:
        n: How many.
        rng: The source of chance.
        path: CSV, TSV or Parquet.

    Returns:
        Raw target scores on 1–6, (n, 10).

    Raises:
        DataError: The file lacks a value or people, or a score is not within 1–6.
    """
    from homophily.values import tablefile

    found = tablefile.read(path)
    names = [code if code in found else f"raw_{code}" for code in CODES]
    missing = [code for code, name in zip(CODES, names, strict=True) if name not in found]
    if missing:
        raise DataError(f"{path} has no column for {', '.join(missing)}: give each value a column.")
    scores = _numbers(found[names], path)
    if len(scores) < n:
        raise DataError(f"{path} holds {len(scores)} profiles, {n} are needed: add rows or ask for fewer.")
    return np.asarray(scores[np.sort(rng.choice(len(scores), size=n, replace=False))])


def _numbers(found: pd.DataFrame, path: str | Path) -> np.ndarray:
    import pandas as pd

    found = found.map(lambda cell: np.nan if str(cell).strip() == "" else cell)
    numbers = found.apply(pd.to_numeric, errors="coerce")
    scores = numbers[~found.isna().all(axis=1)]
    for name in scores:
        wrong = scores.index[~scores[name].between(LOW, HIGH)]
        if len(wrong):
            row = wrong[0]
            raise DataError(
                f"{path}, column {name!r}, row {row + 1}: {found.at[row, name]!r} is no score within 1–6."
            )
    return np.asarray(scores, dtype=float)
