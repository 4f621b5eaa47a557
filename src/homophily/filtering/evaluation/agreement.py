"""Agreement with the dense model: the same first choice, and how far the distributions part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homophily.filtering.evaluation._document import Document, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._measure import Metric, Source
from homophily.filtering.evaluation._windows import missing_text
from homophily.filtering.evaluation.perplexity import perplexity

__all__ = ["agreement"]
__references__ = ("own",)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Dense and filtered model side by side over the windows of `perplexity`.

    Agreement is the share of tokens at which both models' first choices are the same; divergence the mean
    ``KL(dense || filtered)`` of the next-token distributions, in nats a token.

    Attributes:
        window: Tokens a window; 0 for the model's length, at most 2,048.
        stride: Tokens by which it moves; 0 for half the window.
    """

    window: int = 0
    stride: int = 0

    metrics = (
        Metric("agreement", "agreeing", "tokens", "Agreement with dense"),
        Metric("kl", "divergence", "tokens", "KL from dense, nats", better="lower"),
    )
    beside_dense = True
    unasked = True

    def at_hand(self, source: Source) -> str:
        """What is missing."""
        return missing_text(source)

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """The windows."""
        return type(perplexity)(window=self.window, stride=self.stride).documents(source, encoder)

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Tokens, those agreeing, and divergence in nats."""
        return {
            "agreeing": sum(s.agreeing for s in scored),
            "divergence": sum(s.divergence for s in scored),
            "tokens": float(sum(s.tokens for s in scored)),
        }


agreement = Agreement()
