"""A study for the tests of faults: two models talk, then rate each other in a drawn order.

It rests on the laboratory's public names alone, so that older versions can play it too.
"""

from collections.abc import Iterator

from homophily.asks import Message, Persona
from homophily.items import Likert, Text
from homophily.lab import Design, Seat, Session, Study, Table


class Talk(Design):
    """The design of the study."""

    study: str = "talk"
    pairs: int = 40


def sessions(design: Talk) -> Iterator[Session]:
    """One a pair."""
    for number in range(design.pairs):
        seats = {
            name: Seat(respondent="model", persona=Persona(id=f"agent-{number}-{name}", name=name.title()))
            for name in ("ann", "bob")
        }
        yield Session(id=f"pair-{number:03}", language="en", seats=seats, condition={"dose": number % 3})


async def play(table: Table) -> None:
    """Two turns of talk, then three ratings each, in an order drawn."""
    history: list[Message] = []
    for turn, (seat, other) in enumerate((("ann", "bob"), ("bob", "ann"))):
        said = await table.ask(
            seat, Text(id="talk/weekend", text="Speak."), at=f"turn-{turn}", history=history, partner=other
        )
        history.append(Message(seat, seat.title(), str(said.value)))
    for seat, other in (("ann", "bob"), ("bob", "ann")):
        for number in await table.shuffle((1, 2, 3), at=f"order-{seat}"):
            item = Likert(id=f"trust/{number}", text=f"Statement {number}.", measures="trust.faith")
            await table.ask(seat, item, at=item.id, history=history, partner=other)


study = Study(
    name="talk",
    title="Two who talk",
    design=Talk,
    sessions=sessions,
    play=play,
    tables=lambda answers, design: {"ratings": answers[answers["kind"] == "likert"]},
    plan=(),
)
