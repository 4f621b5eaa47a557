"""Subsets of a closed list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily import reading
from homophily.items._item import Item, answer
from homophily.items._option import Option, marked, told_apart

__all__ = ["NOTHING", "Several", "chosen"]

NOTHING = "none"
"""The answer to a `Several` item when nothing was chosen: an answer, not a missing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Item):
    """A subset of options: none, or up to `most` of a closed list.

    The answer is the ids in alphabetical order, joined by commas, or `NOTHING`; `chosen` takes it apart. What
    an answer names beside the list is rejected: it never becomes an option, and `remarks` keeps it.

    Attributes:
        options: The list, shown under marks in the order given. Ids hold no comma and are not ``none``.
        most: How many may be chosen.
    """

    options: tuple[Option, ...]
    most: int = 5

    kind: ClassVar[str] = "several"

    def __post_init__(self) -> None:
        told_apart(self.options, apart_from=(NOTHING,))

    def marks(self) -> dict[str, Option]:
        """The options by the mark they are shown under: A, B, … up to 26 of them, 1, 2, … for more."""
        return marked(self.options)

    def schema(self) -> dict[str, Any]:
        """JSON schema: a list of wordings as shown."""
        wordings = {"type": "string", "enum": [option.text for option in self.options]}
        return answer({"type": "array", "items": wordings, "maxItems": self.most})

    def read(self, raw: str) -> str:
        """The ids of the options that `raw` lists, by wording, id or mark.

        Raises:
            Unreadable: It is no list; more than `most` options are named; or there are labels, all of them
                off the list.
        """
        return ",".join(self._listed(raw).ids) or NOTHING

    def remarks(self, raw: str) -> dict[str, Any]:
        """``rejected``: the labels of `raw` that are not on the list."""
        rejected = self._listed(raw).rejected
        return {"rejected": list(rejected)} if rejected else {}

    def _listed(self, raw: str) -> reading.Listed:
        names = {option.id: (option.text, option.id, *option.also) for option in self.options}
        return reading.several(raw, names, {mark: o.id for mark, o in self.marks().items()}, self.most)


def chosen(value: str) -> tuple[str, ...]:
    """The ids in the answer to a `Several` or `Ranking` item; empty where nothing was chosen."""
    return () if value == NOTHING else tuple(value.split(","))
