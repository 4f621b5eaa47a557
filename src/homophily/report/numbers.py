"""Numbers as the journals of the field print them: no needless zeros, no decimals that mean nothing."""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import Any

__all__ = ["bounded", "cell", "count", "interval", "is_unit", "p_value", "plain"]

MINUS = "−"

_UNIT = re.compile(
    r"pearson|spearman|kendall|correlation|share|probability|rank order|missing|invalid|power"
    r"|^(target|measured)$"
)


def is_unit(term: object) -> bool:
    """Whether what a term names cannot pass 1 in size: a correlation, a share, a probability."""
    return bool(_UNIT.search(str(term)))


def plain(value: Any, digits: int = 2) -> str:
    """A number with fixed decimals and a true minus sign; an en dash for a missing one."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def bounded(value: Any, digits: int = 2) -> str:
    """A number that cannot pass 1, such as a correlation or a share, without its leading zero (APA)."""
    text = plain(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def interval(low: Any, high: Any, *, unit: bool = False, digits: int = 2) -> str:
    """An interval in square brackets; `unit` for numbers that cannot pass 1."""
    form = bounded if unit else plain
    return f"[{form(low, digits)}, {form(high, digits)}]"


def p_value(value: Any) -> str:
    """A p value to three places, ``< .001`` below that."""
    if value is None or not math.isfinite(value):
        return "–"
    return "< .001" if value < 0.001 else bounded(value, 3)


def count(value: Any) -> str:
    """A whole number with thin thousands marks."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{int(value):,}"


def cell(column: str, value: Any, *, unit: bool = False) -> str:
    """A table's cell by the meaning of its column."""
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    if column == "p" or column.startswith("p_"):
        return p_value(value)
    number = float(value)
    if (
        column in ("n", "df", "level", "count")
        or column.startswith("n_")
        or (number.is_integer() and abs(number) >= 10)
    ):
        return count(number)
    return bounded(number) if unit else plain(number)
