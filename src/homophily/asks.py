"""Asks and answers: the one exchange between a protocol and whoever sits in a seat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from homophily.items import Item, Reason, Value

__all__ = ["Answer", "Ask", "Message", "Persona", "Respondent", "Usage"]


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance a seat has heard or made.

    Attributes:
        speaker: The seat that spoke; `Ask.seat` itself for the respondent's own words.
        name: The speaker's displayed name.
        text: What was said.
    """

    speaker: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who a seat plays.

    Attributes:
        id: Identifies the agent across sessions; the unit of actor and partner effects.
        name: The name shown to others.
        profile: The ten values' target scores on the 1–6 scale, by code; empty for nobody in particular.
    """

    id: str
    name: str
    profile: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One item put to one seat, with all that shapes the answer.

    Attributes:
        session: The session's id.
        seat: The seat asked.
        path: Where in the protocol, unique within session and seat (``topic-1/turn-3``).
        item: What is asked.
        system: The role as the respondent reads it (persona, setting); empty for none.
        history: What this seat has heard and said, oldest first.
        temperature: Sampling temperature, for respondents that sample.
        max_tokens: Upper limit of the answer's length in tokens.
        seed: Fixed by study seed, session, seat and path; the only source of chance for an answer.
        persona: Who sits here. Known to synthetic respondents; a model only ever reads `system`.
        partner: Who is being talked to or rated, under the same rule.
    """

    session: str
    seat: str
    path: str
    item: Item
    system: str = ""
    history: tuple[Message, ...] = ()
    temperature: float = 0.0
    max_tokens: int = 512
    seed: int = 0
    persona: Persona | None = None
    partner: Persona | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an answer took.

    Attributes:
        prompt_tokens: Tokens read, as the server counts them.
        completion_tokens: Tokens written.
        cost: In the currency of the endpoint's price list (US dollars by default); None if unpriced.
        requests: HTTP requests made, retries included; 0 for a cached or in-process answer.
        seconds: From the first request to the readable answer, waiting for retries included.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    requests: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        value: The answer as the item reads it; None exactly when `missing` says why.
        missing: Why there is no value; None when there is one.
        raw: The respondent's own words, untouched.
        distribution: Probability of each option, where the respondent can tell.
        usage: Tokens, cost, requests and time.
        cached: Whether the answer came from the response cache.
        record: What else the record should keep: model as the server names it, parameters as sent,
            finish reason, events such as a retry or a fallback from structured output.
    """

    value: Value | None = None
    missing: Reason | None = None
    raw: str = ""
    distribution: Mapping[str, float] | None = None
    usage: Usage = Usage()
    cached: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.value is None) == (self.missing is None):
            raise ValueError("an answer has either a value or a reason for missing")


class Respondent(Protocol):
    """Whoever sits in a seat.

    A kind of respondent is one file in ``homophily/respondents``: a pydantic model whose fields are its
    settings in a design file, with this interface.
    """

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask.

        Raises:
            RespondentError: Nobody could be reached; the ask stays open and is asked again on resume.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...

    def describe(self) -> dict[str, Any]:
        """The effective settings for the record, without secrets."""
        ...
