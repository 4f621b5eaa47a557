"""Control: the most recent tokens stay in the cache, by position alone, at the same share."""

from __future__ import annotations

import math

from torch import Tensor

from homophily.filtering.capacity import Capacity

__all__ = ["recent"]
__references__ = ("xiao2023",)


class _Recent:
    """Every token attends; the layer then holds the first four tokens and the latest, as StreamingLLM does.

    A rule decides at a token's arrival, when every token is the most recent: position alone would filter
    none. So this control spends its rate on the cache. After n tokens a layer holds ``ceil((1 - rate) * n)``
    of them, as one does whose rule has filtered at that rate, and later queries meet no other.
    """

    def __call__(self, keys: Tensor, values: Tensor, **_: object) -> Tensor:
        """Minus infinity, ``(batch, tokens)``: none is filtered at its arrival."""
        return keys.new_full((keys.shape[0], keys.shape[2]), -math.inf)

    def capacity(self, rate: float) -> Capacity:
        """The share that a filtering rule would have kept."""
        return Capacity(share=1 - rate)


recent = _Recent()
