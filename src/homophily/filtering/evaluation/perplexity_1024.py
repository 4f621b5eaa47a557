"""Perplexity on separate sequences of 1024 tokens, the length named in Probe Pruning's released settings."""

from __future__ import annotations

from homophily.filtering.evaluation._chunks import Chunks

__all__ = ["perplexity_1024"]
__references__ = ("le2025",)

perplexity_1024 = Chunks(length=1024)
