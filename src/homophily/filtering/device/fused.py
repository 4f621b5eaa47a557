"""The device path's Triton kernels: what `device.plain` does, in one launch to decide and one to attend."""

from __future__ import annotations

import torch
from torch import Tensor

from homophily.filtering.device._kernels import attend_span, decide_row
from homophily.filtering.device.state import DeviceState
from homophily.filtering.device.store import StaticStore
from homophily.filtering.threshold import Control

__all__ = ["attend_one", "decide"]
__references__ = ("dao2023",)

#: Slots that one program reads at a time, and at least reads in all.
TILE, SPAN = 64, 256

#: Programs a row and head at most; a long row is read by many at once (Dao et al. 2023, "Flash-Decoding").
SPANS = 64


def decide(state: DeviceState, scores: Tensor, counts: Tensor, control: Control) -> Tensor:
    """`homophily.filtering.device.threshold.decide`, a program a row: its blocks follow one another in it."""
    batch, tokens = scores.shape
    skip = torch.zeros((batch, tokens), dtype=torch.int8, device=scores.device)
    width = state.recent.shape[1]
    decide_row[(batch,)](
        scores.contiguous(),
        counts,
        skip,
        state.seen,
        state.filtered,
        state.pending,
        state.value,
        state.start,
        state.unit,
        state.recent,
        tokens,
        width,
        METHOD=control.method,
        RATE=control.rate,
        ETA=control.eta,
        BLOCK=control.block,
        WARMUP=control.warmup,
        WINDOW=control.window,
        QUOTA=control.quota,
        STEPS=_power_of_two(max(control.block, control.warmup)),
        WIDE=_power_of_two(width),
    )
    return skip.bool()


def attend_one(
    queries: Tensor,
    store: StaticStore,
    keep: Tensor,
    before: Tensor,
    *,
    scaling: float,
    window: int | None,
) -> Tensor:
    """`homophily.filtering.device.plain.attend_one`; rows that skip, and slots past an end, are not read."""
    batch, heads, _, dim = queries.shape
    groups = heads // store.keys.shape[1]
    span = max(SPAN, -(-store.capacity // SPANS // TILE) * TILE)
    spans = -(-store.capacity // span)
    summed = torch.empty((batch, heads, spans, dim), dtype=torch.float32, device=queries.device)
    top, total = torch.empty((2, batch, heads, spans), dtype=torch.float32, device=queries.device)
    attend_span[(batch, heads // groups, spans)](
        queries.contiguous(),
        store.keys,
        store.values,
        store.positions,
        store.lengths,
        keep.to(torch.int8),
        before,
        summed,
        top,
        total,
        store.capacity,
        span,
        scaling,
        0 if window is None else window,
        HEADS=heads,
        GROUPS=groups,
        GROUPS_WIDE=max(16, _power_of_two(groups)),
        DIM=dim,
        DIM_WIDE=max(16, _power_of_two(dim)),
        TILE=TILE,
        WINDOWED=window is not None,
    )
    # Each span's sum is told in its own highest score; here they are brought to one.
    share = (top - top.amax(2, keepdim=True)).exp()
    out = (share[..., None] * summed).sum(2) / (share * total).sum(2)[..., None]
    return torch.where(keep[:, None, None, None], out[:, :, None].to(queries.dtype), 0.0)


def _power_of_two(number: int) -> int:
    return 1 << (number - 1).bit_length()
