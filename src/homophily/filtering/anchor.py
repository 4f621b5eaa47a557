"""Anchors: exponential averages of keys and values, and each token's likeness to them.

Lee et al. (2025), arXiv 2512.07090: ``Anchor <- gamma * Anchor + (1 - gamma) * current``, per layer and KV
head.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

__all__ = ["anchors_before", "likeness"]
__references__ = ("lee2025",)

#: Tokens a block; within it the average is one matrix product, between blocks a carried state.
BLOCK = 32


def anchors_before(tokens: Tensor, carried: Tensor, gamma: float) -> Tensor:
    """The anchor that each token meets: the average of all before it.

    A scan in two matrix products: within blocks, and over the blocks' carried states. In exact arithmetic it
    equals the recurrence, however the tokens are split into calls.

    Args:
        tokens: Keys or values, ``(..., tokens, width)``, float32.
        carried: The anchor before the first of them, ``(..., width)``.
        gamma: Share of the old anchor kept at each token, in [0, 1).

    Returns:
        ``(..., tokens, width)``; *after* token t it is ``gamma * out[t] + (1 - gamma) * tokens[t]``.
    """
    count, width = tokens.shape[-2:]
    if count == 1:
        return carried.unsqueeze(-2)
    size = min(BLOCK, count)
    blocks = -(-count // size)
    if count != blocks * size:
        tokens = torch.nn.functional.pad(tokens, (0, 0, 0, blocks * size - count))
    tokens = tokens.reshape(*tokens.shape[:-2], blocks, size, width)
    within, ends, powers = _weights(size, gamma, tokens.device, tokens.dtype)
    between, _, far = _weights(blocks, gamma**size, tokens.device, tokens.dtype)
    starts = between @ (ends @ tokens) + far[:, None] * carried.unsqueeze(-2)
    before = (1 - gamma) * within @ tokens
    before.addcmul_(powers[:, None], starts.unsqueeze(-2))
    return before.flatten(-3, -2)[..., :count, :]


def likeness(tokens: Tensor, anchors: Tensor) -> Tensor:
    """Cosine of each token with its anchor over the last dimension, in [-1, 1]; 0 if either is zero."""
    dots = (tokens * anchors).sum(-1)
    sizes = torch.linalg.vector_norm(tokens, dim=-1) * torch.linalg.vector_norm(anchors, dim=-1)
    return dots.div_(sizes.clamp_(min=1e-12))


@lru_cache(maxsize=64)
def _weights(
    size: int, gamma: float, device: torch.device, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """``gamma ** (t - 1 - i)`` for i < t; a block's weights in the state after it; ``gamma ** t``."""
    steps = torch.arange(size, dtype=torch.float64)
    lag = steps[:, None] - 1 - steps
    decay = torch.where(lag >= 0, gamma ** lag.clamp(min=0), torch.zeros((), dtype=torch.float64))
    ends = (1 - gamma) * gamma ** (size - 1 - steps)
    decay, ends, powers = (part.to(device, dtype) for part in (decay, ends, gamma**steps))
    return decay, ends, powers
