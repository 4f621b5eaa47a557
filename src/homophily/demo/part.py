"""A part of the demonstration: one system at work, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homophily.report.tables import Table

__all__ = ["Check", "Part", "Showing", "table"]

#: Shows progress for a while, told what is under way, how much of it is done, and of how much.
Showing = Callable[[], AbstractContextManager[Callable[[str, int, int], None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something known beforehand, held against what was found.

    Attributes:
        what: It, in a few words.
        planted: Its true value; empty where it was measured without being known.
        found: The value found, with its interval where it has one.
        agrees: Whether the interval holds the truth, or the verdict is the true one; None where nothing is
            known to be true.
    """

    what: str
    planted: str
    found: str
    agrees: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one system showed.

    Attributes:
        name: As `homophily demo --only` spells it.
        title: Heading on the index page.
        planted: What is known to be true beforehand, in a sentence.
        found: What was found, in a sentence.
        note: What must be said beside it.
        report: The page that tells all; None where the part could not be played.
        checks: Planted and found side by side; the one that stands for all comes first.
        seconds: What it took.
        lacking: Why it was not played here; nothing where it was.
    """

    name: str
    title: str
    planted: str
    found: str
    note: str = ""
    report: Path | None = None
    checks: tuple[Check, ...] = ()
    seconds: float = 0.0
    lacking: str = ""

    @property
    def known(self) -> int:
        """How many checks there are whose truth is known."""
        return sum(check.agrees is not None for check in self.checks)

    @property
    def right(self) -> int:
        """How many of them came out as planted."""
        return sum(check.agrees is True for check in self.checks)


def table(checks: Sequence[Check]) -> Table:
    """Checks as a table, one a row."""
    from homophily.report.tables import Cell, Head, Table

    marks = {True: Cell("yes", "yes"), False: Cell("no", "no"), None: Cell("–")}
    rows = [
        [Cell(c.what), Cell(c.planted or "–", "number"), Cell(c.found, "number"), marks[c.agrees]]
        for c in checks
    ]
    heads = [Head("What"), Head("Planted", number=True), Head("Found", number=True), Head("As planted")]
    return Table(heads, rows)
