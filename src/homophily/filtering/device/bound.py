"""How many tokens can be kept at most: known from the settings alone, before anything is computed."""

from __future__ import annotations

from homophily.filtering.threshold import Control

__all__ = ["most_kept"]


def most_kept(tokens: int, control: Control) -> int:
    """The most that any row keeps of `tokens` more, wherever it stands in its warm-up and blocks.

    With the exact quota every whole block among them filters `quota` tokens, and the worst start is a warm-up
    yet to come, or a block just past its filtered tokens. The other thresholds promise no count: all of them.
    """
    if control.method != "topk":
        return tokens
    worst = max(control.warmup, control.block - 1)
    return tokens - control.quota * max(0, (tokens - worst) // control.block)
