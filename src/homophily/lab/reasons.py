"""Reasons: why a run stops before its end, in the line that is shown."""

from __future__ import annotations

from homophily.errors import HomophilyError, Interrupted, RespondentError

__all__ = ["failed", "interrupted", "lost"]

_KEPT = "What was answered is kept; the same command goes on."


def interrupted() -> Interrupted:
    """Ctrl-C or SIGTERM."""
    return Interrupted("stopped; all answers are kept. The same command goes on where this one stopped.")


def failed(count: int, last: HomophilyError) -> RespondentError:
    """So many sessions in a row failed."""
    return RespondentError(f"{count} sessions in a row failed, the last with: {last} {_KEPT}")


def lost(count: int, last: str) -> RespondentError:
    """So many workers of a cluster in a row were lost."""
    return RespondentError(
        f"{count} workers in a row were lost before a session was finished, the last one: {last}. {_KEPT}"
    )
