"""The threshold's rule in tensor operations of fixed shape: the decisions of `filtering.threshold`."""

from __future__ import annotations

import torch
from torch import Tensor

from homophily.filtering.device.state import DeviceState
from homophily.filtering.threshold import Control

__all__ = ["decide", "quantile_place"]


def decide(state: DeviceState, scores: Tensor, counts: Tensor, control: Control) -> Tensor:
    """Decide on each row's next tokens, in order, and move its threshold on.

    Rows may stand at different places of their blocks. Each turn of the loop takes every row to its next
    border; the number of turns follows from the shapes alone.

    Args:
        state: Changed in place.
        scores: Redundancy, ``(batch, tokens)``, real tokens first.
        counts: Real tokens of each row, ``(batch,)``, int32.
        control: The layer's target and step.

    Returns:
        Whether each token is filtered, ``(batch, tokens)``.
    """
    tokens = scores.shape[1]
    width = min(tokens, max(control.block, control.warmup))
    steps = torch.arange(width, dtype=torch.int32, device=scores.device)
    skip = torch.zeros((len(scores), tokens + 1), dtype=torch.bool, device=scores.device)
    scores = scores.double()
    at = torch.zeros_like(state.seen)
    for _ in range(borders(tokens, control)):
        border = _next_border(state.seen, control)
        length = torch.minimum(border - state.seen, counts - at).clamp(min=0)
        place = at[:, None] + steps
        real = steps < length[:, None]
        place = torch.where(real, place, tokens).long()
        part = scores.gather(1, place.clamp(max=tokens - 1))
        decided = real & (state.seen >= control.warmup)[:, None] & (part > state.value[:, None])
        skip.scatter_(1, place, decided)
        _remember(state, part, real, steps, control)
        gone = decided.sum(1, dtype=torch.int32)
        state.filtered += gone
        state.pending += gone
        state.seen += length
        at = at + length
        _step(state, (length > 0) & (state.seen == border), control)
    return skip[:, :tokens]


def borders(tokens: int, control: Control) -> int:
    """Turns that take any row through `tokens` tokens, wherever it stands."""
    return 1 if tokens == 1 else 2 + -(-tokens // control.block)


def quantile_place(count: int, share: float) -> tuple[int, int, float]:
    """The two order statistics between which a quantile lies, and how far from the first (numpy's "linear")."""
    at = (count - 1) * share
    low = min(int(at), count - 1)
    return low, min(low + 1, count - 1), at - low


def _next_border(seen: Tensor, control: Control) -> Tensor:
    done = (seen - control.warmup).div(control.block, rounding_mode="floor")
    later = control.warmup + (done + 1) * control.block
    return torch.where(seen < control.warmup, control.warmup, later).to(torch.int32)


def _remember(state: DeviceState, part: Tensor, real: Tensor, steps: Tensor, control: Control) -> None:
    """Keep the warm-up's scores."""
    place = state.seen[:, None] + steps
    warm = real & (place < control.warmup)
    room = torch.cat([state.warm, state.warm[:, :1]], 1)
    room.scatter_(1, torch.where(warm, place, control.warmup).long(), part)
    state.warm.copy_(room[:, : control.warmup])


def _step(state: DeviceState, due: Tensor, control: Control) -> None:
    """Move the thresholds of the rows that stand at a border."""
    ends = due & (state.seen == control.warmup)
    # The first token is its own anchor: its likeness of 1 says nothing.
    warm = state.warm[:, 1:] if control.warmup > 1 else state.warm
    low, high, far = quantile_place(warm.shape[1], 1 - control.rate)
    ranked = warm.sort(1).values
    below, above = ranked[:, low], ranked[:, high]
    first = below + (above - below) * far if far < 0.5 else above - (above - below) * (1 - far)
    moved = state.value + control.eta * state.unit * (state.pending.double() - control.rate * control.block)
    state.value.copy_(torch.where(ends, first, torch.where(due, moved, state.value)))
    state.start.copy_(torch.where(ends, first, state.start))
    spread = warm.std(1, correction=0).clamp(min=1e-3)
    state.unit.copy_(torch.where(ends, spread, state.unit))
    state.pending.copy_(torch.where(due, 0, state.pending))
