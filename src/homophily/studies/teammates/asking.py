"""How a participant is asked: one thing at a time, or several that make one page."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from homophily import instruments
from homophily.asks import Answer, Message, Persona
from homophily.items import Item, Likert, Value
from homophily.lab.table import Table
from homophily.studies._together import together
from homophily.studies.teammates.sessions import SEAT
from homophily.studies.teammates.texts import Texts

__all__ = ["Asking"]


@dataclass(slots=True)
class Asking:
    """Puts items to the participant.

    Attributes:
        table: The session's table.
        said: The texts in the session's language.
        heard: What the participant has heard and said, for seats that read it: models.
        picture: The face of the agent that is spoken with or rated, as SVG; empty for none.
    """

    table: Table
    said: Texts
    heard: list[Message] = field(default_factory=list)
    picture: str = ""

    async def one(self, item: Item, at: str, partner: Persona | None = None) -> Answer:
        """Ask one item."""
        forms = self.table.design.forms
        return await self.table.ask(
            SEAT,
            replace(item, picture=self.picture) if self.picture else item,
            at=at,
            history=self.heard,
            partner=partner,
            temperature=forms.temperature,
            max_tokens=forms.max_tokens,
        )

    async def page(
        self, items: Mapping[str, Item], partner: Persona | None = None
    ) -> dict[str, Value | None]:
        """Ask several items side by side, which is one page in a browser.

        Args:
            items: Items by their path, in the order shown.
            partner: Who is rated, if anybody.

        Returns:
            The values by path; None where an answer is missing.
        """
        given: dict[str, Value | None] = dict.fromkeys(items)

        async def ask(item: Item, at: str) -> None:
            given[at] = (await self.one(item, at, partner)).value

        parts: list[Coroutine[Any, Any, None]] = [ask(item, at) for at, item in items.items()]
        await together(*parts)
        return given

    async def form(
        self, name: str, phase: str, *, partner: Persona | None = None, check: int | None = None
    ) -> dict[str, Value | None]:
        """Ask an instrument's items in an order that is drawn and recorded, page by page.

        Args:
            name: The instrument's name or file; empty for none.
            phase: First part of the paths.
            partner: Who is rated, if anybody.
            check: The point that an attention check among the items asks for; None for no check, and none
                where the items have no points.

        Returns:
            The values by item id, without the attention check's.
        """
        if not name:
            return {}
        form = instruments.load(name)
        known = {} if partner is None else {"partner": partner.name}
        filled = {field: text for field, text in known.items() if field in form.placeholders}
        items: dict[str, Item] = {item.id: item for item in form.items(self.said.language, **filled)}
        drawn = await self.table.shuffle(tuple(items), at=f"{SEAT}/{phase}/{form.name}")
        ordered = [(f"{phase}/{id_}", items[id_]) for id_ in drawn]
        like = next(iter(items.values()))
        if check is not None and isinstance(like, Likert):
            attention = self._attention(like, phase, min(check, like.high))
            ordered.insert(len(ordered) * 2 // 3, (f"{phase}/attention", attention))
        given: dict[str, Value | None] = {}
        for page in _pages(ordered, self.table.design.forms.page):
            answered = await self.page(dict(page), partner)
            given |= {item.id: answered[at] for at, item in page if item.id in items}
        return given

    def _attention(self, like: Likert, phase: str, point: int) -> Item:
        """A line among a form's items that asks for one certain point of their scale."""
        kind = "values" if phase == "values" else "trust"
        return Likert(
            id=f"teammates/attention-{kind}",
            text=self.said[f"attention.{kind}"].format(label=like.labels.get(point, point), point=point),
            language=self.said.language,
            measures=f"attention.{point}",
            low=like.low,
            high=like.high,
            labels=like.labels,
        )


def _pages(items: Sequence[tuple[str, Item]], most: int) -> list[Sequence[tuple[str, Item]]]:
    """Items in pages of at most `most`, as even as can be."""
    n = -(-len(items) // most)
    ends = [round(len(items) * page / n) for page in range(n + 1)]
    return [items[start:end] for start, end in pairwise(ends)]
