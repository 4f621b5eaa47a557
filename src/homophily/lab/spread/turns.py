"""Turns: all that passes between the director and a worker; plain values, which any Python can unpack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homophily import errors
from homophily.asks import Answer
from homophily.errors import HomophilyError
from homophily.lab.events import Event
from homophily.lab.purse import Sized
from homophily.lab.session import Session

__all__ = ["Brief", "Orders", "Paid", "Report", "Wanted", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a worker is told before its first turn; never logged, since the store's URL may hold a password.

    Attributes:
        worker: Its name on the roll.
        run: Name of the run.
        source: The study's name, or its Python file.
        design: As JSON data.
        store: URL of the store.
        version: Of the director's Homophily.
        silence: Seconds without a turn after which the worker plays no more.
        grace: Seconds that asks under way are given to come home when it is to stop.
    """

    worker: str
    run: str
    source: str
    design: Mapping[str, Any] = field(repr=False)
    store: str = field(repr=False)
    version: str
    silence: float
    grace: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """An ask that waits for its part of the budget, by a number of the worker's own."""

    ticket: int
    respondent: str
    size: Sized


@dataclass(frozen=True, slots=True)
class Paid:
    """What an ask took that was given its part of the budget; no answer, nothing taken."""

    ticket: int
    respondent: str
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a worker is to do.

    Attributes:
        sessions: To be played beside those under way; whether each was begun before.
        share: Which part, of how many, of every endpoint's limits is the worker's.
        granted: Tickets of asks that may go ahead.
        stop: Let no further ask through, and leave once those under way are home.
        abandon: Give up those under way too.
    """

    sessions: tuple[tuple[Session, bool], ...] = ()
    share: tuple[int, int] = (0, 1)
    granted: tuple[int, ...] = ()
    stop: bool = False
    abandon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What has happened since the worker's last.

    Attributes:
        events: For those who watch the run.
        ended: Sessions finished or failed, their state durable.
        wanted: Asks that wait for their part of the budget.
        paid: Asks that were given it and are over.
        problem: Why the run cannot go on.
        lost: Why this worker cannot go on, though another may.
        share: The share that it was last told of and keeps to by now.
        left: Whether the worker has put everything away; its last report.
    """

    events: tuple[Event, ...] = ()
    ended: tuple[str, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    paid: tuple[Paid, ...] = ()
    problem: HomophilyError | None = None
    lost: str = ""
    share: tuple[int, int] = (0, 0)
    left: bool = False


def plain(error: HomophilyError, where: str = "") -> HomophilyError:
    """The error as one of the tree of `homophily.errors`, which can be sent; a subclass may not unpack.

    Args:
        error: As it was raised.
        where: Said after the message.
    """
    said = f"{error} ({where})" if where else str(error)
    for kind in type(error).__mro__:
        if kind.__module__ == errors.__name__ and "__init__" not in vars(kind):
            sent: HomophilyError = kind(said)
            return sent
    return HomophilyError(said)
