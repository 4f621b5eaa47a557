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

__all__ = ["CHUNK", "Decision", "LayerState", "Policy", "side_by_side"]

#: Tokens scored at a time over all rows, so that what is between keys and scores stays in a core's cache.
CHUNK = 256


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

    @torch.no_grad()
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
        if batch == tokens == 1 and valid is None:
            return self._decide_one(keys, values, policy)
        real = None if valid is None else Picked(valid, keys.device)
        counts = [tokens] * batch
        if real is not None:
            keys, values, counts = real.take(keys), real.take(values), real.counts
        table = self._scores(keys, values, counts, policy).double().cpu().numpy()
        keep = np.zeros(table.shape, dtype=bool)
        met = np.full(table.shape, np.nan)
        for row, (threshold, count) in enumerate(zip(self.thresholds, counts, strict=True)):
            keep[row, :count] = ~threshold.decide(table[row, :count], policy.control, met[row, :count])
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

    def row(self, row: int) -> LayerState:
        """A copy of what is known of one sequence."""
        one = LayerState(1)
        one.thresholds = [self.thresholds[row].copy()]
        one.anchors = None if self.anchors is None else self.anchors[row : row + 1].clone()
        one.store = None if self.store is None else self.store.row(row)
        return one

    def put(self, row: int, one: LayerState) -> None:
        """Let sequence `row` be what `one`, of one sequence, is."""
        batch = len(self.thresholds)
        self.thresholds[row] = one.thresholds[0].copy()
        if one.anchors is not None:
            if self.anchors is None:
                self.anchors = one.anchors.new_zeros((batch, *one.anchors.shape[1:]))
            self.anchors[row] = one.anchors[0]
        if one.store is not None:
            if self.store is None:
                self.store = CompactStore(one.store.keys, batch)
            self.store.put(row, one.store)
        elif self.store is not None:
            self.store.lengths[row] = 0

    @property
    def bytes(self) -> int:
        """Memory of the anchors, in bytes."""
        return self.anchors.numel() * self.anchors.element_size() if self.anchors is not None else 0

    def _keep_all(self, batch: int, tokens: int, valid: NDArray[np.bool_] | None) -> Decision:
        keep = np.ones((batch, tokens), dtype=bool) if valid is None else valid
        for threshold, count in zip(self.thresholds, keep.sum(1).tolist(), strict=True):
            threshold.seen += count
        return Decision(keep, np.full(keep.shape, np.nan), np.full(keep.shape, np.nan))

    def _decide_one(self, keys: Tensor, values: Tensor, policy: Policy) -> Decision:
        """`decide` for one token of one sequence, as decoding asks it."""
        score = self._scores(keys, values, [1], policy).item()
        threshold = self.thresholds[0]
        met = threshold.value
        keep = not threshold.decide_one(score, policy.control)
        return Decision(np.array([[keep]]), np.array([[score]]), np.array([[met]]))

    def _scores(self, keys: Tensor, values: Tensor, counts: list[int], policy: Policy) -> Tensor:
        """Redundancy of left-aligned tokens, ``(batch, tokens)``; the anchors go on."""
        batch, heads, tokens, _ = keys.shape
        alike = torch.empty((batch, tokens, 2 * heads), device=keys.device)
        anchors, size = self._begin(keys, values), max(1, CHUNK // batch)
        for at in range(0, tokens, size):
            states = side_by_side(keys[:, :, at : at + size], values[:, :, at : at + size])
            before = anchors_before(states.flatten(2), anchors.flatten(1), policy.gamma).view(states.shape)
            alike[:, at : at + size] = likeness(states, before)
            anchors = _after(states, before, anchors, [count - at for count in counts], policy.gamma)
        self.anchors = anchors
        seen = torch.tensor([[threshold.seen] for threshold in self.thresholds], device=keys.device)
        return policy.rule(
            alike[..., :heads].transpose(1, 2),
            alike[..., heads:].transpose(1, 2),
            position=seen + torch.arange(tokens, device=keys.device) if tokens > 1 else seen,
            seed=policy.seed,
            penalty=policy.penalty,
        )

    def _begin(self, keys: Tensor, values: Tensor) -> Tensor:
        """The anchors that a call starts from: a sequence's first token is its own."""
        fresh = [threshold.seen == 0 for threshold in self.thresholds]
        if self.anchors is not None and not any(fresh):
            return self.anchors
        first = side_by_side(keys[:, :, :1], values[:, :, :1]).squeeze(1)
        if self.anchors is None:
            return first
        return torch.where(torch.tensor(fresh, device=first.device)[:, None, None], first, self.anchors)


def _after(states: Tensor, before: Tensor, carried: Tensor, counts: list[int], gamma: float) -> Tensor:
    """The anchors after ``counts[b]`` tokens of each row, or after all; rows that have none keep theirs."""
    tokens = states.shape[1]
    if min(counts) >= tokens:
        return torch.lerp(states[:, -1], before[:, -1], gamma)
    after = carried.clone()
    rows = [row for row, count in enumerate(counts) if count > 0]
    last = [min(count, tokens) - 1 for count in counts if count > 0]
    after[rows] = torch.lerp(states[rows, last], before[rows, last], gamma)
    return after


def side_by_side(keys: Tensor, values: Tensor) -> Tensor:
    """``(batch, tokens, 2 * heads, dim)``, float32."""
    batch, heads, tokens, dim = keys.shape
    states = torch.empty((batch, tokens, 2, heads, dim), device=keys.device)
    states[:, :, 0].copy_(keys.transpose(1, 2))
    states[:, :, 1].copy_(values.transpose(1, 2))
    return states.flatten(2, 3)


def _spread(table: NDArray[Any], real: Picked, valid: NDArray[np.bool_], fill: float) -> NDArray[Any]:
    """Back from left-aligned rows to the call's padded ones."""
    out = np.full(valid.shape, fill, dtype=table.dtype)
    out[valid] = table[np.arange(real.longest) < np.array(real.counts)[:, None]]
    return out
