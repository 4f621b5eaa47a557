"""How many tokens can be kept at most: known from the settings alone, before anything is computed."""

from __future__ import annotations

from homophily.filtering.state import Policy

__all__ = ["most_kept"]

#: Rules that spare no token; another might, and then a quota is not met.
_SPARING_NONE = ("joint", "key", "mean", "random", "value")


def most_kept(tokens: int, policy: Policy) -> int:
    """The most that any row keeps of up to `tokens` more, wherever it stands in its warm-up and blocks.

    With the exact quota every whole block among them filters `quota` tokens, and the worst start is a warm-up
    yet to come, or a block just past its filtered tokens. The other thresholds promise no count, nor does a
    rule that may spare tokens: all of them.
    """
    control = policy.control
    if control.method != "topk" or getattr(policy.rule, "__name__", "") not in _SPARING_NONE:
        return tokens
    worst = max(control.warmup, control.block - 1)
    blocks = (tokens - worst) // control.block
    if blocks <= 0:
        return tokens
    # A row that has fewer tokens may keep more: it stops just before its block filters the rest of its quota.
    before = worst + blocks * control.block - 1 - control.quota * (blocks - 1)
    return max(tokens - control.quota * blocks, before)
