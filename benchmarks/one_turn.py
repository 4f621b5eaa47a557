"""A study of one-turn questions: each session is a single ask."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from homophily.asks import Persona
from homophily.items import Likert
from homophily.lab import Design, Seat, Session, Study, Table


class OneTurn(Design):
    """The design: how many questions."""

    study: str = Field(default="one-turn", description="Name of the study.")
    questions: int = Field(default=2000, ge=1, description="Sessions of one question each.")


def question(number: int) -> str:
    return f"How much do you agree with statement {number}? Answer with a number from 1 to 7."


def sessions(design: OneTurn) -> Iterator[Session]:
    seat = Seat(respondent="model", persona=Persona(id="nobody", name="Nobody"))
    for number in range(design.questions):
        yield Session(id=f"en/{number:06}", language="en", seats={"a": seat})


async def play(table: Table) -> None:
    number = int(table.session.id.removeprefix("en/"))
    item = Likert(id=f"statement/{number}", text=question(number))
    await table.ask("a", item, at="question", max_tokens=16)


study = Study(
    name="one-turn",
    title="One-turn questions",
    design=OneTurn,
    sessions=sessions,
    play=play,
    tables=lambda answers, design: {"answers": answers},
    plan=(),
)
