"""The allowance: a worker's side of the budget, which the director's purse keeps for all workers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from itertools import count

from homophily.asks import Answer, Ask
from homophily.lab.purse import Sized
from homophily.lab.spread.turns import Paid, Wanted

__all__ = ["Allowance"]


class Allowance:
    """Lets an ask through once the director has granted its part of the budget.

    Args:
        limited: Respondents whose asks must be granted.
        speak: Called when there is something to tell the director.

    Attributes:
        wanted: Asks to be granted, not told yet.
        paid: Asks that are over, not told yet.
    """

    def __init__(self, limited: Collection[str], speak: Callable[[], None]) -> None:
        self._limited = limited
        self._speak = speak
        self._tickets = count()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self.wanted: list[Wanted] = []
        self.paid: list[Paid] = []

    @property
    def pressed(self) -> bool:
        """Whether an ask waits for the director."""
        return bool(self._waiting)

    async def pay(self, ask: Ask, respondent: str, answering: Callable[[], Awaitable[Answer]]) -> Answer:
        """As `homophily.lab.purse.Purse.pay`; once the budget is spent, the run stops instead."""
        if respondent not in self._limited:
            return await answering()
        ticket = next(self._tickets)
        granted = self._waiting[ticket] = asyncio.get_running_loop().create_future()
        self.wanted.append(Wanted(ticket, respondent, Sized.of(ask)))
        self._speak()
        answer = None
        try:
            await granted
            answer = await answering()
            return answer
        finally:
            self._waiting.pop(ticket, None)
            self.paid.append(Paid(ticket, respondent, answer))
            self._speak()

    def grant(self, ticket: int) -> None:
        """Let one ask go ahead."""
        granted = self._waiting.pop(ticket, None)
        if granted is not None and not granted.done():
            granted.set_result(None)
