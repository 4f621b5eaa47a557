"""Free text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily import reading
from homophily.items._item import Item, answer

__all__ = ["Text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Item):
    """Free text, such as one utterance of a dialogue."""

    kind: ClassVar[str] = "text"

    def schema(self) -> dict[str, Any]:
        """JSON schema: a string. Free text is asked for plainly; this serves exports and forms."""
        return answer({"type": "string", "minLength": 1})

    def read(self, raw: str) -> str:
        """The text, without surrounding white space."""
        return reading.text(raw)
