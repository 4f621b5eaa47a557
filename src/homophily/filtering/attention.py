"""Attention over a compact store: the kept queries see the kept keys before them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from homophily.filtering.store import CompactStore

__all__ = ["attend"]


def attend(
    queries: Tensor,
    store: CompactStore,
    slots: Tensor,
    positions: Tensor,
    *,
    scaling: float,
    window: int | None = None,
) -> Tensor:
    """Causal attention of each query over its row's store, up to and with its own slot.

    Args:
        queries: ``(batch, query heads, tokens, dim)``, rotated.
        store: Keys and values, the queries' own among them.
        slots: Each query's own slot, ``(batch, tokens)``.
        positions: Each query's place in its padded sequence, ``(batch, tokens)``.
        scaling: Factor of the dot products.
        window: Tokens that a query looks back on, itself included; None for all.

    Returns:
        ``(batch, query heads, tokens, dim)``; rows past a sequence's own count hold no meaning.
    """
    held = store.longest
    keys, values = store.keys[:, :, :held], store.values[:, :, :held]
    rows, tokens = slots.shape
    even = rows == 1 or bool((store.lengths == held).all())
    in_window = window is None or int(positions.max() - store.positions[:, :held].min()) < window
    causal, mask = False, None
    if even and in_window and tokens == held:
        causal = tokens > 1
    elif not (even and in_window and tokens == 1):
        mask = torch.arange(held, device=slots.device) <= slots[..., None]
        if window is not None:
            mask &= positions[..., None] - store.positions[:, None, :held] < window
        mask = mask[:, None]
    return F.scaled_dot_product_attention(
        queries,
        keys,
        values,
        attn_mask=mask,
        is_causal=causal,
        scale=scaling,
        enable_gqa=queries.shape[1] != keys.shape[1],
    )
