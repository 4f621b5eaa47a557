"""Control: tokens filtered at random, at the same ratio."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["random"]
__references__ = ("own",)


def random(keys: Tensor, values: Tensor, *, position: Tensor, seed: int, **_: object) -> Tensor:
    """Uniform scores fixed by seed and position, so that prefill and decoding decide alike.

    Args:
        keys: Ignored but for its device.
        values: Ignored.
        position: Each token's place in its sequence, ``(batch, tokens)``, from 0.
        seed: Differs between layers.

    Returns:
        Scores in [0, 1), ``(batch, tokens)``.
    """
    mixed = (position.to(torch.int64) + 1) * 0x9E3779B1 + seed % 0x7FFFFFFF
    for shift, factor in ((16, 0x45D9F3B), (15, 0x45D9F3B), (16, 1)):
        mixed = ((mixed ^ (mixed >> shift)) * factor) & 0xFFFFFFFF
    return (mixed.to(torch.float64) / 2**32).to(torch.float32)
