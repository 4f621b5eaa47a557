"""A small study for the tests of the runtime: two seats talk, then rate each other in a drawn order."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from homophily.asks import Answer, Ask, Message, Persona, Usage
from homophily.errors import RespondentError
from homophily.items import Likert, Text
from homophily.lab.design import Design
from homophily.lab.session import Seat, Session
from homophily.lab.study import Study
from homophily.lab.table import Table

ASKS = 8  # of one session
FREE = Usage()
ROOT = Path(__file__).parents[2]
#: For programs that a test starts.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}


class Small(Design):
    """The design of the small study."""

    study: str = Field(default="small", description="Name of the study.")
    pairs: int = Field(default=10, ge=1, description="Sessions.")


def sessions(design: Small) -> Iterator[Session]:
    for number in range(design.pairs):
        language = design.languages[number % len(design.languages)]
        yield Session(
            id=f"{language}/pair-{number:04}",
            language=language,
            seats=seats(number),
            condition={"dose": number % 3},
        )


def seats(number: int) -> dict[str, Seat]:
    return {
        name: Seat(respondent="synthetic", persona=Persona(id=f"agent-{number}-{name}", name=name.title()))
        for name in ("ann", "bob")
    }


async def play(table: Table) -> None:
    history: list[Message] = []
    for turn, (seat, other) in enumerate((("ann", "bob"), ("bob", "ann"))):
        item = Text(id="dialogue/weekend", text="Speak.", language=table.session.language)
        said = await table.ask(seat, item, at=f"turn-{turn}", history=history, partner=other)
        history.append(Message(seat, seat.title(), str(said.value)))
    for seat, other in (("ann", "bob"), ("bob", "ann")):
        for number in await table.shuffle((1, 2, 3), at=f"order-{seat}"):
            item = Likert(id=f"trust/{number}", text=f"Statement {number}.", measures="trust.faith")
            await table.ask(seat, item, at=item.id, history=history, partner=other)


study = Study(
    name="small",
    title="A small study",
    design=Small,
    sessions=sessions,
    play=play,
    tables=lambda answers, design: {"ratings": answers},
    plan=(),
)


class Scripted:
    """Answers from the ask's seed alone; late by a seeded delay, and writing down whom it answered."""

    def __init__(self, *, delay: float = 0.0, log: Path | None = None, usage: Usage = FREE) -> None:
        self.delay = delay
        self.usage = usage
        self.asked: list[tuple[str, str, str]] = []
        self.under_way = self.most = 0
        self._log = None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def answer(self, ask: Ask) -> Answer:
        key = (ask.session, ask.seat, ask.path)
        self.asked.append(key)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.delay * (ask.seed % 997) / 498)
        finally:
            self.under_way -= 1
        if self._log is not None:
            os.write(self._log, ("\t".join(key) + "\n").encode())
        return answer_to(ask, self.usage)

    async def aclose(self) -> None:
        pass

    def describe(self) -> dict[str, Any]:
        return {"kind": "scripted"}


class Failing(Scripted):
    """Cannot be reached for the sessions given."""

    def __init__(self, *sessions: str) -> None:
        super().__init__()
        self.sessions = sessions

    async def answer(self, ask: Ask) -> Answer:
        if not self.sessions or ask.session in self.sessions:
            raise RespondentError("nobody answers at http://localhost:1/v1.")
        return await super().answer(ask)


def answer_to(ask: Ask, usage: Usage = FREE) -> Answer:
    if ask.item.kind == "text":
        return Answer(value=f"I heard {len(ask.history)} and say {ask.seed % 1000}.", raw="…", usage=usage)
    if ask.seed % 11 == 0:
        return Answer(missing="refusal", raw="I would rather not say.", usage=usage)
    return Answer(
        value=ask.seed % 7 + 1, raw=str(ask.seed % 7 + 1), usage=usage, record={"model": "scripted"}
    )


def keys(design: Small) -> set[tuple[str, str, str]]:
    """Every ask that a finished run has."""
    found = set()
    for session in sessions(design):
        found |= {(session.id, "ann", "turn-0"), (session.id, "bob", "turn-1")}
        found |= {(session.id, seat, f"trust/{n}") for seat in ("ann", "bob") for n in (1, 2, 3)}
    return found
