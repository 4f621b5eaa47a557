"""Rows: one sequence's memory, read from a cache and written into another.

What a server needs to let sequences come and go in one batch, and to compute a shared beginning once: a `Row`
is all that a model remembers of a sequence, dense layers and compact ones alike, and outlives the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from homophily.errors import UsageError
from homophily.filtering.adapter import CompactLayer
from homophily.filtering.adapter_rows import RowsLayer, layer_windows, rows_cache
from homophily.filtering.state import LayerState

__all__ = ["Row", "empty", "keep", "read", "shift", "spared", "stacked", "write"]

Layer = tuple[Tensor, Tensor] | LayerState


@dataclass(frozen=True, slots=True)
class Row:
    """What a model remembers of one sequence.

    Attributes:
        layers: Per layer keys and values, ``(heads, length, dim)``, or a compact layer's state of one row.
        length: Tokens of the sequence, filtered ones included.
    """

    layers: tuple[Layer, ...]
    length: int

    @property
    def bytes(self) -> int:
        """Memory it takes, anchors included."""
        return sum(_bytes(layer) for layer in self.layers)

    def cut(self, length: int) -> Row:
        """Its first tokens, without a copy; what a filter works on can only be had whole."""
        if length == self.length:
            return self
        dense = [layer for layer in self.layers if isinstance(layer, tuple)]
        assert len(dense) == len(self.layers)
        return Row(tuple((keys[:, :length], values[:, :length]) for keys, values in dense), length)


def empty(model: nn.Module, filtered: frozenset[int], batch: int) -> Any:
    """A cache for `batch` sequences of which nothing is known.

    Args:
        model: A Hugging Face decoder.
        filtered: Layers that a `TokenFilter` works on.
        batch: Number of sequences.

    Raises:
        UsageError: The model has layers that are no attention over past tokens.
    """
    layers: list[CompactLayer | RowsLayer] = []
    for index, window in enumerate(layer_windows(model)):
        layers.append(CompactLayer(batch, window) if index in filtered else RowsLayer(window))
    return rows_cache(layers)


def stacked(model: nn.Module, filtered: frozenset[int], rows: list[Row | None], *, reuse: Any = None) -> Any:
    """A cache that goes on from rows, which all end at the column of the longest.

    Args:
        model: A Hugging Face decoder.
        filtered: Layers that a `TokenFilter` works on.
        rows: None for a new sequence.
        reuse: A cache that is not needed any more, whose memory is taken over.
    """
    cache = empty(model, filtered, len(rows))
    if reuse is not None:
        for layer, old in zip(cache.layers, reuse.layers, strict=True):
            if isinstance(layer, RowsLayer):
                layer.take_over(old, len(rows))
    known = [row for row in rows if row is not None]
    if not known:
        return cache
    columns = max(row.length for row in known)
    for index, layer in enumerate(cache.layers):
        if isinstance(layer, RowsLayer):
            like = known[0].layers[index]
            assert isinstance(like, tuple)
            layer.reserve(like[0][None], len(rows), columns)
            layer.rows = len(rows)
        layer.cumulative_length = columns
    for place, row in enumerate(rows):
        if row is not None:
            write(cache, place, row)
    return cache


def read(cache: Any, place: int, start: int, stop: int) -> Row:
    """A copy of one row: columns `start` to `stop`; a compact layer's row can only be had as it is now."""
    layers: list[Layer] = []
    for layer in cache.layers:
        if isinstance(layer, CompactLayer):
            layers.append(layer.state.row(place))
        else:
            layers.append(
                (layer.keys[place, :, start:stop].clone(), layer.values[place, :, start:stop].clone())
            )
    return Row(tuple(layers), stop - start)


def write(cache: Any, place: int, row: Row) -> None:
    """Put a row in the place of another, so that it ends at the cache's last column.

    Raises:
        UsageError: It is longer than the cache has columns; `shift` makes room first.
    """
    for layer, held in zip(cache.layers, row.layers, strict=True):
        end = layer.cumulative_length
        if row.length > end:
            raise UsageError(f"a row of {row.length} tokens does not fit a cache of {end} columns.")
        if isinstance(held, tuple):
            layer.keys[place, :, end - row.length : end] = held[0]
            layer.values[place, :, end - row.length : end] = held[1]
        else:
            layer.state.put(place, held)


def spared(cache: Any, place: int) -> tuple[int, int]:
    """Attention steps that filtering spared one row so far, over all layers, and bytes of keys and values."""
    states = [layer.state for layer in cache.layers if isinstance(layer, CompactLayer)]
    return sum(state.thresholds[place].filtered for state in states), sum(_saved(s, place) for s in states)


def keep(cache: Any, places: list[int]) -> None:
    """Let row i become row ``places[i]``; what further places hold is to be written."""
    index = torch.tensor(places)
    for layer in cache.layers:
        if isinstance(layer, CompactLayer):
            store = layer.state.store
            layer.state.select(index if store is None else index.to(store.keys.device))
            continue
        moved = [(new, old) for new, old in enumerate(places) if new < layer.rows and new != old]
        layer.reserve(layer.keys, len(places), layer.cumulative_length)
        layer.rows = len(places)
        if moved:
            into, of = (torch.tensor(part, device=layer.keys.device) for part in zip(*moved, strict=True))
            layer.keys[into], layer.values[into] = layer.keys[of], layer.values[of]


def shift(cache: Any, columns: int) -> None:
    """Put `columns` empty columns before all rows, or take away so many if negative."""
    for layer in cache.layers:
        end = layer.cumulative_length
        if isinstance(layer, RowsLayer) and layer.keys is not None:
            layer.reserve(layer.keys, layer.rows, end + columns)
        layer.cumulative_length = end + columns
        if isinstance(layer, CompactLayer):
            continue
        first = max(-columns, 0)
        for held in (layer.keys, layer.values):
            held[: layer.rows, :, first + columns : end + columns] = held[: layer.rows, :, first:end].clone()


def _bytes(layer: Layer) -> int:
    if isinstance(layer, tuple):
        return sum(part.numel() * part.element_size() for part in layer)
    return layer.bytes + (0 if layer.store is None else layer.store.bytes)


def _saved(state: LayerState, place: int) -> int:
    if state.store is None:
        return 0
    return state.store.bytes_per_token * (state.thresholds[place].seen - state.store.lengths[place])
