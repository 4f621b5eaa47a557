"""What one layer did to one batch of sequences, counted on the device and read when it is asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from homophily.filtering.tally import Tally

__all__ = ["DeviceTally"]


@dataclass(slots=True, eq=False)
class DeviceTally:
    """Counts that outlive the cache they were taken of.

    Attributes:
        seen: Tokens so far, padding not counted, ``(batch,)``, int32.
        filtered: Tokens filtered among them, likewise.
        token_bytes: Memory of one token's key and value over all heads.
        anchor_bytes: Memory of one sequence's anchors.
        window: Tokens that a query looks back on, itself included; None for all.
        listed: Whether a layer counts it already.
    """

    seen: Tensor
    filtered: Tensor
    token_bytes: int
    anchor_bytes: int
    window: int | None
    listed: bool = False

    @classmethod
    def of(cls, keys: Tensor, window: int | None) -> DeviceTally:
        """For sequences whose keys are like ``(batch, heads, tokens, dim)``."""
        batch, heads, _, dim = keys.shape
        seen, filtered = torch.zeros((2, batch), dtype=torch.int32, device=keys.device).unbind()
        return cls(seen, filtered, 2 * heads * dim * keys.element_size(), 2 * heads * dim * 4, window)

    def read(self) -> Tally:
        """The counts on the host; waits for the device, so for reports alone."""
        pairs = torch.stack([self.seen, self.filtered], 1).tolist()
        longest = sys.maxsize if self.window is None else self.window - 1
        return Tally(
            sequences=[(seen, filtered, 0) for seen, filtered in pairs],
            cache_bytes=self.token_bytes * sum(min(seen - gone, longest) for seen, gone in pairs),
            dense_bytes=self.token_bytes * sum(min(seen, longest) for seen, _ in pairs),
            anchor_bytes=self.anchor_bytes * len(pairs),
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> DeviceTally:
        """A copied cache goes its own way, and is counted on its own."""
        own = (self.seen.clone(), self.filtered.clone())
        return DeviceTally(*own, self.token_bytes, self.anchor_bytes, self.window)
