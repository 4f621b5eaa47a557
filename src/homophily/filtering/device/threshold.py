"""The threshold's rule in tensor operations of fixed shape: the decisions of `filtering.threshold`."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from homophily.filtering.device.state import DeviceState, lookback
from homophily.filtering.threshold import Control

__all__ = ["decide", "quantile"]


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
    steps = torch.arange(
        min(tokens, max(control.block, control.warmup)), dtype=torch.int32, device=scores.device
    )
    skip = torch.zeros((len(scores), tokens + 1), dtype=torch.bool, device=scores.device)
    scores = scores.double()
    at = torch.zeros_like(state.seen)
    for _ in range(1 if tokens == 1 else 1 + -(-tokens // control.block)):
        border = _next_border(state.seen, control)
        length = torch.minimum(border - state.seen, counts - at).clamp(min=0)
        real = steps < length[:, None]
        place = torch.where(real, at[:, None] + steps, tokens).long()
        part = scores.gather(1, place.clamp(max=tokens - 1))
        gone = real & (state.seen >= control.warmup)[:, None] & _over(state, part, border, steps, control)
        skip.scatter_(1, place, gone)
        _remember(state, part, real, steps)
        for count in (state.filtered, state.pending):
            count.add_(gone.sum(1, dtype=torch.int32))
        state.seen.add_(length)
        at = at + length
        _step(state, (length > 0) & (state.seen == border), control)
    return skip[:, :tokens]


def quantile(scores: Tensor, share: Tensor | float) -> Tensor:
    """Each row's quantile of its finite scores, as numpy's "linear" finds it; infinity where none is finite.

    Args:
        scores: ``(batch, places)``; places without a score hold infinity.
        share: In [0, 1], a number or ``(batch,)``.
    """
    finite = scores.isfinite()
    count = finite.sum(1)
    ranked = scores.masked_fill(~finite, math.inf).sort(1).values
    at = (count - 1).clamp(min=0).double() * share
    low = at.floor()
    below = ranked.gather(1, low.long()[:, None])[:, 0]
    above = ranked.gather(1, torch.minimum(low.long() + 1, (count - 1).clamp(min=0))[:, None])[:, 0]
    far, step = at - low, above - below
    found = torch.where(far < 0.5, below + step * far, above - step * (1 - far))
    return torch.where(count > 0, found, math.inf)


def _next_border(seen: Tensor, control: Control) -> Tensor:
    done = (seen - control.warmup).div(control.block, rounding_mode="floor")
    later = control.warmup + (done + 1) * control.block
    return torch.where(seen < control.warmup, control.warmup, later).to(torch.int32)


def _over(state: DeviceState, part: Tensor, border: Tensor, steps: Tensor, control: Control) -> Tensor:
    over = part > state.value[:, None]
    if control.method != "topk":
        return over
    owed = (control.quota - state.pending)[:, None]
    ahead = over.cumsum(1) - over.int()
    # Whichever of the two quotas runs out first settles the rest of the block.
    spent = steps - ahead >= (border - state.seen)[:, None] - owed
    return ((over & (ahead < owed)) | spent) & (part > -math.inf)


def _remember(state: DeviceState, part: Tensor, real: Tensor, steps: Tensor) -> None:
    """Keep the scores that a quantile will look back on."""
    width = state.recent.shape[1]
    place = torch.where(real, (state.seen[:, None] + steps) % width, width).long()
    room = torch.cat([state.recent, state.recent[:, :1]], 1).scatter(1, place, part)
    state.recent.copy_(room[:, :width])


def _step(state: DeviceState, due: Tensor, control: Control) -> None:
    """Move the thresholds of the rows that stand at a border."""
    ends = due & (state.seen == control.warmup)
    warm = state.recent[:, : control.warmup]
    # The first token is its own anchor: its likeness of 1 says nothing.
    warm = warm[:, 1:] if control.warmup > 1 else warm
    first = quantile(warm, 1 - control.rate)
    unit = torch.where(ends & first.isfinite(), _spread(warm).clamp(min=1e-3), state.unit)
    state.unit.copy_(unit)
    state.start.copy_(torch.where(ends, first, state.start))
    if control.method == "adaptive":
        first = first - control.eta * unit * control.rate * control.warmup
        moved = state.value + control.eta * unit * (state.pending.double() - control.rate * control.block)
    else:
        moved = quantile(_last(state, control), 1 - _rate(state, control))
    state.value.copy_(torch.where(ends, first, torch.where(due, moved, state.value)))
    state.pending.copy_(torch.where(due, 0, state.pending))


def _spread(scores: Tensor) -> Tensor:
    """Standard deviation of each row's finite scores."""
    finite = scores.isfinite()
    count = finite.sum(1).clamp(min=1)
    mean = scores.where(finite, 0).sum(1) / count
    return ((scores - mean[:, None]).where(finite, 0).square().sum(1) / count).sqrt()


def _last(state: DeviceState, control: Control) -> Tensor:
    """The scores to look back on, infinity where there is none."""
    width = state.recent.shape[1]
    newest = (state.seen - 1)[:, None]
    token = newest - (newest - torch.arange(width, device=newest.device)) % width
    there = (token >= 0) & (token > newest - lookback(control))
    return state.recent.masked_fill(~there, math.inf)


def _rate(state: DeviceState, control: Control) -> Tensor | float:
    if control.method == "topk":
        return control.rate
    owed = control.rate * state.seen.double() - state.filtered
    return (control.rate + owed / control.window).clamp(0, 1)
