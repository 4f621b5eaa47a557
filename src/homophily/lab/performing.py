"""Performing: one session played from where it is to its end, its state kept in the store."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from homophily.errors import HomophilyError, ProtocolError, RespondentError
from homophily.lab.design import Design
from homophily.lab.events import SessionFailed, SessionFinished, SessionStarted
from homophily.lab.keeper import DurableKeeper, House
from homophily.lab.session import Session
from homophily.lab.study import Study
from homophily.lab.table import Keeper, Table
from homophily.records import reader, rows

__all__ = ["perform"]


async def perform(
    study: Study,
    design: Design,
    session: Session,
    house: House,
    engine: AsyncEngine | None,
    *,
    behind: Callable[[Keeper], Keeper] = lambda keeper: keeper,
) -> None:
    """Play one session; what it has recorded before returns at once.

    Args:
        study: What is played.
        design: Under which settings.
        session: Which of its sessions.
        house: What the sessions of the run share.
        engine: Where a session that was begun before is read from; None for a new one.
        behind: Puts something of the caller's between the table and the keeper.

    Raises:
        RespondentError: Somebody cannot be reached; the session is kept as failed, and can be played again.
        HomophilyError: What else the protocol or its respondents raise.
    """
    recorded: dict[tuple[str, str], dict[str, Any]] = {}
    drawn: dict[str, list[int]] = {}
    if engine is not None:
        recorded = await reader.recorded(engine, house.run, session.id)
        drawn = await reader.draws_of(engine, house.run, session.id)
    row = _row(house.run, session)
    house.writer.session(row)
    house.tell(SessionStarted(session.id))
    keeper = behind(DurableKeeper(house, session.id, recorded, drawn))
    try:
        await study.play(Table(session, design, keeper))
    except Exception as raised:
        error = _said(raised, study, session)
        if isinstance(error, RespondentError):
            failed = {"state": "failed", "error": rows.clean(str(error)), "ended": time.time()}
            house.writer.session(row | failed)
            house.tell(SessionFailed(session.id, error))
        raise error from raised
    house.writer.session(row | {"state": "finished", "ended": time.time()})
    house.tell(SessionFinished(session.id))


def _row(run: str, session: Session) -> dict[str, Any]:
    seats = {
        name: {"respondent": seat.respondent, "agent": seat.persona.id, "profile": dict(seat.persona.profile)}
        for name, seat in session.seats.items()
    }
    return {
        "run": run,
        "session": session.id,
        "language": session.language,
        "condition": rows.to_json(dict(session.condition)),
        "seats": rows.to_json(seats),
        "state": "open",
        "error": None,
        "started": time.time(),
        "ended": None,
    }


def _said(raised: BaseException, study: Study, session: Session) -> HomophilyError:
    """The error to report for what a protocol raised, also from within its task groups."""
    if isinstance(raised, BaseExceptionGroup):
        known = [
            error for error in raised.exceptions if isinstance(error, (HomophilyError, BaseExceptionGroup))
        ]
        return _said((known or list(raised.exceptions))[0], study, session)
    if isinstance(raised, HomophilyError):
        return raised
    return ProtocolError(
        f"study {study.name!r} failed in session {session.id!r}: {type(raised).__name__}: {raised}."
    )
