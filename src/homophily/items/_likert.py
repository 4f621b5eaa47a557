"""Rating scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from homophily import reading
from homophily.items._item import Item, answer

__all__ = ["Likert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likert(Item):
    """A rating scale of consecutive integers.

    Attributes:
        low: The lowest point.
        high: The highest point.
        labels: Wording of some or all points.
    """

    low: int = 1
    high: int = 7
    labels: Mapping[int, str] = field(default_factory=dict)

    kind: ClassVar[str] = "likert"

    def schema(self) -> dict[str, Any]:
        """JSON schema: one of the scale's points."""
        return answer({"type": "integer", "enum": list(range(self.low, self.high + 1))})

    def read(self, raw: str) -> int:
        """The scale point that `raw` states, as a number or as a point's exact label."""
        return reading.point(raw, self.low, self.high, self.labels)
