"""Seating: who answers, built from a design; and the sessions, looked over before anyone is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

from pydantic import ValidationError

from homophily import catalogue
from homophily.asks import Respondent
from homophily.errors import HomophilyError, ProtocolError, UnknownName, UsageError
from homophily.lab.cache import Cache, Cached
from homophily.lab.complaint import complaint
from homophily.lab.design import Design
from homophily.lab.session import Session
from homophily.lab.study import Study
from homophily.lab.tidy import COLUMNS

__all__ = ["ready", "remembering", "seat", "survey"]


def seat(design: Design) -> dict[str, Respondent]:
    """The design's respondents, by name.

    Raises:
        UsageError: A respondent without a kind, of an unknown kind, or with a setting its kind does not take.
    """
    return {name: _respondent(name, settings) for name, settings in design.respondents.items()}


async def ready(
    design: Design, respondents: Mapping[str, Respondent] | None, stack: AsyncExitStack
) -> dict[str, Respondent]:
    """The respondents of a design, or those given, each having checked what it can before a run.

    Args:
        design: Names them.
        respondents: Instead of those of the design; their owner closes them.
        stack: Closes those of the design.

    Raises:
        UsageError: As `seat`, and for a missing key.
        RespondentError: One cannot be reached.
    """
    if respondents is not None:
        return dict(respondents)
    seats = seat(design)
    for respondent in seats.values():
        stack.push_async_callback(respondent.aclose)
    for respondent in seats.values():
        check = getattr(respondent, "check", None)
        if check is not None:
            await check()
    return seats


def remembering(
    seats: Mapping[str, Respondent], cache: Cache, stack: AsyncExitStack
) -> dict[str, Respondent]:
    """The respondents, with those that can say what shapes their answers behind the response cache."""
    stack.callback(cache.close)
    return {
        name: Cached(respondent, cache) if hasattr(respondent, "cache_key") else respondent
        for name, respondent in seats.items()
    }


def survey(study: Study, design: Design) -> int:
    """How many sessions the design has.

    Raises:
        ProtocolError: Two sessions share an id, or a condition has the name of a column of every table.
        UsageError: A seat names a respondent that the design does not have.
    """
    seen: set[str] = set()
    for session in _laid_out(study, design):
        if session.id in seen:
            raise ProtocolError(f"study {study.name!r} has two sessions {session.id!r}; ids must be unique.")
        seen.add(session.id)
        for key in session.condition:
            if key in COLUMNS and key != "language":
                raise ProtocolError(
                    f"condition {key!r} of session {session.id!r} has the name of a column of every table."
                )
        for sitting in session.seats.values():
            if sitting.respondent not in design.respondents:
                raise UsageError(str(UnknownName("respondent", sitting.respondent, design.respondents)))
    return len(seen)


def _laid_out(study: Study, design: Design) -> Iterator[Session]:
    try:
        yield from study.sessions(design)
    except HomophilyError:
        raise
    except Exception as error:
        raise ProtocolError(
            f"study {study.name!r} cannot lay out its sessions: {type(error).__name__}: {error}."
        ) from error


def _respondent(name: str, settings: Mapping[str, Any]) -> Respondent:
    kind, known = settings.get("kind"), catalogue.names("respondents")
    if kind is None:
        raise UsageError(f"respondents.{name}: `kind` is missing; one of: {', '.join(known)}.")
    model = catalogue.get("respondents", str(kind))
    try:
        respondent: Respondent = model(**{key: value for key, value in settings.items() if key != "kind"})
    except ValidationError as error:
        raise UsageError(complaint(error, model, within=f"respondents.{name}")) from error
    return respondent
