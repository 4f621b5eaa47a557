"""Planted and found: where respondents are synthetic, the truth stands beside the estimate."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homophily.report._record import Record

__all__ = ["section"]


def section(record: Record) -> SimpleNamespace | None:
    """The table of planted and found effects; None where no truth is known."""
    return None
