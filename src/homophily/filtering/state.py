"""A layer's memory of each sequence: anchors, thresholds, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from homophily.filtering.anchor import anchors_before, likeness
from homophily.filtering.store import CompactStore
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
    """

    rule: Callable[..., Tensor]
    control: Control
    gamma: float
    seed: int
    penalty: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a call's tokens.

    Attributes:
        keep: Whether each token is kept, ``(batch, tokens)``; padding is not.
        scores: Redundancy, ``(batch, tokens)``; NaN at padding.
        thresholds: Each row's threshold after the call.
    """

    keep: Tensor
    scores: Tensor
    thresholds: tuple[float, ...]


class LayerState:
    """One layer's memory of a batch of sequences."""

    def __init__(self, batch: int) -> None:
        self.thresholds = [Threshold() for _ in range(batch)]
        self.keys: Tensor | None = None
        self.values: Tensor | None = None
        self.store: CompactStore | None = None

    def decide(self, keys: Tensor, values: Tensor, valid: Tensor | None, policy: Policy) -> Decision:
        """Decide which tokens to keep, and move anchors and thresholds on.

        Args:
            keys: ``(batch, heads, tokens, dim)``.
            values: Likewise.
            valid: Which tokens are no padding, ``(batch, tokens)``; None for all.
            policy: The layer's rule and control.
        """
        batch, _, tokens, _ = keys.shape
        counts = [tokens] * batch
        order = None
        keys, values = keys.float(), values.float()
        if valid is not None and not bool(valid.all()):
            counts = valid.sum(1).tolist()
            order = torch.argsort(valid.int(), dim=1, descending=True, stable=True)
            index = order[:, None, :, None].expand_as(keys)
            keys, values = keys.gather(2, index), values.gather(2, index)
        key_likeness, self.keys = self._follow(keys, self.keys, counts, policy.gamma)
        value_likeness, self.values = self._follow(values, self.values, counts, policy.gamma)
        seen = torch.tensor([t.seen for t in self.thresholds], device=keys.device)
        scores = policy.rule(
            key_likeness,
            value_likeness,
            position=seen[:, None] + torch.arange(tokens, device=keys.device),
            seed=policy.seed,
            penalty=policy.penalty,
        )
        table = scores.double().cpu().numpy()
        keep = torch.zeros((batch, tokens), dtype=torch.bool)
        for row, threshold in enumerate(self.thresholds):
            skip = threshold.decide(table[row, : counts[row]], policy.control)
            keep[row, : counts[row]] = torch.from_numpy(~skip)
        keep = keep.to(keys.device)
        if order is not None and valid is not None:
            keep = torch.zeros_like(keep).scatter(1, order, keep)
            scores = torch.zeros_like(scores).scatter(1, order, scores).masked_fill(~valid, float("nan"))
        return Decision(keep, scores, tuple(t.value for t in self.thresholds))

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop sequences."""
        self.thresholds = [self.thresholds[row].copy() for row in rows.tolist()]
        if self.keys is not None and self.values is not None:
            self.keys, self.values = self.keys.index_select(0, rows), self.values.index_select(0, rows)
        if self.store is not None:
            self.store.select(rows)

    @property
    def bytes(self) -> int:
        """Memory of the anchors, in bytes."""
        return 2 * self.keys.numel() * self.keys.element_size() if self.keys is not None else 0

    def _follow(
        self, tokens: Tensor, carried: Tensor | None, counts: list[int], gamma: float
    ) -> tuple[Tensor, Tensor]:
        fresh = torch.tensor([t.seen == 0 for t in self.thresholds], device=tokens.device)
        first = tokens[:, :, 0]
        carried = first if carried is None else torch.where(fresh[:, None, None], first, carried)
        before = anchors_before(tokens, carried, gamma)
        ends = torch.tensor(counts, device=tokens.device)
        last = (ends - 1).clamp(min=0)[:, None, None, None].expand(-1, tokens.shape[1], 1, tokens.shape[-1])
        after = gamma * before.gather(2, last) + (1 - gamma) * tokens.gather(2, last)
        after = torch.where((ends > 0)[:, None, None], after.squeeze(2), carried)
        return likeness(tokens, before), after
