"""Records: every document's values, appended to one file as they come, never written over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError

__all__ = ["Record", "Records"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One document under one setting.

    Attributes:
        cell: Key of model, measure, data and filter together.
        id: The document's name.
        values: What its metrics sum.
        attained: Share of attention skipped over all layers.
        groups: Groups that it is also counted in.
        cluster: What it is drawn together with; itself if empty.
    """

    cell: str
    id: str
    values: Mapping[str, float]
    attained: float
    groups: tuple[str, ...] = ()
    cluster: str = ""


class Records:
    """The records of a file of JSON lines, which is made at the first one.

    A line is a cell's settings (``kind`` is ``cell``) or a document's values (``document``). A last line cut
    off by a crash is no record and is dropped; any other that cannot be read is an error.

    Raises:
        DataError: The file holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cells: set[str] = set()
        self._documents: dict[str, dict[str, Record]] = defaultdict(dict)
        if path.exists():
            self._read()

    def of(self, cell: str) -> dict[str, Record]:
        """A cell's records by document."""
        return self._documents.get(cell, {})

    def begin(self, cell: str, settings: Mapping[str, Any]) -> None:
        """Write down what a cell is, once."""
        if cell not in self._cells:
            self._append([{"kind": "cell", "cell": cell, **settings}])
            self._cells.add(cell)

    def add(self, records: Iterable[Record]) -> None:
        """Append records; one of a document that the cell holds already is left out."""
        new = [record for record in records if record.id not in self._documents[record.cell]]
        self._append([{"kind": "document", **asdict(record)} for record in new])
        for record in new:
            self._documents[record.cell][record.id] = record

    def _append(self, rows: list[dict[str, Any]]) -> None:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror or error}.") from error

    def _read(self) -> None:
        raw = self.path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            with self.path.open("r+b") as file:
                file.truncate(len(whole))
        for number, line in enumerate(whole.decode("utf-8", errors="replace").split("\n")[:-1], 1):
            try:
                row = json.loads(line)
                kind = row.pop("kind")
                if kind == "cell":
                    self._cells.add(row["cell"])
                else:
                    record = Record(**{**row, "groups": tuple(row.get("groups", ()))})
                    self._documents[record.cell].setdefault(record.id, record)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(
                    f"{self.path}, line {number}: no record of an evaluation ({error}); "
                    "name another folder with --out."
                ) from error
