"""Scores with anchors that stay on the device: those of `filtering.state`, chunk by chunk alike."""

from __future__ import annotations

import torch
from torch import Tensor

from homophily.filtering.anchor import anchors_before, likeness
from homophily.filtering.device.state import DeviceState
from homophily.filtering.state import CHUNK, Policy, side_by_side

__all__ = ["score"]


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
    batch, heads, tokens, _ = keys.shape
    alike = torch.empty((batch, tokens, 2 * heads), device=keys.device)
    first = side_by_side(keys[:, :, :1], values[:, :, :1]).squeeze(1)
    # A sequence's first token is its own anchor.
    anchors, size = (
        torch.where((state.seen == 0)[:, None, None], first, state.anchors),
        max(1, CHUNK // batch),
    )
    for at in range(0, tokens, size):
        states = side_by_side(keys[:, :, at : at + size], values[:, :, at : at + size])
        before = anchors_before(states.flatten(2), anchors.flatten(1), policy.gamma).view(states.shape)
        alike[:, at : at + size] = likeness(states, before)
        anchors = _after(states, before, anchors, counts - at, policy.gamma)
    state.anchors.copy_(anchors)
    return policy.rule(
        alike[..., :heads].transpose(1, 2),
        alike[..., heads:].transpose(1, 2),
        position=state.seen[:, None] + torch.arange(tokens, device=keys.device),
        seed=policy.seed,
        penalty=policy.penalty,
    )


def _after(states: Tensor, before: Tensor, carried: Tensor, counts: Tensor, gamma: float) -> Tensor:
    """The anchors after ``counts[b]`` tokens of each row, or after all; rows that have none keep theirs."""
    last = (counts - 1).clamp(0, states.shape[1] - 1).long()[:, None, None, None]
    last = last.expand(-1, 1, *states.shape[2:])
    after = torch.lerp(states.gather(1, last), before.gather(1, last), gamma).squeeze(1)
    return torch.where((counts > 0)[:, None, None], after, carried)
