"""A layer's memory of each sequence: anchors, thresholds, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from homophily.filtering.anchor import anchors_before, likeness
from homophily.filtering.capacity import Capacity
from homophily.filtering.picked import Picked
from homophily.filtering.store import CompactStore
from homophily.filtering.tally import Tally
from homophily.filtering.threshold import Control, Threshold

__all__ = ["Decision", "LayerState", "Policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one layer needs to decide.

    Attributes:
        rule: From likeness to redundancy (`homophily.filtering.rules`).
        control: The threshold's target and movement.
        gamma: Share of the old anchor kept at each token.
        seed: For rules that draw.
        penalty: For rules that weigh disagreement among heads.
        capacity: What the layer may hold; None for all that is not filtered.
    """

    rule: Callable[..., Tensor]
    control: Control
    gamma: float
    seed: int
    penalty: float
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What was decided on a call's tokens.

    Attributes:
        keep: Whether each token is kept, ``(batch, tokens)``; padding is not.
        scores: Redundancy, ``(batch, tokens)``; NaN at padding.
        thresholds: The threshold that each token met, ``(batch, tokens)``; NaN in the warm-up.
    """

    keep: NDArray[np.bool_]
    scores: NDArray[np.float64]
    thresholds: NDArray[np.float64]


class LayerState:
    """One layer's memory of a batch of sequences.

    Attributes:
        thresholds: One a sequence; they count its tokens.
        anchors: Of keys, then of values, ``(batch, 2 * KV heads, dim)``, float32; None before any token.
        store: Keys and values held; None before any token is kept.
        tally: What was counted.
    """

    def __init__(self, batch: int) -> None:
        self.thresholds = [Threshold() for _ in range(batch)]
        self.anchors: Tensor | None = None
        self.store: CompactStore | None = None
        self.tally = Tally()

    def positions(self, tokens: int, valid: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """The place of a call's tokens in their sequences, padding not counted, ``(batch, tokens)``."""
        seen = np.array([[threshold.seen] for threshold in self.thresholds])
        rank = np.arange(tokens) if valid is None else np.cumsum(valid, axis=1) - 1
        return np.asarray(seen + rank)

    def decide(
        self, keys: Tensor, values: Tensor, valid: NDArray[np.bool_] | None, policy: Policy
    ) -> Decision:
        """Decide which tokens to keep, and move anchors and thresholds on.

        Args:
            keys: ``(batch, heads, tokens, dim)``.
            values: Likewise.
            valid: Which tokens are no padding, ``(batch, tokens)``; None for all.
            policy: The layer's rule and control.
        """
        batch, tokens = keys.shape[0], keys.shape[2]
        if policy.control.rate == 0:
            return self._keep_all(batch, tokens, valid)
        states = torch.cat([keys, values], 1)
        if batch == tokens == 1 and valid is None:
            return self._decide_one(states, policy)
        real = None if valid is None else Picked(valid, keys.device)
        if real is not None:
            states = real.take(states)
        counts = [tokens] * batch if real is None else real.counts
        scores = self._score(self._follow(states.float(), counts, policy.gamma), policy)
        table = scores.double().cpu().numpy()
        keep = np.zeros(table.shape, dtype=bool)
        met = np.full(table.shape, np.nan)
        for row, (threshold, count) in enumerate(zip(self.thresholds, counts, strict=True)):
            skip = threshold.decide(table[row, :count], policy.control, met[row, :count])
            keep[row, :count] = ~skip
        if real is None or valid is None:
            return Decision(keep, table, met)
        return Decision(
            _spread(keep, real, valid, False),
            _spread(table, real, valid, np.nan),
            _spread(met, real, valid, np.nan),
        )

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop sequences."""
        self.thresholds = [self.thresholds[row].copy() for row in rows.tolist()]
        if self.anchors is not None:
            self.anchors = self.anchors.index_select(0, rows)
        if self.store is not None:
            self.store.select(rows)

    @property
    def bytes(self) -> int:
        """Memory of the anchors, in bytes."""
        return self.anchors.numel() * self.anchors.element_size() if self.anchors is not None else 0

    def _keep_all(self, batch: int, tokens: int, valid: NDArray[np.bool_] | None) -> Decision:
        keep = np.ones((batch, tokens), dtype=bool) if valid is None else valid
        for threshold, count in zip(self.thresholds, keep.sum(1).tolist(), strict=True):
            threshold.seen += count
        return Decision(keep, np.full(keep.shape, np.nan), np.full(keep.shape, np.nan))

    def _decide_one(self, states: Tensor, policy: Policy) -> Decision:
        """`decide` for one token of one sequence, as decoding asks it."""
        score = self._score(self._follow(states.float(), [1], policy.gamma), policy).item()
        threshold = self.thresholds[0]
        met = threshold.value
        keep = not threshold.decide_one(score, policy.control)
        return Decision(np.array([[keep]]), np.array([[score]]), np.array([[met]]))

    def _score(self, alike: Tensor, policy: Policy) -> Tensor:
        heads, tokens = alike.shape[1] // 2, alike.shape[2]
        seen = torch.tensor([[t.seen] for t in self.thresholds], device=alike.device)
        return policy.rule(
            alike[:, :heads],
            alike[:, heads:],
            position=seen + torch.arange(tokens, device=alike.device) if tokens > 1 else seen,
            seed=policy.seed,
            penalty=policy.penalty,
        )

    def _follow(self, states: Tensor, counts: list[int], gamma: float) -> Tensor:
        """Each token's likeness to the anchors it meets; then the anchors go on."""
        tokens = states.shape[2]
        first = states[:, :, 0]
        fresh = [threshold.seen == 0 for threshold in self.thresholds]
        if self.anchors is None:
            carried = first
        elif any(fresh):
            new = torch.tensor(fresh, device=first.device)
            carried = torch.where(new[:, None, None], first, self.anchors)
        else:
            carried = self.anchors
        before = anchors_before(states, carried, gamma)
        if min(counts) == tokens:
            self.anchors = torch.lerp(states[:, :, -1], before[:, :, -1], gamma)
        else:
            ends = torch.tensor(counts, device=states.device)[:, None, None]
            last = (ends - 1).clamp(min=0)[..., None].expand(-1, states.shape[1], 1, states.shape[-1])
            after = torch.lerp(states.gather(2, last), before.gather(2, last), gamma).squeeze(2)
            self.anchors = torch.where(ends > 0, after, carried)
        return likeness(states, before)


def _spread(table: NDArray[Any], real: Picked, valid: NDArray[np.bool_], fill: float) -> NDArray[Any]:
    """Back from left-aligned rows to the call's padded ones."""
    out = np.full(valid.shape, fill, dtype=table.dtype)
    out[valid] = table[np.arange(real.longest) < np.array(real.counts)[:, None]]
    return out
