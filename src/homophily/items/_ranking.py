"""Orders of a closed list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily import reading
from homophily.items._item import Item, answer
from homophily.items._option import Option, marked, told_apart

__all__ = ["Ranking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking(Item):
    """All options of a closed list in an order, the first place first.

    The answer is the ids in that order, joined by commas; `chosen` takes it apart.

    Attributes:
        options: The list, shown under marks in the order given. Ids hold no comma.
        ends: What the first and the last place mean, such as "most like me"; empty where the text says it.
    """

    options: tuple[Option, ...]
    ends: tuple[str, str] = ("", "")

    kind: ClassVar[str] = "ranking"

    def __post_init__(self) -> None:
        told_apart(self.options)

    def marks(self) -> dict[str, Option]:
        """The options by the mark they are shown under: A, B, … up to 26 of them, 1, 2, … for more."""
        return marked(self.options)

    def schema(self) -> dict[str, Any]:
        """JSON schema: a list of all marks."""
        n, marks = len(self.options), {"type": "string", "enum": list(self.marks())}
        return answer({"type": "array", "items": marks, "minItems": n, "maxItems": n})

    def read(self, raw: str) -> str:
        """The ids in the order in which `raw` lists the options, by mark, id or wording.

        Raises:
            Unreadable: It is no list; an option is left out or named twice; or a label is not on the list.
        """
        names = {option.id: (option.text, option.id, *option.also) for option in self.options}
        return ",".join(reading.ranking(raw, names, {mark: o.id for mark, o in self.marks().items()}))
