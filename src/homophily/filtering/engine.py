"""One filtered attention layer: decide, compact, attend, scatter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from homophily.errors import UsageError
from homophily.filtering.adapter import CompactLayer, family_of, layer_state, window_of
from homophily.filtering.attention import attend
from homophily.filtering.state import Decision, Policy
from homophily.filtering.store import CompactStore

__all__ = ["FilteredLayer"]


@dataclass(slots=True)
class FilteredLayer:
    """Stands in for an attention module's ``forward`` while a filter is on.

    Attributes:
        attention: The module.
        policy: What is filtered.
        valid: Tells which tokens of the call are no padding, ``(batch, tokens)`` or None for all.
        rotated: Whether keys are compared after rotary embedding.
        cache_filtered: Whether filtered tokens' keys and values are kept all the same.
        seen: Tokens decided on.
        filtered: Tokens filtered.
        trace: Every decision, when `record` is set.
    """

    attention: nn.Module
    policy: Policy
    valid: Callable[[], Tensor | None]
    rotated: bool = False
    cache_filtered: bool = False
    record: bool = False
    seen: int = 0
    filtered: int = 0
    last: CompactLayer | None = None
    trace: list[Decision] = field(default_factory=list)

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor] | None = None,
        attention_mask: Tensor | None = None,
        past_key_values: Any = None,
        **_: Any,
    ) -> tuple[Tensor, None]:
        """Attention for the kept tokens, zero for the filtered ones, as the module's own ``forward``."""
        if position_embeddings is None:
            raise UsageError("Token Filtering needs a model that hands rotary embeddings to its layers.")
        attention, family = self.attention, family_of(self.attention)
        batch, tokens, _width = hidden_states.shape
        layer = self._layer(past_key_values, batch)
        cos, sin = (part.expand(batch, -1, -1) for part in position_embeddings)
        keys, values = family.keys_values(attention, hidden_states)
        compared = family.rotate(attention, keys, keys, cos, sin)[1] if self.rotated else keys
        valid = self.valid()
        decision = layer.state.decide(compared, values, valid, self.policy)
        self._count(decision, valid)
        start = layer.cumulative_length
        layer.cumulative_length += tokens
        positions = torch.arange(start, start + tokens, device=keys.device).expand(batch, -1)
        out = torch.zeros_like(hidden_states)
        stored = decision.keep
        if self.cache_filtered:
            stored = torch.ones_like(stored) if valid is None else valid
        picked, counts = _pick(stored)
        if picked.shape[1] == 0:
            return out, None
        slots = self._store(layer, keys, values, (cos, sin), positions, picked, counts)
        asking, asked = (picked, counts) if stored is decision.keep else _pick(decision.keep)
        if asking.shape[1] == 0:
            return out, None
        if stored is not decision.keep:
            place = torch.zeros_like(positions).scatter(
                1, picked, torch.arange(picked.shape[1]).expand(batch, -1)
            )
            slots = slots.gather(1, place.gather(1, asking))
        hidden = hidden_states if bool((asked == tokens).all()) else _rows(hidden_states, asking)
        queries = family.queries(attention, hidden)
        queries, _same = family.rotate(attention, queries, queries, _rows(cos, asking), _rows(sin, asking))
        store = layer.state.store
        heads = attend(
            queries,
            store,  # type: ignore[arg-type]
            slots,
            positions.gather(1, asking),
            scaling=float(attention.scaling),  # type: ignore[arg-type]
            window=layer.window,
        )
        projected = family.output(attention, heads)
        real = torch.arange(asking.shape[1], device=asking.device) < asked[:, None]
        row, place = real.nonzero(as_tuple=True)
        out[row, asking[row, place]] = projected[row, place]
        self._trim(layer)
        return out, None

    def _layer(self, cache: Any, batch: int) -> CompactLayer:
        window = window_of(self.attention)
        if cache is None:
            layer = CompactLayer(batch, window)
        else:
            layer = layer_state(cache, int(self.attention.layer_idx), batch, window)  # type: ignore[arg-type]
        if len(layer.state.thresholds) != batch:
            raise UsageError(f"the cache holds {len(layer.state.thresholds)} sequences, the call {batch}.")
        self.last = layer
        return layer

    def _store(
        self,
        layer: CompactLayer,
        keys: Tensor,
        values: Tensor,
        rotation: tuple[Tensor, Tensor],
        positions: Tensor,
        picked: Tensor,
        counts: Tensor,
    ) -> Tensor:
        if layer.state.store is None:
            layer.state.store = CompactStore(keys, len(counts))
        if not bool((counts == keys.shape[2]).all()):
            index = picked[:, None, :, None].expand(-1, keys.shape[1], -1, keys.shape[-1])
            keys, values = keys.gather(2, index), values.gather(2, index)
            positions = positions.gather(1, picked)
            rotation = (_rows(rotation[0], picked), _rows(rotation[1], picked))
        _same, keys = family_of(self.attention).rotate(self.attention, keys, keys, *rotation)
        return layer.state.store.append(keys, values, positions, counts)

    def _trim(self, layer: CompactLayer) -> None:
        if layer.window is not None and layer.state.store is not None:
            layer.state.store.trim(layer.cumulative_length - layer.window + 1)

    def _count(self, decision: Decision, valid: Tensor | None) -> None:
        seen = decision.keep.numel() if valid is None else int(valid.sum())
        self.seen += seen
        self.filtered += seen - int(decision.keep.sum())
        if self.record:
            self.trace.append(decision)


def _pick(mask: Tensor) -> tuple[Tensor, Tensor]:
    """The places of each row's true entries, in order, padded to the longest row; and their counts."""
    counts = mask.sum(1)
    longest = int(counts.max())
    return torch.argsort(mask.int(), dim=1, descending=True, stable=True)[:, :longest], counts


def _rows(table: Tensor, index: Tensor) -> Tensor:
    """Gather along tokens: ``(batch, tokens, width)`` at ``(batch, picked)``."""
    return table.gather(1, index[..., None].expand(-1, -1, table.shape[-1]))
