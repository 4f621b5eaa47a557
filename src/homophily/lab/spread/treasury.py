"""The treasury: a run's one purse, out of which the director grants the asks of all workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from homophily.errors import HomophilyError
from homophily.lab.purse import Purse
from homophily.lab.spread.member import Member
from homophily.lab.spread.turns import Report, Wanted

__all__ = ["Treasury"]


class Treasury:
    """Grants and settles what workers report.

    Args:
        purse: Of the run.
        stop: Called with `BudgetReached` once a limit leaves no room.
    """

    def __init__(self, purse: Purse, stop: Callable[[HomophilyError], None]) -> None:
        self._purse = purse
        self._stop = stop

    async def hear(self, member: Member, report: Report) -> None:
        """Settle what is over, and grant what is wanted, now or as soon as there is room.

        Raises:
            UsageError: Money is limited, but answers carry no cost.
        """
        for paid in report.paid:
            waiting, hold = member.asking.pop(paid.ticket, None), member.holds.pop(paid.ticket, None)
            if waiting is not None:
                waiting.cancel()
            try:
                if paid.answer is not None:
                    self._purse.settle(paid.answer, paid.respondent)
            finally:
                if hold is not None:
                    await self._purse.free(hold)
        for wanted in report.wanted:
            member.asking[wanted.ticket] = asyncio.create_task(self._grant(member, wanted))
        if report.wanted:
            await asyncio.sleep(0)  # what can be granted at once goes with the next orders

    async def write_off(self, member: Member) -> None:
        """Count what a lost worker had under way as spent, at its most: nobody knows what was asked of it.

        When the run is resumed, only what was recorded counts.
        """
        for waiting in member.asking.values():
            waiting.cancel()
        for hold in member.holds.values():
            self._purse.spent.add(hold)
            await self._purse.free(hold)
        member.asking.clear()
        member.holds.clear()

    async def _grant(self, member: Member, wanted: Wanted) -> None:
        try:
            hold = await self._purse.hold(wanted.size, wanted.respondent)
        except HomophilyError as error:
            self._stop(error)
            return
        member.asking.pop(wanted.ticket, None)
        member.holds[wanted.ticket] = hold
        member.granted.append(wanted.ticket)
