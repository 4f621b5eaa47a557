"""A session played beside the server's, so that a bot knows who it is that a page asks about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from homophily.asks import Answer, Ask, Respondent
from homophily.errors import DataError
from homophily.items import Value
from homophily.lab.design import Design
from homophily.lab.session import Session
from homophily.lab.study import Study
from homophily.lab.table import Table
from homophily.web.host.sitting import Key, Sitting

__all__ = ["Shadow"]

_PATIENCE = 60.0


class Shadow:
    """Plays a session with answers that follow from asks alone, so that it goes as the server's does.

    Args:
        study: What is played.
        design: Its design, the server's.
        session: Which of its sessions.
        seats: The seats that the bot answers for.
        respondent: Answers for them.
        others: The design's respondents by name, for the other seats.
    """

    def __init__(
        self,
        study: Study,
        design: Design,
        session: Session,
        seats: frozenset[str],
        respondent: Respondent,
        others: Mapping[str, Respondent],
    ) -> None:
        self._sitting = Sitting(session, seats)
        self._respondent = respondent
        keeper = self._sitting.behind(_Keeper(self._sitting, seats, others))
        table = Table(session, design, keeper)

        async def play() -> None:
            await study.play(table)

        self._sitting.start(play())

    async def at(self, keys: Sequence[Key]) -> list[tuple[Ask, Answer]]:
        """The asks of these keys with the bot's answers; pages before theirs are answered on the way.

        Raises:
            DataError: The session has no such page: the server plays another design, or other answers.
        """
        while await self._sitting.settled(_PATIENCE) and not self._sitting.ended:
            page = [waiting.ask for waiting in self._sitting.page()]
            found = [(ask, await self._respondent.answer(ask)) for ask in page]
            shown = {(ask.seat, ask.path) for ask in page}
            if shown >= set(keys):
                by_key = {(ask.seat, ask.path): (ask, answer) for ask, answer in found}
                return [by_key[key] for key in keys]
            self._sitting.give({(ask.seat, ask.path): answer for ask, answer in found})
        self._sitting.raise_fault()
        raise DataError(
            f"session {self._sitting.session.id!r} has no page with {keys[0][1]!r}: give the bots the design "
            "that the server plays, such as the design.json in its run's folder."
        )

    async def stop(self) -> None:
        """Stop playing."""
        await self._sitting.stop()


class _Keeper:
    """Has the bot's seats answered at the sitting, all others by their respondents; keeps nothing."""

    def __init__(self, sitting: Sitting, seats: frozenset[str], others: Mapping[str, Respondent]) -> None:
        self._sitting, self._seats, self._others = sitting, seats, others

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        if ask.seat not in self._seats:
            return await self._others[respondent].answer(ask)
        return await self._sitting.put(ask)

    async def note(self, ask: Ask, place: int) -> Value:
        return ask.item.read("")

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        return drawn
