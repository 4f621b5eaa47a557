"""Rows of published files, checked cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homophily.errors import DataError

__all__ = ["File", "opened"]

_AGENT = re.compile(r"Agent_(\d+)_(verdicts|messages|values)")
_IDS = ("dilemma", "submission_id", "post_id", "id")


@dataclass(frozen=True, slots=True)
class File:
    """A published file.

    Attributes:
        path: Where it lies.
        seats: Agents that its columns hold.
        rows: Each row, by column.
    """

    path: Path
    seats: int
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(repr=False)

    def debates(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Each row with its number, from 1, after a look at its cells.

        Raises:
            DataError: A cell is not what its column holds; the message names file, column and row.
        """
        for number, cells in enumerate(self.rows, start=1):
            row = dict(zip(self.columns, cells, strict=True))
            rounds = row["n_rounds"]
            if not isinstance(rounds, int) or isinstance(rounds, bool) or rounds < 1:
                raise self.fault("n_rounds", number, f"{rounds!r} is no number of rounds")
            for column in self.columns:
                if _AGENT.fullmatch(column):
                    self._check(column, number, row[column], rounds)
            yield number, row

    def dilemma(self, number: int, row: Mapping[str, Any]) -> str:
        """The id of a row's dilemma; by its place where no column tells it."""
        named = next((row[name] for name in _IDS if row.get(name) not in (None, "")), None)
        return f"row-{number:05d}" if named is None else str(named)

    def fault(self, column: str, number: int, what: str) -> DataError:
        """An error that says where it is."""
        return DataError(f"{self.path}, column {column!r}, row {number}: {what}.")

    def _check(self, column: str, number: int, cell: Any, rounds: int) -> None:
        if cell is None and column.endswith("values"):
            return
        if not isinstance(cell, list):
            raise self.fault(column, number, f"{cell!r} is no list")
        if len(cell) > rounds:
            raise self.fault(column, number, f"{len(cell)} elements for n_rounds = {rounds}")
        nested = column.endswith("values")
        for element in cell:
            labels = element if nested and isinstance(element, list) else [element]
            if not all(label is None or isinstance(label, str) for label in labels):
                raise self.fault(
                    column, number, f"{element!r} is no {'list of labels' if nested else 'text'}"
                )


def opened(path: Path) -> File:
    """A published file, its columns checked.

    Raises:
        DataError: It is no Parquet file, or lacks a column.
    """
    import duckdb

    settings: dict[str, Any] = {"autoinstall_known_extensions": "false"}
    try:
        with duckdb.connect(config=settings) as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            columns = tuple(str(column[0]) for column in found.description or ())
            rows = found.fetchall()
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    return File(path, _seats(path, columns), columns, rows)


def _seats(path: Path, columns: Sequence[str]) -> int:
    agents = {int(found[1]) for column in columns if (found := _AGENT.fullmatch(column))}
    seats = max(agents, default=0)
    needed = ["n_rounds", "final_verdict"]
    needed += [f"Agent_{k}_{part}" for k in range(1, max(seats, 1) + 1) for part in ("verdicts", "messages")]
    lacking = [column for column in needed if column not in columns]
    if lacking:
        raise DataError(
            f"{path} has no column {lacking[0]!r}; a file of debates has n_rounds, final_verdict and, for "
            "each agent k, Agent_k_verdicts, Agent_k_messages and (where judged) Agent_k_values."
        )
    return seats
