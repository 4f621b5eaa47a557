"""The threshold's rule in tensor operations of fixed shape: the decisions of `filtering.threshold`."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from homophily.filtering.device.state import DeviceState
from homophily.filtering.threshold import Control

__all__ = ["decide"]


def decide(state: DeviceState, scores: Tensor, counts: Tensor, control: Control) -> Tensor:
    """Decide on each row's next tokens, in order, and move its threshold on.

    Rows may stand at different places of their blocks. Each turn of the loop takes every row to its next
    border; the number of turns follows from the shapes alone.

    Args:
        state: Changed in place.
        scores: Redundancy, ``(batch, tokens)``, float32, real tokens first.
        counts: Real tokens of each row, ``(batch,)``, int32.
        control: The layer's target and step.

    Returns:
        Whether each token is filtered, ``(batch, tokens)``.
    """
    tokens = scores.shape[1]
    longest = min(tokens, max(control.block, control.warmup))
    steps = torch.arange(longest, dtype=torch.int32, device=scores.device)
    skip = torch.zeros((len(scores), tokens + 1), dtype=torch.bool, device=scores.device)
    at = torch.zeros_like(state.seen)
    for _ in range(1 if tokens == 1 else 2 + (tokens - 1) // control.block):
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
    """Keep the scores that the estimates will look back on."""
    width = state.recent.shape[1]
    place = torch.where(real, (state.seen[:, None] + steps) % width, width).long()
    room = torch.cat([state.recent, state.recent[:, :1]], 1).scatter(1, place, part)
    state.recent.copy_(room[:, :width])


def _step(state: DeviceState, due: Tensor, control: Control) -> None:
    """Move the thresholds of the rows that stand at a border."""
    anew = due if control.window else due & (state.seen == control.warmup)
    ranked = _looked_back(state, control).double().sort(1).values
    count = ranked.isfinite().sum(1)
    some = anew & (count > 0)
    start = torch.where(count > 0, _quantile(ranked, count, _rate(state, control)), math.inf)
    state.start.copy_(torch.where(anew, start, state.start))
    state.unit.copy_(torch.where(some, _spread(ranked, count).clamp(min=1e-3), state.unit))
    moved = state.start
    if control.method == "adaptive":
        moved = moved + control.eta * state.unit * (state.filtered - control.rate * state.seen.double())
    state.value.copy_(torch.where(due, moved, state.value))
    state.pending.mul_(~due)


def _looked_back(state: DeviceState, control: Control) -> Tensor:
    """The scores that an estimate rests on; infinity in the other places.

    The first token is its own anchor, whose likeness of 1 says nothing: unless it is the whole warm-up, it
    does not count. Nor do tokens that may not be filtered, whose score is minus infinity.
    """
    width = state.recent.shape[1]
    newest = (state.seen - 1)[:, None]
    token = newest - (newest - torch.arange(width, device=newest.device)) % width
    first = torch.where(newest < control.warmup, 0, newest + 1 - control.window - control.block)
    there = (token >= first.clamp(min=int(control.warmup > 1))) & state.recent.isfinite()
    return state.recent.masked_fill(~there, math.inf)


def _rate(state: DeviceState, control: Control) -> Tensor | float:
    if control.method != "quantile":
        return control.rate
    owed = control.rate * state.seen.double() - state.filtered
    return (control.rate + owed / control.window).clamp(0, 1)


def _quantile(ranked: Tensor, count: Tensor, rate: Tensor | float) -> Tensor:
    """The ``1 - rate`` quantile of each row's first ``count[b]`` places, between the two next to it."""
    last = (count - 1).clamp(min=0)
    at = (1 - rate) * last.double()
    below = at.floor()
    low = ranked.gather(1, below.long()[:, None])[:, 0]
    high = ranked.gather(1, torch.minimum(below.long() + 1, last)[:, None])[:, 0]
    return low + (at - below) * (high - low)


def _spread(ranked: Tensor, count: Tensor) -> Tensor:
    """Standard deviation of each row's finite places."""
    finite, many = ranked.isfinite(), count.clamp(min=1)
    mean = ranked.where(finite, 0).sum(1) / many
    return ((ranked - mean[:, None]).where(finite, 0).square().sum(1) / many).sqrt()
