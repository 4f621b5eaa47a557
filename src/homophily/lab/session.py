"""Sessions: one independent play of a protocol, fixed before anyone is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homophily.asks import Persona

__all__ = ["Scalar", "Seat", "Session"]

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A place at the table.

    Attributes:
        respondent: Name of the respondent in the design's ``[respondents]``.
        persona: Who is played there.
        system: The role as a model reads it.
    """

    respondent: str
    persona: Persona
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One independent play of a protocol.

    Attributes:
        id: Unique within the run, readable, stable under growth of the design (``en/pair-0017``).
        language: ISO 639-1 code.
        condition: What sets this session apart; becomes columns of every table.
        seats: By seat name.
    """

    id: str
    language: str
    seats: Mapping[str, Seat]
    condition: Mapping[str, Scalar] = field(default_factory=dict)
