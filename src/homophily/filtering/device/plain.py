"""The device path in torch's own operations: what runs without Triton, and what the kernels are held to."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from homophily.filtering.device.store import StaticStore
from homophily.filtering.device.threshold import decide

__all__ = ["attend_one", "decide"]


def attend_one(
    queries: Tensor,
    store: StaticStore,
    keep: Tensor,
    before: Tensor,
    *,
    scaling: float,
    window: int | None,
) -> Tensor:
    """Attention of one query a row over its store; rows that are not kept hold zero.

    Args:
        queries: ``(batch, query heads, 1, dim)``, rotated.
        store: The queries' own keys and values among the others.
        keep: ``(batch,)``.
        before: Tokens of each row before the query, ``(batch,)``.
        scaling: Factor of the dot products.
        window: Tokens that a query looks back on, itself included; None for all.

    Returns:
        ``(batch, query heads, 1, dim)``.
    """
    capacity = store.capacity
    sight = store.held()
    if window is not None:
        sight = sight & (before[:, None] - store.positions[:, :capacity] < window)
    # A row without any key would be NaN; slot 0 is shown to it and the result dropped.
    first = torch.arange(capacity, device=sight.device) == 0
    sight = sight | (~keep[:, None] & first)
    groups = queries.shape[1] // store.keys.shape[1]
    # A group's queries stand in line over their one KV head, so that its keys are read once.
    lined = queries.reshape(len(queries), -1, groups, queries.shape[-1])
    heads = F.scaled_dot_product_attention(
        lined,
        store.keys[:, :, :capacity],
        store.values[:, :, :capacity],
        attn_mask=sight[:, None, None],
        scale=scaling,
    )
    return torch.where(keep[:, None, None, None], heads.reshape(queries.shape), 0.0)
