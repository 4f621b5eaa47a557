"""Forced choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily import reading
from homophily.items._item import Item, answer
from homophily.items._option import Option

__all__ = ["Choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Item):
    """A forced choice between options, shown lettered A, B, … in the order given."""

    options: tuple[Option, ...]

    kind: ClassVar[str] = "choice"

    def letters(self) -> dict[str, Option]:
        """The options by the letter they are shown under."""
        return {chr(ord("A") + place): option for place, option in enumerate(self.options)}

    def schema(self) -> dict[str, Any]:
        """JSON schema: one of the letters shown."""
        return answer({"type": "string", "enum": list(self.letters())})

    def read(self, raw: str) -> str:
        """The id of the option that `raw` names, by letter or by its exact wording."""
        letter = reading.letter(raw, {letter: option.text for letter, option in self.letters().items()})
        return self.letters()[letter].id
