"""Events: what a run tells those who watch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from homophily.asks import Answer
from homophily.errors import HomophilyError

__all__ = [
    "Answered",
    "Event",
    "Observer",
    "RunStarted",
    "RunStopping",
    "SessionFailed",
    "SessionFinished",
    "SessionStarted",
    "Staffed",
    "WorkerLost",
]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins or goes on.

    Attributes:
        run: Its name.
        sessions: How many sessions the design has.
        finished: How many of them were finished before.
    """

    run: str
    sessions: int
    finished: int


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session begins, or begins again to go on from its recorded answers."""

    session: str


@dataclass(frozen=True, slots=True)
class SessionFinished:
    """A session's protocol came to its end."""

    session: str


@dataclass(frozen=True, slots=True)
class SessionFailed:
    """A session could not go on; resuming the run tries it again."""

    session: str
    error: HomophilyError


@dataclass(frozen=True, slots=True)
class Answered:
    """An ask has its answer.

    Attributes:
        session: The session.
        seat: The seat asked.
        path: Where in the protocol.
        answer: The answer.
        recorded: Whether it was recorded before this run was resumed.
    """

    session: str
    seat: str
    path: str
    answer: Answer
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class RunStopping:
    """The run is to stop; asks under way are waited for."""

    reason: HomophilyError


@dataclass(frozen=True, slots=True)
class Staffed:
    """The number of a cluster's workers that play the run has changed."""

    workers: int


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """A worker died or was cut off; what it had under way is handed to others.

    Attributes:
        place: The machine it was on; empty if it never started.
        why: What is known of it.
        sessions: How many sessions it had under way.
    """

    place: str
    why: str
    sessions: int


Event = (
    RunStarted
    | RunStopping
    | SessionStarted
    | SessionFinished
    | SessionFailed
    | Answered
    | Staffed
    | WorkerLost
)
Observer = Callable[[Event], None]
