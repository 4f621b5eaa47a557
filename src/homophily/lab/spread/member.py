"""Members: what the director knows of each of its workers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

from homophily.lab.purse import Spent
from homophily.lab.session import Session
from homophily.lab.spread.hands import Hand

__all__ = ["Member"]


@dataclass(slots=True)
class Member:
    """One worker of a run.

    Attributes:
        hand: Leads to it.
        name: On the roll.
        place: The machine it works on; empty until the cluster has room for it.
        holding: Sessions it plays, by id.
        asking: Asks that wait for their part of the budget, by ticket.
        holds: What is held back for its asks, by ticket.
        granted: Tickets granted that it does not know of yet.
        told: Which part, of how many, of the endpoints' limits it was told last to keep to.
        share: Which it keeps to by now.
        seated: Whether the others have made room for it within the endpoints' limits.
        leaving: Whether it was told to leave.
    """

    hand: Hand
    name: str = field(default_factory=lambda: uuid4().hex[:12])
    place: str = ""
    holding: dict[str, Session] = field(default_factory=dict)
    asking: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    holds: dict[int, Spent] = field(default_factory=dict)
    granted: list[int] = field(default_factory=list)
    told: tuple[int, int] = (0, 0)
    share: tuple[int, int] = (0, 0)
    seated: bool = False
    leaving: bool = False
