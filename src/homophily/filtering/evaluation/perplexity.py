"""Perplexity of a text, by sliding windows: how well the next token is predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homophily.errors import UsageError
from homophily.filtering.evaluation._document import Document, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._measure import Metric, Source
from homophily.filtering.evaluation._windows import missing_text, windows

__all__ = ["perplexity"]
__references__ = ("baevski2019",)


@dataclass(frozen=True, kw_only=True)
class Perplexity:
    """``exp`` of the mean negative log-likelihood a token.

    Windows of `window` tokens move by `stride`; each scores the tokens that the one before did not reach, so
    every token but a text's first is scored once, with at least ``window - stride`` tokens before it from the
    second window on (the strided evaluation of Baevski & Auli 2019; the procedure of Hugging Face's guide).

    Attributes:
        window: Tokens a window; 0 for the model's length, at most 2,048.
        stride: Tokens by which it moves; 0 for half the window.
    """

    window: int = 0
    stride: int = 0

    metrics = (Metric("perplexity", "nll", "tokens", "Perplexity", "exp", "lower"),)
    beside_dense = False
    unasked = True

    def at_hand(self, source: Source) -> str:
        """What is missing."""
        return missing_text(source)

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """The windows."""
        window = self.window or min(source.length, 2048)
        stride = self.stride or max(1, window // 2)
        if not 1 <= stride <= window or not 2 <= window <= source.length:
            raise UsageError(
                f"perplexity: window {window} and stride {stride} must hold 1 <= stride <= window <= "
                f"{source.length}, the model's length."
            )
        return windows(source, encoder, window=window, stride=stride)

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Negative log-likelihood in nats, and tokens."""
        return {"nll": -sum(s.logprob for s in scored), "tokens": float(sum(s.tokens for s in scored))}


perplexity = Perplexity()
