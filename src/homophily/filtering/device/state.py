"""A layer's memory of each sequence as tensors of fixed shape, so that no decision passes through the host."""

from __future__ import annotations

import torch
from torch import Tensor

from homophily.filtering.threshold import Control

__all__ = ["DeviceState"]

#: Tensors with one entry a sequence.
ROWS = ("keys", "values", "seen", "filtered", "pending", "value", "start", "unit", "warm", "clock")


class DeviceState:
    """Anchors, thresholds and counts of a batch of sequences.

    The same quantities as `homophily.filtering.state.LayerState`, thresholds in float64 as there.

    Attributes:
        keys: Anchor of the keys, ``(batch, heads, dim)``, float32.
        values: Anchor of the values, likewise.
        seen: Tokens so far, warm-up included, padding not, ``(batch,)``, int32 as all counts.
        filtered: Tokens filtered among them.
        pending: Tokens filtered since the threshold's last step.
        value: The threshold; NaN during the warm-up.
        start: Its value at the end of the warm-up.
        unit: Standard deviation of the warm-up's scores.
        warm: The warm-up's scores, ``(batch, warmup)``.
        clock: Tokens so far, padding included: the next token's position.
    """

    def __init__(self, like: Tensor, control: Control) -> None:
        batch, heads, _, dim = like.shape
        device = like.device

        def counter() -> Tensor:
            return torch.zeros(batch, dtype=torch.int32, device=device)

        def real(fill: float, *shape: int) -> Tensor:
            return torch.full((batch, *shape), fill, dtype=torch.float64, device=device)

        self.keys = torch.zeros((batch, heads, dim), dtype=torch.float32, device=device)
        self.values = torch.zeros_like(self.keys)
        self.seen, self.filtered, self.pending, self.clock = (counter() for _ in range(4))
        self.value, self.start, self.unit = real(float("nan")), real(float("nan")), real(1.0)
        self.warm = real(0.0, control.warmup)

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop sequences: row i becomes old row ``rows[i]``."""
        for name in ROWS:
            setattr(self, name, getattr(self, name).index_select(0, rows))

    @property
    def bytes(self) -> int:
        """Memory of all of it, in bytes."""
        return sum(getattr(self, name).numel() * getattr(self, name).element_size() for name in ROWS)
