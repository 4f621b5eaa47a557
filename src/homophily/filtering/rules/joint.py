"""Keys and values together, each weighted by the other's variance across heads (Lee et al. 2025)."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["joint"]
__references__ = ("lee2025",)


def joint(keys: Tensor, values: Tensor, *, penalty: float = 0.0, **_: object) -> Tensor:
    """Variance-aware fusion of key and value likeness.

    The signal that varies more across heads gets the smaller weight: with ``w = var_v / (var_k + var_v)`` the
    score is ``w * mean(keys) + (1 - w) * mean(values)``, less `penalty` times the fused standard deviation.
    One head, or no variance in either, weighs both alike.

    Args:
        keys: Likeness of keys to their anchor, ``(batch, heads, tokens)``.
        values: Likeness of values, likewise.
        penalty: Cost of disagreement among heads, at least 0.

    Returns:
        Redundancy, ``(batch, tokens)``.
    """
    spread_k, mean_k = _spread(keys)
    spread_v, mean_v = _spread(values)
    weight = spread_v / (spread_k + spread_v)
    fused = torch.lerp(mean_v, mean_k, weight)
    if penalty:
        fused = fused - penalty * (weight**2 * spread_k + (1 - weight) ** 2 * spread_v).sqrt()
    return fused


def _spread(likeness: Tensor) -> tuple[Tensor, Tensor]:
    """Variance across heads, never quite zero, and mean; `torch.var_mean` takes twenty times as long here."""
    mean = likeness.mean(1)
    return (likeness - mean.unsqueeze(1)).square_().mean(1).add_(1e-8), mean
