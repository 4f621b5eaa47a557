"""Filling in a questionnaire, one item a call, in an order that is drawn and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from homophily import instruments
from homophily.asks import Message
from homophily.items import Choice, Item
from homophily.lab.table import Table

__all__ = ["Sampling", "fill_in"]


class Sampling(BaseModel):
    """How closed questions are answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: float = Field(default=0.0, ge=0, description="Sampling temperature.")
    max_tokens: int = Field(
        default=512,
        ge=1,
        description="Upper limit of an answer, in tokens; more for models that think before they answer.",
    )


async def fill_in(
    table: Table,
    seat: str,
    instrument: str,
    *,
    phase: str,
    sampling: Sampling,
    history: Sequence[Message] = (),
    partner: str | None = None,
    system: str | None = None,
) -> None:
    """Put every item of an instrument to a seat, each in a call of its own.

    The order of the items and, for a choice, of its options is drawn from the session's seed and recorded.
    Answers do not enter the history: no item is answered in view of another's answer.

    Args:
        table: The session's table.
        seat: Who answers.
        instrument: Name or file of the instrument.
        phase: First part of the asks' paths (``ratings/trust/03``).
        sampling: How it is answered.
        history: What the seat has heard and said before.
        partner: The seat that is rated, if any; its name fills the items' ``{partner}``.
        system: Replaces the seat's own role.
    """
    form = instruments.load(instrument)
    known = {} if partner is None else {"partner": table.session.seats[partner].persona.name}
    given = {name: text for name, text in known.items() if name in form.placeholders}
    items = {item.id: item for item in form.items(table.session.language, **given)}
    for id_ in await table.shuffle(tuple(items), at=f"{seat}/{phase}/{form.name}"):
        await table.ask(
            seat,
            await _options_drawn(table, items[id_], at=f"{seat}/{phase}/{id_}"),
            at=f"{phase}/{id_}",
            history=history,
            partner=partner,
            system=system,
            temperature=sampling.temperature,
            max_tokens=sampling.max_tokens,
        )


async def _options_drawn(table: Table, item: Item, *, at: str) -> Item:
    if not isinstance(item, Choice):
        return item
    options = {option.id: option for option in item.options}
    order = await table.shuffle(tuple(options), at=at)
    return replace(item, options=tuple(options[id_] for id_ in order))
