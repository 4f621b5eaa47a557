"""The table: the only way a protocol asks, draws and remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from homophily.asks import Answer, Ask, Message, Persona
from homophily.errors import ProtocolError, UnknownName, UsageError
from homophily.items import Fact, Item, Value
from homophily.lab.session import Seat, Session
from homophily.seeds import derive, generator

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Keeper", "Table"]

T = TypeVar("T")


class Keeper(Protocol):
    """What stands behind a table: has asks answered, keeps answers and draws, in a store or in memory."""

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        """The recorded answer, or the respondent's, recorded before it returns.

        Args:
            ask: What is asked.
            respondent: Name of the respondent in the design.
            place: How many asks the session made before.
        """
        ...

    async def note(self, ask: Ask, place: int) -> Value:
        """The value recorded under the ask's path, or that of its `Fact`, recorded; nobody is asked."""
        ...

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        """The order recorded under `path`, or `drawn`, recorded."""
        ...


class Table:
    """What a protocol holds: its session, the design it is played under, and durable asks and draws.

    Attributes:
        session: What is played.
        design: The study's design, for the settings a protocol needs (topics, instruments, temperatures).
    """

    __slots__ = ("_asked", "_drawn", "_keeper", "_seed", "design", "session")

    def __init__(self, session: Session, design: Any, keeper: Keeper) -> None:
        self.session = session
        self.design: Any = design
        self._seed: int = design.seed
        self._keeper = keeper
        self._asked: set[tuple[str, str]] = set()
        self._drawn: set[str] = set()

    async def ask(
        self,
        seat: str,
        item: Item,
        *,
        at: str,
        history: Sequence[Message] = (),
        partner: str | Persona | None = None,
        system: str | None = None,
        temperature: float = 0.0,
        max_tokens: int = 512,
    ) -> Answer:
        """Ask a seat; a recorded answer returns at once, otherwise it is recorded before it returns.

        Args:
            seat: Who is asked.
            item: What.
            at: Path of the ask, unique for the seat within the session.
            history: What the seat has heard and said.
            partner: Who is talked to or rated, if anybody: a seat, or someone made up who has none.
            system: Replaces the seat's own role for this ask.
            temperature: Sampling temperature.
            max_tokens: Upper limit of the answer.

        Raises:
            ProtocolError: The path was asked before in this play.
            RespondentError: The respondent cannot be reached.
            BudgetReached: The run's limit is spent.
        """
        place, sitting = self._place(seat, at), self._seat(seat)
        ask = Ask(
            session=self.session.id,
            seat=seat,
            path=at,
            item=item,
            system=sitting.system if system is None else system,
            history=tuple(history),
            temperature=temperature,
            max_tokens=max_tokens,
            seed=derive(self._seed, self.session.id, seat, at),
            persona=sitting.persona,
            partner=self._persona(partner),
        )
        return await self._keeper.answer(ask, sitting.respondent, place)

    async def note(self, seat: str, id_: str, value: Value, *, at: str, text: str = "") -> Value:
        """Record what the protocol worked out for a seat, as an answer of kind ``fact``; nobody is asked.

        Args:
            seat: Whom it is about.
            id_: Names it within the study, like an item's.
            value: What was worked out.
            at: Path, unique among the seat's asks and notes within the session.
            text: What it is, in words.

        Returns:
            The value, on resume the recorded one.

        Raises:
            ProtocolError: The path was asked or noted before in this play.
        """
        place, sitting = self._place(seat, at), self._seat(seat)
        item = Fact(id=id_, text=text, language=self.session.language, value=value)
        ask = Ask(session=self.session.id, seat=seat, path=at, item=item, persona=sitting.persona)
        return await self._keeper.note(ask, place)

    async def shuffle(self, values: Sequence[T], *, at: str) -> tuple[T, ...]:
        """A random order of `values`, drawn from the session's seed, recorded, and reused on resume.

        Raises:
            ProtocolError: The path was drawn before in this play.
            UsageError: The recorded order is of another number of values: the study has changed.
        """
        if at in self._drawn:
            raise ProtocolError(f"session {self.session.id!r} draws twice at {at!r}; give each its own path.")
        self._drawn.add(at)
        drawn = generator(self._seed, self.session.id, "shuffle", at).permutation(len(values)).tolist()
        order = await self._keeper.order(at, drawn)
        if len(order) != len(values):
            raise UsageError(
                f"session {self.session.id!r} orders {len(values)} values at {at!r}, but {len(order)} are "
                "recorded: the study has changed since; start anew with --fresh."
            )
        return tuple(values[place] for place in order)

    def chance(self, at: str) -> np.random.Generator:
        """A source of chance of the session's own; what is drawn from it belongs into a `note`."""
        return generator(self._seed, self.session.id, "drawn", at)

    def _place(self, seat: str, at: str) -> int:
        if (seat, at) in self._asked:
            raise ProtocolError(
                f"session {self.session.id!r} asks seat {seat!r} twice at {at!r}; give each ask its own path."
            )
        self._asked.add((seat, at))
        return len(self._asked) - 1

    def _seat(self, name: str) -> Seat:
        try:
            return self.session.seats[name]
        except KeyError:
            raise ProtocolError(str(UnknownName("seat", name, self.session.seats))) from None

    def _persona(self, who: str | Persona | None) -> Persona | None:
        return self._seat(who).persona if isinstance(who, str) else who
