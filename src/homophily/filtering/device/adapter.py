"""The device path's part of `filtering.adapter`: cache layers in the place of dynamic and static ones."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import (
    Cache,
    DynamicLayer,
    DynamicSlidingWindowLayer,
    StaticLayer,
    StaticSlidingWindowLayer,
)

from homophily.errors import UsageError
from homophily.filtering.adapter import CompactLayer
from homophily.filtering.device.state import DeviceState
from homophily.filtering.device.store import StaticStore

__all__ = ["DeviceCompactLayer", "device_layer", "real_tokens"]


class DeviceCompactLayer(CompactLayer):
    """A compact layer whose memory is tensors of fixed shape.

    In the place of a dynamic layer it grows, and counts its tokens on the host; in that of a static one it
    has its room from the start, and its count is a tensor, so that a captured graph may run it again.

    Attributes:
        room: Tokens that the static cache was made for; None for a dynamic one.
        memory: Anchors, thresholds and counts; None before the first token.
        store: The kept keys and values; None likewise.
    """

    def __init__(self, window: int | None, room: int | None = None) -> None:
        super().__init__(0, window)
        self.room = room
        self.is_compileable = room is not None
        self.memory: DeviceState | None = None
        self.store: StaticStore | None = None

    @property
    def made(self) -> tuple[DeviceState, StaticStore]:
        """Memory and store, once there are any."""
        if self.memory is None or self.store is None:
            raise UsageError("this cache layer has seen no token yet.")
        return self.memory, self.store

    def advance(self, tokens: int) -> None:
        """Count the call's tokens, where the host counts."""
        if self.room is None:
            self.cumulative_length += tokens

    def get_seq_length(self) -> Any:
        """Tokens seen, filtered and padding included; a tensor under a static cache."""
        if self.room is None or self.memory is None:
            return self.cumulative_length
        return self.memory.clock[0]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Length and offset of the keys that the layer in whose place this one stands would hold."""
        return super().get_mask_sizes(query_length) if self.room is None else (self.room, 0)

    def get_max_length(self) -> int:
        """The room or the window, or -1 for neither."""
        return self.room or self.window or -1

    def reset(self) -> None:
        """Forget the sequences."""
        self.memory = self.store = None
        self.cumulative_length = 0

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Follow the beams."""
        if self.memory is not None and self.store is not None:
            rows = beam_idx.to(self.store.lengths.device)
            self.memory.select(rows)
            self.store.select(rows)

    def batch_repeat_interleave(self, repeats: int) -> None:
        """Repeat each sequence."""
        if self.store is not None:
            rows = torch.arange(len(self.store.lengths), device=self.store.lengths.device)
            self.reorder_cache(rows.repeat_interleave(repeats))

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep some sequences."""
        self.reorder_cache(indices)


def device_layer(cache: Cache, index: int, window: int | None) -> DeviceCompactLayer:
    """The cache's compact layer on the device, put in the place of the empty one at the first call.

    Raises:
        UsageError: The layer holds tokens that no filter has seen, or is of a kind that cannot be compact.
    """
    while len(cache.layers) <= index:
        cache.layers.append(DynamicLayer())  # type: ignore[no-untyped-call]
    layer: Any = cache.layers[index]
    if isinstance(layer, DeviceCompactLayer):
        return layer
    if type(layer) in (StaticLayer, StaticSlidingWindowLayer):
        fresh, room = not layer.is_initialized, _room(cache)
    elif type(layer) in (DynamicLayer, DynamicSlidingWindowLayer):
        fresh, room = not layer.get_seq_length(), None
    else:
        raise UsageError(f"Token Filtering needs a dynamic or static cache, not {type(layer).__name__}.")
    if not fresh:
        raise UsageError("this cache was filled without the filter; start it anew under the filter.")
    compact = DeviceCompactLayer(window, room)
    cache.layers[index] = compact
    return compact


def real_tokens(mask: Any, tokens: int, past: int) -> Tensor | None:
    """Which tokens of a call are no padding, ``(batch, tokens)``; None for all.

    Args:
        mask: The model's attention mask: ``(batch, tokens seen and new)``; for a static cache also the mask
            that transformers has made of it, ``(batch, 1, tokens, keys)`` or a dictionary of such.
        tokens: New tokens of the call; a single one is generated, and real.
        past: Tokens before them, where the mask has four dimensions.

    Raises:
        UsageError: The mask is of another form.
    """
    if isinstance(mask, dict):
        mask = mask.get("full_attention", next(iter(mask.values())))
    if mask is None:
        return None
    if not isinstance(mask, Tensor) or mask.ndim not in (2, 4):
        raise UsageError("Token Filtering needs a two-dimensional attention mask, (batch, tokens).")
    if mask.ndim == 2:
        return mask[:, -tokens:].bool()
    if tokens == 1:
        return None
    # A padding token is hidden from every query, its own included.
    own = mask[:, 0].diagonal(offset=past, dim1=-2, dim2=-1)
    return own if own.dtype == torch.bool else own == 0


def _room(cache: Cache) -> int:
    """Tokens that a static cache was made for: its longest layer, for a window's layer holds fewer."""
    return max(int(getattr(layer, "max_cache_len", 0)) or getattr(layer, "room", 0) for layer in cache.layers)
