"""A bound on what a layer holds: beyond it the oldest tokens leave, the first few aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Capacity", "Evicts"]
__references__ = ("xiao2023",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many tokens a layer holds at most, told by those it has seen; the form is StreamingLLM's.

    Xiao et al. (2023), arXiv 2309.17453: the first tokens ("sinks") and the most recent ones stay. A query
    that is token n of its sequence meets what the layer may hold once it has seen n tokens, the query's own
    token included; so prefill in one piece masks what decoding has dropped.

    Attributes:
        share: Of the tokens seen, in (0, 1].
        tokens: Never more than these; None for no such bound.
        sinks: First tokens that always stay.
    """

    share: float = 1.0
    tokens: int | None = None
    sinks: int = 4

    def at(self, seen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tokens held at most once `seen` have been seen; never fewer than the sinks and one more."""
        held = np.ceil(self.share * seen - 1e-9).astype(np.int64)
        if self.tokens is not None:
            held = np.minimum(held, self.tokens)
        return np.asarray(np.maximum(held, self.sinks + 1))


@runtime_checkable
class Evicts(Protocol):
    """A rule that filters no token at its arrival, and meets its rate by taking old ones out of the cache."""

    def capacity(self, rate: float) -> Capacity:
        """What a layer may hold at a target rate."""
        ...
