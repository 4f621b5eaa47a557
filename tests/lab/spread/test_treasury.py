"""One purse for all workers, and sessions that go from one to another."""

import asyncio
from collections.abc import Awaitable, Callable

from homophily.asks import Answer, Usage
from homophily.errors import BudgetReached, HomophilyError
from homophily.lab import Budget
from homophily.lab.purse import Purse, Sized, Spent
from homophily.lab.spread.backlog import Backlog
from homophily.lab.spread.member import Member
from homophily.lab.spread.treasury import Treasury
from homophily.lab.spread.turns import Paid, Report, Wanted
from tests.lab.small import Small, sessions

TAKEN = Answer(value=1, usage=Usage(prompt_tokens=10, completion_tokens=5))


def wants(*tickets: int) -> Report:
    return Report(wanted=tuple(Wanted(ticket, "a", Sized(10, 20)) for ticket in tickets))


def paid(ticket: int, answer: Answer | None = TAKEN) -> Report:
    return Report(paid=(Paid(ticket, "a", answer),))


def with_purse(budget: Budget, check: Callable[[Treasury, Purse, Member, Member], Awaitable[None]]) -> None:
    async def main() -> list[HomophilyError]:
        stopped: list[HomophilyError] = []
        purse = Purse(budget, Spent(), {})
        await check(Treasury(purse, stopped.append), purse, Member(None), Member(None))  # type: ignore[arg-type]
        return stopped

    (reason,) = asyncio.run(main())
    assert isinstance(reason, BudgetReached)


def test_asks_are_granted_while_there_is_room_and_then_as_it_comes() -> None:
    async def check(treasury: Treasury, purse: Purse, one: Member, other: Member) -> None:
        await treasury.hear(one, wants(0, 1))
        await treasury.hear(other, wants(0))
        assert (one.granted, other.granted) == ([0, 1], [])  # of 75 tokens, 60 are held
        await treasury.hear(one, paid(0))
        await asyncio.sleep(0)
        assert other.granted == [0]  # 15 spent, 60 held
        await treasury.hear(one, paid(1, None))
        await treasury.hear(other, paid(0))
        assert purse.spent == Spent(2, 30, 0.0)
        await treasury.hear(one, wants(2))
        await treasury.hear(one, paid(2))
        await treasury.hear(one, wants(3))
        await treasury.hear(one, paid(3))
        await treasury.hear(one, wants(4))  # 60 are spent: no room for 30
        assert 4 not in one.granted

    with_purse(Budget(tokens=75), check)


def test_what_a_lost_worker_had_under_way_counts_as_spent() -> None:
    async def check(treasury: Treasury, purse: Purse, one: Member, other: Member) -> None:
        await treasury.hear(one, wants(0, 1))
        await treasury.hear(other, wants(0))
        assert other.granted == []
        await treasury.write_off(one)
        await asyncio.sleep(0)
        assert purse.spent == Spent(2, 60, 0.0)
        assert (one.holds, one.asking) == ({}, {})

    with_purse(Budget(asks=2), check)


def test_a_worker_that_gives_up_an_ask_leaves_its_room_to_others() -> None:
    async def check(treasury: Treasury, purse: Purse, one: Member, other: Member) -> None:
        await treasury.hear(one, wants(0))
        await treasury.hear(one, wants(1))
        await treasury.hear(one, paid(1, None))  # it waited, and was cancelled
        await treasury.hear(one, paid(0))
        await treasury.hear(other, wants(0))
        assert other.granted == []

    with_purse(Budget(asks=1), check)


def test_sessions_are_handed_out_once_and_again_only_if_they_come_back() -> None:
    design = Small(pairs=6)
    first = next(iter(sessions(design))).id
    backlog = Backlog(sessions(design), {first: "finished", "ja/pair-0003": "open"}, 6)
    assert (backlog.left, backlog.finished) == (5, 1)
    taken = backlog.take(3)
    assert [begun for _, begun in taken] == [False, False, True]
    backlog.give_back(session for session, _ in taken[:1])
    rest = backlog.take(99)
    assert rest[0] == (taken[0][0], True)
    assert len({session.id for session, _ in (*taken, *rest)}) == 5
    assert backlog.empty
