"""The device path in torch's own operations: what runs without Triton, and what the kernels are held to."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from homophily.filtering.anchor import anchors_before, likeness
from homophily.filtering.device.state import DeviceState
from homophily.filtering.device.store import StaticStore
from homophily.filtering.device.threshold import decide
from homophily.filtering.state import Policy

__all__ = ["attend_one", "decide_one", "project", "scan", "score"]

scan = decide


def score(state: DeviceState, keys: Tensor, values: Tensor, counts: Tensor, policy: Policy) -> Tensor:
    """Redundancy of each row's next tokens; moves the anchors on, and nothing else.

    Args:
        state: Changed in place.
        keys: ``(batch, heads, tokens, dim)``, real tokens first.
        values: Likewise.
        counts: Real tokens of each row, ``(batch,)``, int32.
        policy: The layer's rule.

    Returns:
        ``(batch, tokens)``, float32.
    """
    key_likeness = _follow(keys.float(), state.keys, state.seen, counts, policy.gamma)
    value_likeness = _follow(values.float(), state.values, state.seen, counts, policy.gamma)
    steps = torch.arange(keys.shape[2], device=keys.device)
    return policy.rule(
        key_likeness,
        value_likeness,
        position=state.seen[:, None] + steps,
        seed=policy.seed,
        penalty=policy.penalty,
    )


def decide_one(
    state: DeviceState,
    store: StaticStore,
    compared: Tensor,
    values: Tensor,
    keys: Tensor,
    valid: Tensor | None,
    policy: Policy,
    totals: Tensor,
) -> Tensor:
    """Decide on one token a row, and append it to the store if it is kept.

    Args:
        state: Changed in place, its clock included.
        store: Changed in place; has room for one more.
        compared: Keys to compare, ``(batch, heads, 1, dim)``.
        values: ``(batch, heads, 1, dim)``.
        keys: Keys to store, rotated, ``(batch, heads, 1, dim)``.
        valid: Which rows' token is no padding, ``(batch, 1)``; None for all.
        policy: The layer's rule and control.
        totals: Tokens decided on and filtered, ``(2,)``, int64; added to.

    Returns:
        Whether each row's token is kept, ``(batch,)``, bool.
    """
    counts = torch.ones_like(state.seen) if valid is None else valid[:, 0].to(torch.int32)
    scores = score(state, compared, values, counts, policy)
    keep = (counts > 0) & ~scan(state, scores, counts, policy.control)[:, 0]
    store.append(keys, values, state.clock[:, None], keep.to(torch.int32))
    state.clock += 1
    totals += torch.stack([counts.sum(), counts.sum() - keep.sum()])
    return keep


def attend_one(
    queries: Tensor,
    store: StaticStore,
    keep: Tensor,
    clock: Tensor,
    *,
    scaling: float,
    window: int | None,
) -> Tensor:
    """Attention of one query a row over its store; rows that are not kept hold zero.

    Args:
        queries: ``(batch, query heads, 1, dim)``, rotated.
        store: The queries' own keys and values among the others.
        keep: ``(batch,)``.
        clock: Each row's next position, ``(batch,)``.
        scaling: Factor of the dot products.
        window: Tokens that a query looks back on, itself included; None for all.
    """
    capacity = store.capacity
    seen = store.held()
    if window is not None:
        seen = seen & (clock[:, None] - 1 - store.positions[:, :capacity] < window)
    # A row without any key would be NaN; slot 0 is shown to it and the result dropped.
    first = torch.arange(capacity, device=seen.device) == 0
    seen = seen | (~keep[:, None] & first)
    heads = F.scaled_dot_product_attention(
        queries,
        store.keys[:, :, :capacity],
        store.values[:, :, :capacity],
        attn_mask=seen[:, None, None],
        scale=scaling,
        enable_gqa=queries.shape[1] != store.keys.shape[1],
    )
    return torch.where(keep[:, None, None, None], heads, 0.0)


def project(rows: Tensor, weight: Tensor, bias: Tensor | None, keep: Tensor) -> Tensor:
    """``rows @ weight.T + bias`` for the kept rows, zero for the others.

    Args:
        rows: ``(batch, 1, width)``.
        weight: ``(out, width)``.
        bias: ``(out,)`` or None.
        keep: ``(batch,)``.
    """
    return torch.where(keep[:, None, None], F.linear(rows, weight, bias), 0.0)


def _follow(tokens: Tensor, anchor: Tensor, seen: Tensor, counts: Tensor, gamma: float) -> Tensor:
    carried = torch.where((seen == 0)[:, None, None], tokens[:, :, 0], anchor)
    before = anchors_before(tokens, carried, gamma)
    last = (counts - 1).clamp(min=0).long()[:, None, None, None]
    last = last.expand(-1, tokens.shape[1], 1, tokens.shape[-1])
    after = gamma * before.gather(2, last) + (1 - gamma) * tokens.gather(2, last)
    anchor.copy_(torch.where((counts > 0)[:, None, None], after.squeeze(2), carried))
    return likeness(tokens, before)
