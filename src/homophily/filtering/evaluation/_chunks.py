"""Perplexity on separate sequences of one length, the protocol of the pruning papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from homophily.errors import UsageError
from homophily.filtering.evaluation._document import Document, Request, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._files import texts
from homophily.filtering.evaluation._measure import Metric, Source
from homophily.filtering.evaluation._windows import missing_text
from homophily.seeds import generator

__all__ = ["Chunks"]
__references__ = ("le2025", "lee2025")


@dataclass(frozen=True, kw_only=True)
class Chunks:
    """All texts in one piece, cut into sequences of `length` tokens, each read from nothing.

    A sequence's first token is only read. Nothing is set before a sequence but at the very start, where the
    tokenizer does. Probe Pruning (Le et al. 2025, ICLR) and Lee et al. (2025) report WikiText-2 test this
    way; texts are joined by an empty line.

    Attributes:
        length: Tokens a sequence.
        offsets: ``in_order``: one after another, the rest dropped; ``random``: as many, at places drawn with
            repetition (as Probe Pruning's released code does by default).
        seed: Of the places drawn.
    """

    length: int
    offsets: Literal["in_order", "random"] = "in_order"
    seed: int = 0

    metrics = (Metric("perplexity", "nll", "tokens", "Perplexity", "exp", "lower"),)
    beside_dense = False
    unasked = False

    def at_hand(self, source: Source) -> str:
        """What is missing."""
        return missing_text(source)

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """The sequences."""
        assert source.text is not None
        if not 2 <= self.length <= source.length:
            raise UsageError(f"length {self.length} must be from 2 to {source.length}, the model's length.")
        tokens = encoder.tokens("\n\n".join(texts(source.text)))
        count = len(tokens) // self.length
        if not count:
            raise UsageError(f"{str(source.text)!r} has {len(tokens)} tokens, under one of {self.length}.")
        places = [at * self.length for at in range(count)]
        if self.offsets == "random":
            drawn = generator("chunks", self.seed).integers(len(tokens) - self.length + 1, size=count)
            places = [int(place) for place in drawn]
        return [
            Document(f"{number}:{place}", (Request((tokens[place],), tuple(rest)),))
            for number, place in enumerate(places)
            for rest in [tokens[place + 1 : place + self.length]]
        ]

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Negative log-likelihood in nats, and tokens."""
        return {"nll": -sum(s.logprob for s in scored), "tokens": float(sum(s.tokens for s in scored))}
