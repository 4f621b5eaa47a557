"""One question, worded: what every kind of item has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

__all__ = ["Item", "Value", "answer"]

Value = int | float | str
"""What an item's answer can be: a scale point, a number, an option's id, several ids joined, or text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question, worded.

    Attributes:
        id: Names the item within a study, ``instrument/number``; part of every export.
        text: The wording, in `language`.
        language: ISO 639-1 code, ``en`` or ``ja``.
        measures: The construct: a value code (``SD``), or ``scale.facet`` (``trust.faith``).
        reverse: Whether agreement speaks against the construct; scoring turns it, `read` does not.
        picture: A drawing beside the wording, as SVG, for those who see; no model reads it.
    """

    id: str
    text: str
    language: str = "en"
    measures: str = ""
    reverse: bool = False
    picture: str = ""

    kind: ClassVar[str] = "item"

    def schema(self) -> dict[str, Any]:
        """JSON schema of the answer object, ``{"answer": …}``."""
        raise NotImplementedError

    def read(self, raw: str) -> Value:
        """The answer in `raw`, strictly.

        Raises:
            Unreadable: The text holds no answer, several, or one off the scale.
        """
        raise NotImplementedError

    def remarks(self, raw: str) -> dict[str, Any]:
        """What the record of a readable answer should keep beside it; nothing for most kinds."""
        return {}


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of an answer object around that of the answer itself."""
    return {
        "type": "object",
        "properties": {"answer": schema},
        "required": ["answer"],
        "additionalProperties": False,
    }
