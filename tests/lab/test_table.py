import asyncio
from collections.abc import Sequence

import pytest

from homophily.asks import Answer, Ask, Persona
from homophily.errors import ProtocolError, UsageError
from homophily.items import Likert, Value
from homophily.lab import Design, Seat, Session, Table
from homophily.seeds import derive

ITEM = Likert(id="trust/01", text="I can rely on this person.")
SESSION = Session(
    id="en/pair-1",
    language="en",
    seats={
        "ann": Seat(respondent="model", persona=Persona(id="7", name="Ann"), system="You are Ann."),
        "bob": Seat(respondent="other", persona=Persona(id="8", name="Bob")),
    },
)


class Keeping:
    """A keeper that shows what reached it."""

    def __init__(self, order: Sequence[int] | None = None) -> None:
        self.asks: list[tuple[Ask, str, int]] = []
        self._order = order

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        self.asks.append((ask, respondent, place))
        await asyncio.sleep(0)
        return Answer(value=4)

    async def note(self, ask: Ask, place: int) -> Value:
        self.asks.append((ask, "", place))
        return ask.item.read("")

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        return drawn if self._order is None else self._order


def table(keeper: Keeping, seed: int = 5) -> Table:
    return Table(SESSION, Design(study="test", seed=seed), keeper)


def test_an_ask_carries_all_that_shapes_its_answer() -> None:
    keeper = Keeping()
    asyncio.run(table(keeper).ask("ann", ITEM, at="trust/01", partner="bob", temperature=0.5))
    ((ask, respondent, place),) = keeper.asks
    assert (ask.system, ask.persona, ask.partner) == ("You are Ann.", Persona(id="7", name="Ann"), _bob())
    assert ask.seed == derive(5, "en/pair-1", "ann", "trust/01")
    assert (respondent, place) == ("model", 0)


def _bob() -> Persona:
    return SESSION.seats["bob"].persona


def test_system_can_be_replaced_for_one_ask() -> None:
    keeper = Keeping()
    asyncio.run(table(keeper).ask("ann", ITEM, at="x", system=""))
    assert keeper.asks[0][0].system == ""


def test_the_same_path_twice_is_a_fault_of_the_protocol_even_at_the_same_time() -> None:
    async def twice() -> None:
        held = table(Keeping())
        await asyncio.gather(held.ask("ann", ITEM, at="x"), held.ask("ann", ITEM, at="x"))

    with pytest.raises(ProtocolError, match="'ann' twice at 'x'"):
        asyncio.run(twice())


def test_two_seats_may_be_asked_at_one_path() -> None:
    async def both() -> list[Answer]:
        held = table(Keeping())
        return list(await asyncio.gather(held.ask("ann", ITEM, at="x"), held.ask("bob", ITEM, at="x")))

    assert len(asyncio.run(both())) == 2


def test_a_seat_nobody_sits_at_is_named_with_its_neighbour() -> None:
    with pytest.raises(ProtocolError, match=r"no seat named 'anne'\. Did you mean 'ann'"):
        asyncio.run(table(Keeping()).ask("anne", ITEM, at="x"))


def test_an_order_depends_on_seed_and_path_alone() -> None:
    def drawn(seed: int, at: str) -> tuple[int, ...]:
        return asyncio.run(table(Keeping(), seed).shuffle(range(20), at=at))

    assert drawn(1, "a") == drawn(1, "a")
    assert sorted(drawn(1, "a")) == list(range(20))
    assert len({drawn(1, "a"), drawn(2, "a"), drawn(1, "b")}) == 3


def test_a_recorded_order_is_reused() -> None:
    assert asyncio.run(table(Keeping(order=[2, 0, 1])).shuffle("abc", at="x")) == ("c", "a", "b")


def test_a_recorded_order_of_another_length_tells_that_the_study_changed() -> None:
    with pytest.raises(UsageError, match="start anew with --fresh"):
        asyncio.run(table(Keeping(order=[0])).shuffle("abc", at="x"))


def test_drawing_twice_at_one_path_is_a_fault() -> None:
    async def twice() -> None:
        held = table(Keeping())
        await held.shuffle("ab", at="x")
        await held.shuffle("ab", at="x")

    with pytest.raises(ProtocolError, match="draws twice at 'x'"):
        asyncio.run(twice())


def test_a_partner_may_be_somebody_without_a_seat() -> None:
    keeper, made_up = Keeping(), Persona(id="level-5", name="Ash")
    asyncio.run(table(keeper).ask("ann", ITEM, at="x", partner=made_up))
    assert keeper.asks[0][0].partner is made_up


def test_a_note_is_kept_like_an_answer_and_asks_nobody() -> None:
    keeper = Keeping()

    async def play() -> Value:
        played = table(keeper)
        noted = await played.note("ann", "agents/ranking", "BE,UN", at="agents/5", text="An agent's ranking.")
        with pytest.raises(ProtocolError, match="twice"):
            await played.ask("ann", ITEM, at="agents/5")
        return noted

    assert asyncio.run(play()) == "BE,UN"
    ((ask, respondent, place),) = keeper.asks
    assert (ask.item.kind, ask.path, respondent, place) == ("fact", "agents/5", "", 0)


def test_chance_is_the_sessions_own() -> None:
    def drawn(seed: int, at: str) -> float:
        return table(Keeping(), seed).chance(at).random()

    assert drawn(5, "x") == drawn(5, "x")
    assert len({drawn(5, "x"), drawn(6, "x"), drawn(5, "y")}) == 3
