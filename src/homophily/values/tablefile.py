"""Users' table files: CSV, TSV, Parquet, Stata, SPSS, read without interpreting their cells."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import DataError, UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["columns", "read"]

_TEXT = {".csv": ",;\t", ".txt": "\t;,", ".tsv": "\t", ".tab": "\t"}
_FORMATS = "CSV, TSV, Parquet, Stata (.dta), SPSS (.sav)"


def columns(path: str | Path, encoding: str = "utf-8-sig") -> list[str]:
    """The names of a file's columns, in its order.

    Raises:
        UsageError: There is no such file, or its format is not known.
        DataError: It cannot be read as what its name says, or names a column twice.
    """
    path = _existing(path)
    names = (
        _header(path, encoding)
        if path.suffix.lower() in _TEXT
        else [str(name) for name in _load(path, None, header=True)]
    )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{path} has more than one column named {', '.join(map(repr, twice))}: rename them.")
    return names


def read(path: str | Path, wanted: Sequence[str] | None = None, encoding: str = "utf-8-sig") -> pd.DataFrame:
    """A file's table, or some of its columns; text files give text, "" for empty cells.

    Args:
        path: The file; its suffix tells the format.
        wanted: Which columns; all by default.
        encoding: Of text files; UTF-8, with or without a byte-order mark, by default.

    Raises:
        UsageError: There is no such file, or its format is not known.
        DataError: It cannot be read as what its name says.
    """
    path = _existing(path)
    if path.suffix.lower() not in _TEXT:
        return _load(path, wanted)
    names = columns(path, encoding)
    return _text(path, names, names if wanted is None else list(wanted), encoding)


def _text(path: Path, names: list[str], wanted: list[str], encoding: str) -> pd.DataFrame:
    """Cells as they stand. pandas would cut long rows and fill short ones without a word."""
    import pandas as pd

    places = [names.index(name) for name in wanted]
    rows: list[list[str]] = []
    try:
        with path.open(encoding=encoding, newline="") as lines:
            reader = csv.reader(lines, delimiter=_separator(path, encoding))
            next(reader)
            for cells in filter(None, reader):
                if len(cells) != len(names):
                    raise DataError(
                        f"{path}, row {len(rows) + 1}: {len(cells)} cells under {len(names)} column names."
                    )
                rows.append([cells[place] for place in places])
    except (csv.Error, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    return pd.DataFrame(rows, columns=wanted, dtype=object)


def _existing(path: str | Path) -> Path:
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"there is no file {str(path)!r}: check the path.")
    return path


def _separator(path: Path, encoding: str) -> str:
    line = _first_line(path, encoding)
    return max(_TEXT[path.suffix.lower()], key=line.count)


def _first_line(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding) as lines:
            line = lines.readline().rstrip("\r\n")
    except (OSError, LookupError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    if not line.strip():
        raise DataError(f"{path} has no first line with column names: add one.")
    return line


def _header(path: Path, encoding: str) -> list[str]:
    line = _first_line(path, encoding)
    return next(csv.reader([line], delimiter=_separator(path, encoding)))


def _load(path: Path, wanted: Sequence[str] | None, header: bool = False) -> pd.DataFrame:
    """Some or all columns; of their rows none where the header will do and the format allows."""
    import pandas as pd

    kept = None if wanted is None else list(wanted)
    match path.suffix.lower():
        case ".parquet" | ".pq":
            return _parquet(path, kept, "LIMIT 0" if header else "")
        case ".dta":
            try:
                return pd.read_stata(path, columns=kept, convert_categoricals=False)
            except Exception as error:  # damaged files surface as struct.error, IndexError, …
                raise _unreadable(path, error) from error
        case ".sav" | ".zsav":
            try:
                return pd.read_spss(path, usecols=kept, convert_categoricals=False)
            except ImportError as error:
                raise UsageError(
                    f"{path}: SPSS files need the package 'pyreadstat': pip install it, or save as CSV."
                ) from error
            except Exception as error:  # pyreadstat's own errors have no common ancestor
                raise _unreadable(path, error) from error
    raise UsageError(f"{path}: files ending in {path.suffix!r} cannot be read. Save as one of {_FORMATS}.")


def _parquet(path: Path, wanted: list[str] | None, limit: str) -> pd.DataFrame:
    import duckdb
    import pandas as pd

    chosen = "*" if wanted is None else ", ".join('"' + name.replace('"', '""') + '"' for name in wanted)
    try:
        with duckdb.connect() as connection:
            # Not .df(): for some types it calls what pandas is about to remove.
            found = connection.execute(f"SELECT {chosen} FROM read_parquet(?) {limit}", [str(path)])
            return pd.DataFrame(found.fetchnumpy())
    except duckdb.Error as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Any) -> DataError:
    if isinstance(error, UnicodeDecodeError):
        return DataError(f"{path} is not {error.encoding} text: save it as CSV UTF-8, or name its encoding.")
    reason = str(error).strip().splitlines()
    return DataError(
        f"{path} cannot be read as {path.suffix[1:]}: {reason[0] if reason else type(error).__name__}."
    )
