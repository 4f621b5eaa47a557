"""The table: the only way a protocol asks, draws and remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from homophily.asks import Answer, Message
from homophily.items import Item
from homophily.lab.session import Session

__all__ = ["Table"]

T = TypeVar("T")


class Table(Protocol):
    """What a protocol holds: its session, the design it is played under, and durable asks and draws.

    Attributes:
        session: What is played.
        design: The study's design, for the settings a protocol needs (topics, instruments, temperatures).
    """

    session: Session
    design: Any

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
        ...

    async def shuffle(self, values: Sequence[T], *, at: str) -> tuple[T, ...]:
        """A random order of `values`, drawn from the session's seed, recorded, and reused on resume."""
        ...
