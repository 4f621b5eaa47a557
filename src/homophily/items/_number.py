"""Numbers on a bounded line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily import reading
from homophily.items._item import Item, answer

__all__ = ["Number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Item):
    """A number on a bounded line, such as 0–100.

    Attributes:
        low: The least number.
        high: The greatest number.
        ends: What stands at either end of the line; empty for the bare numbers.
    """

    low: float = 0.0
    high: float = 100.0
    ends: tuple[str, str] = ("", "")

    kind: ClassVar[str] = "number"

    def schema(self) -> dict[str, Any]:
        """JSON schema: a number within the bounds."""
        return answer({"type": "number", "minimum": self.low, "maximum": self.high})

    def read(self, raw: str) -> float:
        """The number that `raw` states."""
        return reading.number(raw, self.low, self.high)
