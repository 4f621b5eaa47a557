"""The errors a user can meet, as one tree.

    HomophilyError                 something the user can mend; printed as one line, without a traceback
    ├── UsageError        exit 2   a wrong word: an unknown name, a setting out of range, a bad file
    │   └── UnknownName            a name no catalogue knows; says the nearest ones
    ├── DataError         exit 3   a file or store that cannot be read as what it claims to be
    │   └── Unreachable            a store whose server is away, or takes no connection for the moment
    ├── RespondentError   exit 4   whoever sits in a seat cannot be reached or refuses to serve
    ├── BudgetReached     exit 5   the limit in money, tokens or asks is spent; resume with a larger one
    ├── ProtocolError     exit 70  a study's own fault: the same ask made twice, an unrecorded draw
    └── Interrupted       exit 130 stopped by Ctrl-C or SIGTERM; what was answered is kept

An *unreadable answer* is no error: it is recorded as missing, with its reason (`homophily.asks.Answer`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "BudgetReached",
    "DataError",
    "HomophilyError",
    "Interrupted",
    "ProtocolError",
    "RespondentError",
    "UnknownName",
    "Unreachable",
    "UsageError",
]


class HomophilyError(Exception):
    """Something the user can mend. The message says what is wrong, where, and how to mend it."""

    exit_code = 1


class UsageError(HomophilyError):
    """A wrong word: an unknown name, a setting out of range, a file that does not fit its schema."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that no catalogue knows.

    Args:
        kind: What was looked for, as a singular noun ("study").
        name: The name as the user wrote it.
        known: The names that would have been right.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
        hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
        super().__init__(f"no {kind} named {name!r}.{hint} Known: {', '.join(names) or 'none'}.")


class DataError(HomophilyError):
    """A file or store that cannot be read as what it claims to be."""

    exit_code = 3


class Unreachable(DataError):
    """A store whose server is away; it may come back, and what was answered is kept there.

    Args:
        store: Its URL, without a password.
        said: What was said when it was tried.
    """

    def __init__(self, store: str, said: str) -> None:
        self.short = f"the store {store} is away ({said.rstrip('.')})"
        super().__init__(
            f"the store {store} cannot be reached ({said.rstrip('.')}): see that its server is up, then give "
            "the same command again; what was answered is kept."
        )


class RespondentError(HomophilyError):
    """A respondent that cannot be reached, or will not serve; the ask stays unanswered and can be resumed."""

    exit_code = 4


class BudgetReached(HomophilyError):
    """The limit in money, tokens or asks is spent; what was answered is kept."""

    exit_code = 5


class ProtocolError(HomophilyError):
    """A fault of a study's protocol, such as one ask made twice."""

    exit_code = 70


class Interrupted(HomophilyError):
    """Stopped by Ctrl-C or a termination signal; what was answered is kept."""

    exit_code = 130
