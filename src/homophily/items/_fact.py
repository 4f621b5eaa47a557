"""Facts: what a protocol worked out rather than asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily.items._item import Item, Value, answer

__all__ = ["Fact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Item):
    """Something that a protocol draws or works out and the record must keep, such as a constructed agent.

    Nobody is asked: `homophily.lab.Table.note` records `value` as the answer.
    """

    value: Value

    kind: ClassVar[str] = "fact"

    def schema(self) -> dict[str, Any]:
        """JSON schema: the value and no other."""
        return answer({"const": self.value})

    def read(self, raw: str) -> Value:
        """The value, whatever `raw` says: it is not in question."""
        return self.value
