"""The adapter for `filtering.device`: cache layers of fixed shape in the place of dynamic and static ones."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import (
    Cache,
    CacheLayerMixin,
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


class DeviceCompactLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """A cache layer that holds kept tokens alone, in tensors of fixed shape, and reports the length of all.

    In the place of a dynamic layer it grows, and counts its tokens on the host. In that of a static one it
    has its room from the start and leaves the counting to the layer it replaces, whose count is a tensor, so
    that a captured graph may run it again.

    Attributes:
        window: Tokens that a query looks back on, itself included; None for all.
        room: Tokens that the static cache was made for; None for a dynamic one.
        made: Whether memory and store are there; they are made at the first token.
        memory: Anchors, thresholds and counts.
        store: The kept keys and values.
    """

    is_croppable = False
    memory: DeviceState
    store: StaticStore

    def __init__(self, window: int | None, was: Any = None, room: int | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.window = window
        self.is_sliding = window is not None
        self.sliding_window = window
        self.is_compileable = room is not None
        self.room = room
        self.made = False
        self.cumulative_length = 0
        self._was = was

    def advance(self, tokens: int, device: torch.device) -> None:
        """Count a call's tokens, padding included."""
        if self._was is None:
            self.cumulative_length += tokens
            return
        if not self._was.is_initialized:
            self._was.cumulative_length = self._was.cumulative_length.to(device)
            self._was.is_initialized = True
        self._was.cumulative_length.add_(tokens)
        if hasattr(self._was, "cumulative_length_int"):
            self._was.cumulative_length_int += tokens

    def get_seq_length(self) -> Any:
        """Tokens seen, filtered and padding included; a tensor under a static cache."""
        return self.cumulative_length if self._was is None else self._was.get_seq_length()

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Length and offset of the keys that the layer in whose place this one stands would hold."""
        like: Any = CompactLayer if self._was is None else type(self._was)
        sizes: tuple[int, int] = like.get_mask_sizes(self if self._was is None else self._was, query_length)
        return sizes

    def get_max_length(self) -> int:
        """The room or the window, or -1 for neither."""
        return self.room or self.window or -1

    def reset(self) -> None:
        """Forget the sequences."""
        self.made = False
        self.cumulative_length = 0
        if self._was is not None:
            self._was = type(self._was)(max_cache_len=self.room, sliding_window=self.window)

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Follow the beams."""
        if self.made:
            chosen = beam_idx.to(self.store.lengths.device)
            self.memory.select(chosen)
            self.store.select(chosen)

    def batch_repeat_interleave(self, repeats: int) -> None:
        """Repeat each sequence."""
        if self.made:
            lengths = self.store.lengths
            self.reorder_cache(torch.arange(len(lengths), device=lengths.device).repeat_interleave(repeats))

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep some sequences."""
        self.reorder_cache(indices)

    lazy_initialization = CompactLayer.lazy_initialization
    update = CompactLayer.update
    crop = CompactLayer.crop


def device_layer(cache: Cache, index: int, window: int | None) -> DeviceCompactLayer:
    """The cache's compact layer on the device, put in the place of the empty one at the first call.

    Raises:
        UsageError: The layer holds tokens that no filter, or a filter of the other path, has seen, or is of a
            kind that cannot be compact.
    """
    while len(cache.layers) <= index:
        cache.layers.append(DynamicLayer())  # type: ignore[no-untyped-call]
    layer: Any = cache.layers[index]
    if isinstance(layer, DeviceCompactLayer):
        return layer
    if type(layer) in (StaticLayer, StaticSlidingWindowLayer):
        fresh, was, room = not layer.is_initialized, layer, _room(cache)
    elif type(layer) in (DynamicLayer, DynamicSlidingWindowLayer):
        fresh, was, room = not layer.get_seq_length(), None, None
    else:
        raise UsageError(
            f"Token Filtering on the device needs a dynamic or static cache, not {type(layer).__name__}; "
            "a cache goes on under the path that it was begun with."
        )
    if not fresh:
        raise UsageError("this cache was filled without the filter; start it anew under the filter.")
    compact = DeviceCompactLayer(window, was, room)
    cache.layers[index] = compact
    return compact


def real_tokens(mask: Any, tokens: int, cache: Any) -> Tensor | None:
    """Which tokens of a call are no padding, ``(batch, tokens)``; None for all.

    Args:
        mask: The model's attention mask: ``(batch, tokens seen and new)``; for a static cache also the mask
            that transformers has made of it, ``(batch, 1, tokens, keys)`` or a dictionary of such.
        tokens: New tokens of the call; under a mask of four dimensions a single one is generated, and real.
        cache: The model's cache, or None.

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
    past = 0 if cache is None else cache.get_seq_length()
    # A padding token is hidden from every query, its own included.
    place = (torch.arange(tokens, device=mask.device) + past).expand(len(mask), -1)[..., None]
    own = mask[:, 0].gather(-1, place)[..., 0]
    return own if own.dtype == torch.bool else own == 0


def _room(cache: Cache) -> int:
    """Tokens that a static cache was made for: its longest layer, for a window's layer holds fewer."""
    return max(
        int(getattr(layer, "max_cache_len", 0) or getattr(layer, "room", 0) or 0) for layer in cache.layers
    )
