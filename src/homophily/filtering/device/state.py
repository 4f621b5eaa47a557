"""A layer's memory of each sequence as tensors of fixed shape, so that no decision passes through the host."""

from __future__ import annotations

import torch
from torch import Tensor

from homophily.filtering.device.tally import DeviceTally
from homophily.filtering.threshold import Control

__all__ = ["DeviceState", "lookback"]

_ROWS = ("keys", "values", "pending", "value", "start", "unit", "recent", "clock")


class DeviceState:
    """Anchors, thresholds and counts of a batch of sequences.

    The same quantities as `homophily.filtering.state.LayerState`, thresholds in float64 as there.

    Attributes:
        keys: Anchor of the keys, ``(batch, heads, dim)``, float32.
        values: Anchor of the values, likewise.
        tally: Tokens seen and filtered.
        pending: Tokens filtered since the threshold's last step, ``(batch,)``, int32.
        value: The threshold; NaN during the warm-up.
        start: The quantile at the end of the warm-up.
        unit: Standard deviation of the warm-up's scores.
        recent: The last scores, token n in place ``n % width``, ``(batch, width)``.
        clock: Tokens so far, padding included, ``(batch,)``, int32.
    """

    def __init__(self, keys: Tensor, control: Control, window: int | None = None) -> None:
        batch, heads, _, dim = keys.shape
        device = keys.device

        def real(fill: float, *shape: int) -> Tensor:
            return torch.full((batch, *shape), fill, dtype=torch.float64, device=device)

        self.keys = torch.zeros((batch, heads, dim), dtype=torch.float32, device=device)
        self.values = torch.zeros_like(self.keys)
        self.tally = DeviceTally.of(keys, window)
        self.pending = torch.zeros(batch, dtype=torch.int32, device=device)
        self.clock = torch.zeros(batch, dtype=torch.int32, device=device)
        self.value, self.start, self.unit = real(float("nan")), real(float("nan")), real(1.0)
        self.recent = real(0.0, max(control.warmup, lookback(control)))

    @property
    def seen(self) -> Tensor:
        """Tokens so far, warm-up included, padding not, ``(batch,)``, int32."""
        return self.tally.seen

    @property
    def filtered(self) -> Tensor:
        """Tokens filtered among them, likewise."""
        return self.tally.filtered

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop sequences: row i becomes old row ``rows[i]``."""
        for name in _ROWS:
            setattr(self, name, getattr(self, name).index_select(0, rows))
        self.tally.seen = self.seen.index_select(0, rows)
        self.tally.filtered = self.filtered.index_select(0, rows)


def lookback(control: Control) -> int:
    """Scores that a later quantile looks back on: those kept from the last border, and the block since."""
    return 0 if control.method == "adaptive" else control.window + control.block
