"""A median with its spread."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

__all__ = ["spread"]


def spread(values: Sequence[float], form: str) -> str:
    """``median (least–most)``, or the one value."""
    middle, least, most = (format(each, form) for each in (median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({least}–{most})"
