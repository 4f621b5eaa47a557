"""Requests and results: what an engine is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from homophily.errors import RespondentError, UsageError

__all__ = [
    "ContextFull",
    "Generated",
    "Overloaded",
    "Piece",
    "Prompt",
    "Sampling",
    "Scored",
    "Spent",
    "Token",
]


class ContextFull(UsageError):
    """A prompt that leaves no room in the model's context."""


class Overloaded(RespondentError):
    """More requests wait than the engine takes; the same request may be sent again later."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in the model's tokens.

    Attributes:
        ids: Token ids, special ones included.
        borders: Lengths of beginnings that other prompts are likely to share, ascending.
        lead: What stands before an answer's words: a space after a plain template's ``Assistant:``.
        stops: Strings that end an answer by the template's form.
    """

    ids: tuple[int, ...]
    borders: tuple[int, ...] = ()
    lead: str = ""
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a text is drawn.

    Attributes:
        max_tokens: Upper limit of the text's length; less where the context ends earlier.
        temperature: 0 takes the likeliest token each time.
        top_p: Draw among the likeliest tokens that together reach this probability, in (0, 1].
        seed: The only source of chance: equal prompt, settings and seed give equal text.
        stop: Strings that end the text; they are not part of it.
        logprobs: Likeliest tokens to tell at each place, 0 for the chosen one alone; None for no
            log-probabilities.
    """

    max_tokens: int = 256
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    logprobs: int | None = None

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise UsageError(f"max_tokens must be at least 1, not {self.max_tokens}.")
        if not 0 <= self.temperature < 1e3:
            raise UsageError(f"temperature must be at least 0, not {self.temperature!r}.")
        if not 0 < self.top_p <= 1:
            raise UsageError(f"top_p must be in (0, 1], not {self.top_p!r}.")
        if any(not text for text in self.stop):
            raise UsageError("a stop string must not be empty.")


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its natural log-probability before temperature, and the likeliest ones at its place."""

    id: int
    text: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a request took.

    Attributes:
        prompt_tokens: Tokens of the prompt.
        shared_tokens: Those among them that had been computed for an earlier request.
        completion_tokens: Tokens written or, for a score, tokens of options read.
        attended: Attention steps, layer by layer and token by token, that the request's sequence holds.
        filtered: Those among them that the filter skipped.
        saved_bytes: Bytes of keys and values that the filter kept out of the cache.
        seconds: From arrival to the end, waiting included.
        computed: Seconds of the model's steps that were this request's. A step's time is shared by tokens
            among those it serves, so that all requests together have what the model took.
    """

    prompt_tokens: int = 0
    shared_tokens: int = 0
    completion_tokens: int = 0
    attended: int = 0
    filtered: int = 0
    saved_bytes: int = 0
    seconds: float = 0.0
    computed: float = 0.0

    @property
    def ratio(self) -> float:
        """Share of attention over all layers that the filter skipped."""
        return self.filtered / self.attended if self.attended else 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as they come: new text, its tokens where log-probabilities were asked for."""

    text: str
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A text.

    Attributes:
        text: The words, without stop strings and special tokens.
        finish: ``stop`` where the model or a stop string ended it, ``length`` at the limit.
        ids: Its token ids, the ending one included.
        tokens: With log-probabilities, where asked for.
        spent: What it took.
    """

    text: str
    finish: str
    ids: tuple[int, ...]
    tokens: tuple[Token, ...] = ()
    spent: Spent = field(default_factory=Spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """How likely each option is as the beginning of the answer.

    Attributes:
        logprobs: Natural log of the probability that the answer begins with the option and with no longer
            option that begins with it, in the options' order.
        spent: What it took.
    """

    logprobs: Sequence[float]
    spent: Spent = field(default_factory=Spent)

    @property
    def mass(self) -> float:
        """Probability that the answer begins with any of the options."""
        from math import exp

        return min(sum(exp(each) for each in self.logprobs), 1.0)

    def distribution(self, temperature: float = 1.0) -> list[float]:
        """The options' probabilities given that one of them is said, summing to 1.

        Args:
            temperature: Divides the log-probabilities; above 0.
        """
        from math import exp, inf

        most = max(self.logprobs)
        if most == -inf:
            return [1 / len(self.logprobs)] * len(self.logprobs)
        weights = [exp((each - most) / temperature) for each in self.logprobs]
        return [weight / sum(weights) for weight in weights]
