"""Walking through a session without anybody: which pages a person would see."""

from __future__ import annotations

from collections.abc import Sequence

from homophily.asks import Answer, Ask
from homophily.items import Choice, Text, Value
from homophily.lab.design import Design
from homophily.lab.session import Session
from homophily.lab.study import Study
from homophily.lab.table import Table
from homophily.respondents.midpoint import Midpoint
from homophily.web.host.places import Places
from homophily.web.host.sitting import Sitting, Waiting
from homophily.web.host.way import Way

__all__ = ["expected", "pages"]

#: Pages after which a walk gives up: a protocol that goes on as long as it is answered.
_MOST = 1000


async def pages(study: Study, design: Design, session: Session, seats: frozenset[str]) -> list[list[Ask]]:
    """The pages of a session whose questions are all answered in the middle; nothing is kept.

    Args:
        study: What is played.
        design: Its design.
        session: Which session.
        seats: The seats that see the pages.

    Raises:
        HomophilyError: What the protocol raises.
    """
    found: list[list[Ask]] = []
    sitting, nobody = Sitting(session, seats), _Nobody()

    async def play() -> None:
        await study.play(Table(session, design, sitting.behind(_Memory(sitting, nobody, seats))))

    sitting.start(play())
    try:
        while await sitting.settled(60) and not sitting.ended and len(found) < _MOST:
            page: Sequence[Waiting] = sitting.page()
            found.append([waiting.ask for waiting in page])
            sitting.give({(each.ask.seat, each.ask.path): await nobody.answer(each.ask) for each in page})
        sitting.raise_fault()
    finally:
        await sitting.stop()
    return found


async def expected(study: Study, design: Design, places: Places) -> dict[str, Way]:
    """What a person is asked on the way through a session, by language; without those where a walk fails."""
    first: dict[str, Session] = {}
    for session in places.sessions():
        first.setdefault(session.language, session)
    ways = {}
    for language, session in first.items():
        try:
            walked = await pages(study, design, session, places.seats(session))
        except Exception:  # the study's own fault is told to whoever plays it; here no progress is shown
            continue
        ways[language] = Way(ask.path for page in walked for ask in page)
    return ways


class _Nobody:
    """Answers in the middle, agrees to take part, and says something where words are asked for."""

    def __init__(self) -> None:
        self._middle = Midpoint(seed=1)

    async def answer(self, ask: Ask) -> Answer:
        item = ask.item
        if isinstance(item, Choice) and item.measures == "consent":
            agreed = next(option.id for option in item.options if option.id != "decline")
            return Answer(value=agreed, raw=agreed)
        if isinstance(item, Text):
            return Answer(value="…", raw="…")
        return await self._middle.answer(ask)


class _Memory:
    """A keeper that keeps nothing."""

    def __init__(self, sitting: Sitting, nobody: _Nobody, seats: frozenset[str]) -> None:
        self._sitting, self._nobody, self._seats = sitting, nobody, seats

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        if ask.seat in self._seats:
            return await self._sitting.put(ask)
        return await self._nobody.answer(ask)

    async def note(self, ask: Ask, place: int) -> Value:
        return ask.item.read("")

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        return drawn
