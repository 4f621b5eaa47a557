"""Perplexity on separate sequences of 128 tokens, the length of Lee et al. (2025)."""

from __future__ import annotations

from homophily.filtering.evaluation._chunks import Chunks

__all__ = ["perplexity_128"]
__references__ = ("lee2025",)

perplexity_128 = Chunks(length=128)
