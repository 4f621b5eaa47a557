"""Exports: tables as Parquet and CSV, long and wide, with their codebook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import UnknownName, UsageError
from homophily.lab.codebook import Column, Descriptions, codebook, markdown
from homophily.lab.wide import widen
from homophily.whole import unwritable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORMATS", "export"]

FORMATS = ("parquet", "csv")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(
    tables: Mapping[str, pd.DataFrame],
    folder: str | Path,
    formats: Sequence[str] = FORMATS,
    *,
    descriptions: Descriptions | None = None,
    bom: bool = False,
) -> list[Path]:
    """Write tables with a codebook into a folder.

    Each table is written as it is and, where it has one (`homophily.lab.wide`), in its wide form as
    ``NAME_wide``. Beside them lie ``codebook.csv`` and ``codebook.md``. Items go by their ids; wordings,
    which may be licensed, are not written. In CSV, text that a spreadsheet would run as a formula (it begins
    with ``=``, ``+``, ``-`` or ``@`` and is no number) has an apostrophe before it; Parquet holds it as it
    is. Files of the same names are replaced once all are complete.

    Args:
        tables: By name, as a study makes them.
        folder: Where to; made if it is not there.
        formats: ``parquet`` (zstd), ``csv`` (UTF-8, comma, ISO times), or both.
        descriptions: What the columns mean, as a study supplies them.
        bom: Whether CSV files begin with a byte-order mark, by which Excel knows them as UTF-8.

    Returns:
        The files written.

    Raises:
        UnknownName: A format does not exist.
        UsageError: The folder cannot be written, or a table's name is no file name.
    """
    for form in formats:
        if form not in FORMATS:
            raise UnknownName("export format", form, FORMATS)
    whole, described = _with_wide(tables, descriptions or {})
    book = codebook(whole, described)
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        # Staged inside the folder, hence on its file system, so that each move is atomic.
        with tempfile.TemporaryDirectory(prefix=".export-", dir=target) as name:
            stage = Path(name)
            for table, frame in whole.items():
                _write(frame, stage / _file_name(table), formats, bom)
            _write(book, stage / "codebook", ["csv"], bom)
            sizes = {table: len(frame) for table, frame in whole.items()}
            (stage / "codebook.md").write_text(markdown(book, sizes), encoding="utf-8")
            return [file.replace(target / file.name) for file in sorted(stage.iterdir())]
    except OSError as error:
        raise unwritable(target, error, "the folder") from error


def _with_wide(
    tables: Mapping[str, pd.DataFrame], descriptions: Descriptions
) -> tuple[dict[str, pd.DataFrame], dict[str, Column | str]]:
    whole: dict[str, pd.DataFrame] = {}
    described = dict(descriptions)
    for name, table in tables.items():
        whole[name] = table
        if (wide := widen(name, table, descriptions)) is not None:
            whole[f"{name}_wide"], columns = wide
            described |= {f"{name}_wide.{column}": meaning for column, meaning in columns.items()}
            described |= {
                key.replace(f"{name}.", f"{name}_wide.", 1): meaning
                for key, meaning in descriptions.items()
                if key.startswith(f"{name}.")
            }
    return whole, described


def _file_name(table: str) -> str:
    if not table or table != Path(table).name or table.startswith(".") or table == "codebook":
        raise UsageError(f"a table cannot be called {table!r}: its name is to be a file's.")
    return table


def _write(frame: pd.DataFrame, path: Path, formats: Sequence[str], bom: bool) -> None:
    if "parquet" in formats:
        _parquet(frame, path.with_name(f"{path.name}.parquet"))
    if "csv" in formats:
        _spelled(frame).to_csv(
            path.with_name(f"{path.name}.csv"), index=False, encoding="utf-8-sig" if bom else "utf-8"
        )


def _spelled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with truth values as R, Stata and pandas all read them, and words that stay words."""
    spelled = frame.copy(deep=False)
    for column in frame:
        if frame[column].dtype == bool:
            spelled[column] = frame[column].map({True: "TRUE", False: "FALSE"})
        elif frame[column].dtype.kind not in "biufcmM":
            spelled[column] = frame[column].map(_inert)
    return spelled


def _inert(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: what people write comes from strangers."""
    if not isinstance(cell, str) or cell[:1] not in _FORMULA or not cell:
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    import duckdb

    # Parquet is built into duckdb; with this setting it could not fetch an extension even if it wished.
    settings: dict[str, Any] = {"autoinstall_known_extensions": "false"}
    with duckdb.connect(config=settings) as connection:
        connection.register("frame", frame)
        quoted = str(path).replace("'", "''")
        try:
            connection.execute(f"COPY frame TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error
