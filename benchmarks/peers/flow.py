"""The flow as a study that is hosted here: ``homophily host benchmarks/peers/flow.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from benchmarks.peers._flow import RATINGS, SLIDERS, TEXT, TITLE
from pydantic import Field

from homophily.asks import Persona
from homophily.items import Item, Likert, Number, Text
from homophily.lab import Design, Seat, Session, Study, Table


class Flow(Design):
    """The design: how many people."""

    study: str = Field(default="flow", description="Name of the study.")
    people: int = Field(default=100, ge=1, description="Sessions of one person each.")
    respondents: dict[str, dict[str, Any]] = Field(
        default={"person": {"kind": "person"}}, description="Who answers."
    )


def sessions(design: Flow) -> Iterator[Session]:
    for number in range(design.people):
        persona = Persona(id=f"person-{number}", name="Person")
        yield Session(
            id=f"en/person-{number:05}",
            language="en",
            seats={"person": Seat(respondent="person", persona=persona)},
        )


async def play(table: Table) -> None:
    ends = {1: "not at all", 7: "entirely"}
    ratings = [Likert(id=f"r{n}", text=text, labels=ends) for n, text in enumerate(RATINGS)]
    sliders = [Number(id=f"s{n}", text=text, ends=("unsure", "sure")) for n, text in enumerate(SLIDERS)]
    pages: list[list[Item]] = [[*ratings], [*sliders], [Text(id="t0", text=TEXT)]]
    for page in pages:
        await asyncio.gather(*(table.ask("person", item, at=item.id) for item in page))


study = Study(
    name="flow",
    title=TITLE,
    design=Flow,
    sessions=sessions,
    play=play,
    tables=lambda answers, design: {"answers": answers},
    plan=(),
)
