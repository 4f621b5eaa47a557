"""A part of the demonstration: one system at work, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homophily.report.tables import Table

__all__ = ["Part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one system showed.

    Attributes:
        name: As `homophily demo --only` spells it.
        title: Heading on the index page.
        planted: What is known to be true beforehand, in a sentence.
        found: What was found, in a sentence.
        report: The page that tells all; None where the part could not be played.
        table: Planted and found side by side, where that is a table.
        seconds: What it took.
        lacking: What is missing for it to be played here; nothing where it was.
    """

    name: str
    title: str
    planted: str
    found: str
    report: Path | None = None
    table: Table | None = None
    seconds: float = 0.0
    lacking: str = ""
