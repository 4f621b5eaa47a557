"""Attention over a compact store: the kept queries see the kept keys before them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from homophily.filtering.capacity import Capacity
from homophily.filtering.store import CompactStore

__all__ = ["attend"]


def attend(
    queries: Tensor,
    store: CompactStore,
    slots: NDArray[np.int64],
    positions: NDArray[np.int64],
    *,
    scaling: float,
    window: int | None = None,
    capacity: Capacity | None = None,
) -> Tensor:
    """Causal attention of each query over its row's store, up to and with its own slot.

    Args:
        queries: ``(batch, query heads, tokens, dim)``, rotated.
        store: Keys and values, the queries' own among them.
        slots: Each query's own slot, ``(batch, tokens)``.
        positions: Each query's place in its sequence, ``(batch, tokens)``.
        scaling: Factor of the dot products.
        window: Tokens that a query looks back on, itself included; None for all.
        capacity: What the layer may hold when a query comes; None for all.

    Returns:
        ``(batch, query heads, tokens, dim)``; rows past a sequence's own count hold no meaning.
    """
    held = store.longest
    first, hidden = 0, None
    if window is not None or capacity is not None:
        first, hidden = _out_of_sight(store, slots, positions, window, capacity)
    keys, values = store.keys[:, :, first:held], store.values[:, :, first:held]
    tokens = slots.shape[1]
    mask = None
    # Left-aligned rows that start with the call share one triangle, whatever their lengths.
    causal = tokens > 1 and tokens == held - first and bool((slots[:, 0] == first).all()) and hidden is None
    if not causal and not (tokens == 1 and store.even and hidden is None):
        mask = torch.arange(first, held, device=queries.device) <= _on(slots, queries)[..., None]
        if hidden is not None:
            mask &= ~_on(hidden[..., first:], queries)
        mask = mask[:, None]
    groups = queries.shape[1] // keys.shape[1]
    if tokens == 1 and groups > 1:
        # A group's queries stand in line over their one KV head, so that its keys are read once.
        lined = queries.view(len(queries), -1, groups, queries.shape[-1])
        return F.scaled_dot_product_attention(lined, keys, values, attn_mask=mask, scale=scaling).view_as(
            queries
        )
    return F.scaled_dot_product_attention(
        queries, keys, values, attn_mask=mask, is_causal=causal, scale=scaling, enable_gqa=groups > 1
    )


def _out_of_sight(
    store: CompactStore,
    slots: NDArray[np.int64],
    positions: NDArray[np.int64],
    window: int | None,
    capacity: Capacity | None,
) -> tuple[int, NDArray[np.bool_] | None]:
    """The first slot that any query sees, and which slots each query must not, ``(batch, tokens, held)``."""
    held = store.longest
    if window is not None and positions.max() - store.positions[:, :held].min() < window:
        window = None
    if window is None and capacity is None:
        return 0, None
    hidden = np.zeros((*slots.shape, held), dtype=bool)
    if window is not None:
        hidden |= positions[..., None] - store.positions[:, None, :held] >= window
    if capacity is not None:
        recent = capacity.at(positions + 1) - capacity.sinks
        slot = np.arange(held)
        hidden |= (slot >= capacity.sinks) & (slot <= (slots - recent)[..., None])
    if slots.shape[1] == 1 and store.even:
        # One query a row: what all rows have left behind is a slice, no mask.
        first = int((~hidden[0, 0]).argmax())
        if not hidden[..., first:].any() and hidden[..., :first].all():
            return first, None
    return 0, hidden if hidden.any() else None


def _on(table: NDArray[np.int64] | NDArray[np.bool_], like: Tensor) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(table)).to(like.device)
