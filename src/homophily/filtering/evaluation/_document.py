"""Documents and requests: what is scored, and what a score says."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Document", "Pair", "Request", "Scored"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Words to be scored after others, not yet tokens.

    Attributes:
        context: May be empty.
        continuation: With the space that parts it from the context.
    """

    context: str
    continuation: str


@dataclass(frozen=True, slots=True)
class Request:
    """Tokens to be scored after others.

    Attributes:
        context: Tokens before them; at least one.
        continuation: The tokens whose log-probability is asked; at least one.
    """

    context: tuple[int, ...]
    continuation: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A request's score.

    Attributes:
        logprob: Log-probability of the continuation, in nats.
        greedy: Whether each of its tokens is the model's first choice, and greedy decoding so would write it.
        tokens: Its length.
        attained: Share of attention skipped over all layers in this sequence; 0 for the dense model.
        divergence: Kullback-Leibler divergence of the filtered from the dense next-token distribution, summed
            over the continuation, in nats; NaN where the dense model was not run beside.
        agreeing: Tokens of the continuation at which both models' first choices agree; NaN likewise.
    """

    logprob: float
    greedy: bool
    tokens: int
    attained: float = 0.0
    divergence: float = float("nan")
    agreeing: float = float("nan")


@dataclass(frozen=True, slots=True)
class Document:
    """What is scored as one: an item, or a window of text.

    Attributes:
        id: Its name within the measure, the same in every run on the same data.
        requests: What is scored.
        groups: Groups that it is also counted in, such as an MMLU subject.
        gold: The right choice, where there is one.
        lengths: Characters of each choice, for length-normalised accuracy.
        cluster: What it is drawn together with when intervals are made, such as the text that a window is
            from; itself alone if empty.
    """

    id: str
    requests: tuple[Pair | Request, ...]
    groups: tuple[str, ...] = ()
    gold: int | None = None
    lengths: tuple[int, ...] = ()
    cluster: str = ""
