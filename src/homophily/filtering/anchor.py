"""Anchors: exponential averages of keys and values, and each token's likeness to them.

Lee et al. (2025), arXiv 2512.07090: ``Anchor <- gamma * Anchor + (1 - gamma) * current``, per layer and KV
head.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["anchors_before", "likeness"]

#: Tokens a block; within it the average is one matrix product, between blocks a carried state.
BLOCK = 64


def anchors_before(tokens: Tensor, carried: Tensor, gamma: float) -> Tensor:
    """The anchor that each token meets: the average of all before it.

    A scan in two matrix products: within blocks, and over the blocks' carried states. In exact arithmetic it
    equals the recurrence, however the tokens are split into calls.

    Args:
        tokens: Keys or values, ``(batch, heads, tokens, dim)``, float32.
        carried: The anchor before the first of them, ``(batch, heads, dim)``.
        gamma: Share of the old anchor kept at each token, in [0, 1).

    Returns:
        ``(batch, heads, tokens, dim)``; *after* token t it is ``gamma * out[t] + (1 - gamma) * tokens[t]``.
    """
    count = tokens.shape[-2]
    if count == 1:
        return carried.unsqueeze(-2)
    size = min(BLOCK, count)
    blocks = -(-count // size)
    padded = F.pad(tokens, (0, 0, 0, blocks * size - count))
    padded = padded.reshape(*padded.shape[:2], blocks, size, padded.shape[-1])
    steps = torch.arange(size, device=tokens.device)
    within = _decay(size, gamma, tokens) * (1 - gamma)
    ends = (1 - gamma) * torch.einsum("c,bhkcd->bhkd", gamma ** (size - 1 - steps).to(tokens.dtype), padded)
    starts = torch.einsum("jk,bhkd->bhjd", _decay(blocks, gamma**size, tokens), ends)
    powers = gamma ** (size * torch.arange(blocks, device=tokens.device)).to(tokens.dtype)
    starts = starts + powers[:, None] * carried.unsqueeze(-2)
    before: Tensor = within @ padded + (gamma ** steps.to(tokens.dtype))[:, None] * starts.unsqueeze(-2)
    return torch.flatten(before, -3, -2)[..., :count, :]


def likeness(tokens: Tensor, anchors: Tensor) -> Tensor:
    """Cosine of each token with its anchor, ``(batch, heads, tokens)``, in [-1, 1]; 0 if either is zero."""
    return F.cosine_similarity(tokens, anchors, dim=-1)


def _decay(size: int, gamma: float, like: Tensor) -> Tensor:
    """Lower triangle of ``gamma ** (t - 1 - i)`` for i < t."""
    steps = torch.arange(size, device=like.device)
    lag = steps[:, None] - 1 - steps[None, :]
    return torch.where(lag >= 0, gamma ** lag.clamp(min=0).to(like.dtype), like.new_zeros(()))
