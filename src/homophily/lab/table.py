"""The table: the only way a protocol asks, draws and remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from homophily.asks import Answer, Ask, Message, Persona
from homophily.errors import ProtocolError, UnknownName, UsageError
from homophily.items import Item
from homophily.lab.session import Seat, Session
from homophily.seeds import derive, generator

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
        partner: str | None = None,
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
            partner: The seat talked to or rated, if any.
            system: Replaces the seat's own role for this ask.
            temperature: Sampling temperature.
            max_tokens: Upper limit of the answer.

        Raises:
            ProtocolError: The path was asked before in this play.
            RespondentError: The respondent cannot be reached.
            BudgetReached: The run's limit is spent.
        """
        key = (seat, at)
        if key in self._asked:
            raise ProtocolError(
                f"session {self.session.id!r} asks seat {seat!r} twice at {at!r}; give each ask its own path."
            )
        place = len(self._asked)
        self._asked.add(key)
        sitting = self._seat(seat)
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

    def _seat(self, name: str) -> Seat:
        try:
            return self.session.seats[name]
        except KeyError:
            raise ProtocolError(str(UnknownName("seat", name, self.session.seats))) from None

    def _persona(self, seat: str | None) -> Persona | None:
        return None if seat is None else self._seat(seat).persona
