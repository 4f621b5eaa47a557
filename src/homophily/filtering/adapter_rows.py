"""The adapter's other half: transformers' cache, for sequences that come and go in one batch."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicCache

from homophily.errors import UsageError
from homophily.filtering.adapter import CompactLayer

__all__ = ["RowsLayer", "layer_windows", "rows_cache"]


class RowsLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """A dense cache layer for sequences that come and go: room ahead, so that a token costs no copy.

    Rows end at the same column; what a shorter row has before its start is for the mask to hide. Rows are
    read, written and moved by `homophily.filtering.rows`.

    Args:
        window: Tokens that a query looks back on, itself included; None for all.
    """

    GROWTH, ROWS = 128, 16
    is_croppable = False

    def __init__(self, window: int | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.window = window
        self.is_sliding = window is not None
        self.sliding_window = window
        self.rows = 0
        self.cumulative_length = 0

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Room for the rows of the first call."""
        self.rows = len(key_states)
        self.reserve(key_states, self.rows, self.cumulative_length + key_states.shape[-2])

    def reserve(self, like: Tensor, rows: int, columns: int) -> None:
        """Make room for so many rows and columns; what is held stays where it is."""
        held = (0, 0) if self.keys is None else (self.keys.shape[0], self.keys.shape[2])
        if rows <= held[0] and columns <= held[1]:
            return
        if rows > held[0] > 0:
            rows = -(-rows // self.ROWS) * self.ROWS
        wide = max(-(-columns // self.GROWTH) * self.GROWTH, held[1])
        shape = (max(rows, held[0]), like.shape[1], wide, like.shape[3])
        made = like.new_zeros(shape), like.new_zeros(shape)
        if self.keys is not None and self.values is not None:
            end = self.cumulative_length
            for new, old in zip(made, (self.keys, self.values), strict=True):
                new[: self.rows, :, :end] = old[: self.rows, :, :end]
        self.keys, self.values = made
        self.is_initialized = True

    def take_over(self, other: RowsLayer, rows: int) -> None:
        """Use another layer's memory for rows; what is left in it is finite, and for masks to hide."""
        self.keys, self.values = other.keys, other.values
        if other.keys is not None:
            self.reserve(other.keys, rows, 0)
            self.is_initialized = True
        self.rows = rows

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Add a call's tokens; returns what its queries may look at."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.cumulative_length
        end = start + key_states.shape[-2]
        self.reserve(key_states, self.rows, end)
        self.cumulative_length = end
        first = 0 if self.window is None else max(start - self.window + 1, 0)
        found = []
        for held, new in ((self.keys, key_states), (self.values, value_states)):
            assert held is not None
            held[: self.rows, :, start:end] = new
            found.append(held[: self.rows, :, first:end])
        return found[0], found[1]

    def get_seq_length(self) -> int:
        """Columns so far."""
        return self.cumulative_length

    get_mask_sizes = CompactLayer.get_mask_sizes
    get_max_length = CompactLayer.get_max_length


def layer_windows(model: nn.Module) -> list[int | None]:
    """Each layer's sliding window, None for a layer that sees all.

    Raises:
        UsageError: A layer keeps something else than keys and values of past tokens.
    """
    config: Any = model.config
    layers: list[Any] = DynamicCache(config=config.get_text_config(decoder=True)).layers
    other = {type(layer).__name__ for layer in layers} - {"DynamicLayer", "DynamicSlidingWindowLayer"}
    if other or not layers:
        raise UsageError(
            f"{type(model).__name__} keeps {', '.join(sorted(other)) or 'no cache'}, which cannot be batched "
            "here; serve it with another engine and use the respondent `chat`."
        )
    return [getattr(layer, "sliding_window", None) if layer.is_sliding else None for layer in layers]


def rows_cache(layers: list[Any]) -> Cache:
    """A cache of the given layers."""
    return Cache(layers=layers)
