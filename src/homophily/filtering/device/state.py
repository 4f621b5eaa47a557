"""A layer's memory of each sequence as tensors of fixed shape, so that no decision passes the host."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from homophily.filtering.device.rows import select
from homophily.filtering.device.tally import DeviceTally
from homophily.filtering.threshold import Control

__all__ = ["DeviceState"]


class DeviceState:
    """Anchors, thresholds and counts of a batch of sequences.

    The same quantities as `homophily.filtering.state.LayerState`, thresholds in float64 as there.

    Args:
        keys: Of the first call, ``(batch, heads, tokens, dim)``; their shape and device alone matter.
        control: Says how many scores are remembered.
        tally: The counts of these sequences.

    Attributes:
        anchors: Of keys, then of values, ``(batch, 2 * heads, dim)``, float32.
        tally: Tokens seen and filtered.
        pending: Tokens filtered since the threshold's last step, ``(batch,)``, int32.
        value: The threshold, ``(batch,)``, float64; NaN during the warm-up.
        start: The scores' quantile (`Control`), likewise.
        unit: Their standard deviation, likewise.
        recent: The last scores, token n in place ``n % width``, ``(batch, width)``, float32 as they come.
    """

    def __init__(self, keys: Tensor, control: Control, tally: DeviceTally) -> None:
        batch, heads, _, dim = keys.shape
        device = keys.device
        width = max(control.warmup, control.window + control.block)
        self.tally = tally
        self.anchors = torch.zeros((batch, 2 * heads, dim), dtype=torch.float32, device=device)
        self.pending = torch.zeros(batch, dtype=torch.int32, device=device)
        self.value, self.start, self.unit = (
            torch.full((batch,), fill, dtype=torch.float64, device=device) for fill in (math.nan, math.nan, 1)
        )
        self.recent = torch.zeros((batch, width), dtype=torch.float32, device=device)

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
        select(self, ("anchors", "pending", "value", "start", "unit", "recent"), rows)
        select(self.tally, ("seen", "filtered"), rows)
