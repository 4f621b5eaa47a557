"""Prefill without host waits: kept tokens gathered into a shape known beforehand, then causal attention."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from homophily.filtering.device.store import StaticStore

__all__ = ["attend", "compact", "rows", "scatter"]


def compact(keep: Tensor, places: int) -> Tensor:
    """Where each row's kept tokens are, in order.

    Args:
        keep: ``(batch, tokens)``.
        places: Width of the answer; no row keeps more.

    Returns:
        ``(batch, places)``, int64; past a row's own count it holds 0.
    """
    slot = torch.where(keep, keep.cumsum(1) - 1, places)
    own = torch.arange(keep.shape[1], device=keep.device).expand_as(slot)
    found = torch.zeros((len(keep), places + 1), dtype=torch.int64, device=keep.device)
    return found.scatter(1, slot, own)[:, :places]


def rows(table: Tensor, picked: Tensor) -> Tensor:
    """Gather along tokens: ``(batch, tokens, width)`` at ``(batch, picked)``."""
    return table.gather(1, picked[..., None].expand(-1, -1, table.shape[-1]))


def scatter(projected: Tensor, picked: Tensor, counts: Tensor, tokens: int) -> Tensor:
    """Put each row's first ``counts[b]`` outputs back in their places; zero elsewhere.

    Gives ``(batch, tokens, width)``, the inverse of `rows`; what lies past a row's count is dropped.
    """
    batch, places, width = projected.shape
    real = torch.arange(places, device=picked.device) < counts[:, None]
    index = torch.where(real, picked, tokens)[..., None].expand(-1, -1, width)
    return projected.new_zeros((batch, tokens + 1, width)).scatter(1, index, projected)[:, :tokens]


def attend(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    positions: Tensor,
    past: StaticStore | None,
    *,
    scaling: float,
    window: int | None,
) -> Tensor:
    """Causal attention of the compact sequence over itself and over what the store held before.

    Args:
        queries: ``(batch, query heads, places, dim)``, rotated.
        keys: ``(batch, KV heads, places, dim)``, rotated.
        values: Likewise.
        positions: Places in their sequence, padding not counted, ``(batch, places)``.
        past: The store before these tokens; None if it was empty.
        scaling: Factor of the dot products.
        window: Tokens that a query looks back on, itself included; None for all.
    """
    places = keys.shape[2]
    mask = None
    if past is not None or window is not None:
        steps = torch.arange(places, device=keys.device)
        mask = (steps[:, None] >= steps)[None]
        if window is not None:
            mask = mask & (positions[:, :, None] - positions[:, None] < window)
            # Tokens past a row's count hold no position; each sees itself, so that none is NaN.
            mask = mask | torch.eye(places, dtype=torch.bool, device=keys.device)
        if past is not None:
            held, before = past.held()[:, None], past.positions[:, None, : past.capacity]
            if window is not None:
                held = held & (positions[..., None] - before < window)
            mask = torch.cat([held.expand(-1, places, -1), mask.expand(len(keys), -1, -1)], -1)
            keys = torch.cat([past.keys[:, :, : past.capacity], keys], 2)
            values = torch.cat([past.values[:, :, : past.capacity], values], 2)
        mask = mask[:, None]
    return F.scaled_dot_product_attention(
        queries,
        keys,
        values,
        attn_mask=mask,
        is_causal=mask is None,
        scale=scaling,
        enable_gqa=queries.shape[1] != keys.shape[1],
    )
