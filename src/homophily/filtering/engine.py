"""One filtered attention layer: decide, compact, attend, put back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from homophily.errors import UsageError
from homophily.filtering.adapter import CompactLayer, family_of, layer_state, window_of
from homophily.filtering.attention import attend
from homophily.filtering.picked import Picked
from homophily.filtering.state import Decision, Policy
from homophily.filtering.store import CompactStore
from homophily.filtering.tally import Tally

__all__ = ["FilteredLayer"]

#: Tokens that a window may have left behind before they are taken out; until then they are passed over.
STALE = 64


@dataclass(slots=True)
class FilteredLayer:
    """Stands in for an attention module's ``forward`` while a filter is on.

    Attributes:
        attention: The module.
        policy: What is filtered.
        valid: Tells which tokens of the call are no padding, ``(batch, tokens)`` or None for all.
        rotated: Whether keys are compared after rotary embedding.
        cache_filtered: Whether filtered tokens' keys and values are kept all the same.
        record: Whether every decision is kept in `trace`.
        last: What was counted of the last call's sequences.
        tallies: The same of every batch of sequences.
        trace: Every decision, when `record` is set.
    """

    attention: nn.Module
    policy: Policy
    valid: Callable[[], NDArray[np.bool_] | None]
    rotated: bool = False
    cache_filtered: bool = False
    record: bool = False
    last: Tally | None = None
    tallies: list[Tally] = field(default_factory=list)
    trace: list[Decision] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Tokens decided on, over all sequences."""
        return sum(tally.seen for tally in self.tallies)

    @property
    def filtered(self) -> int:
        """Tokens filtered among them."""
        return sum(tally.filtered for tally in self.tallies)

    def forget(self) -> None:
        """Count anew."""
        self.tallies.clear()

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
        layer.cumulative_length += tokens
        cos, sin = (part.expand(batch, -1, -1) for part in position_embeddings)
        keys, values = family.keys_values(attention, hidden_states)
        valid = self.valid()
        positions = layer.state.positions(tokens, valid)
        compared = family.rotate(attention, keys, cos, sin) if self.rotated else keys
        decision = layer.state.decide(compared, values, valid, self.policy)
        if self.record:
            self.trace.append(decision)
        asking = Picked(decision.keep, keys.device)
        out = None
        if asking.longest or self.cache_filtered:
            hidden = asking.take(hidden_states)
            heads = self._answer(layer, hidden, (keys, values), (cos, sin), positions, asking, valid)
            if asking.longest:
                out = asking.put(family.output(attention, heads), tokens)
            self._fit(layer)
            self._trim(layer, at_once=tokens > 1)
        self._count(layer)
        return torch.zeros_like(hidden_states) if out is None else out, None

    def _answer(
        self,
        layer: CompactLayer,
        hidden: Tensor,
        states: tuple[Tensor, Tensor],
        rotation: tuple[Tensor, Tensor],
        positions: NDArray[np.int64],
        asking: Picked,
        valid: NDArray[np.bool_] | None,
    ) -> Tensor:
        """Store what is kept, and attend for those who ask: ``(batch, query heads, asking, dim)``."""
        keys, values = states
        queries = family_of(self.attention).queries(self.attention, hidden)
        queries, keys, stored = self._turn(queries, keys, rotation, asking, valid)
        if layer.state.store is None:
            layer.state.store = CompactStore(keys, len(keys))
        slots = layer.state.store.append(keys, stored.take(values), stored.of(positions), stored.counts)
        if not asking.longest:
            return queries
        if stored is not asking:
            real = np.ones(positions.shape, dtype=bool) if valid is None else valid
            slots = slots[:, :1] + asking.of(np.cumsum(real, axis=1, dtype=np.int64) - 1)
        return self._attend(layer, queries, slots, asking.of(positions), single=positions.shape[1] == 1)

    def _layer(self, cache: Any, batch: int) -> CompactLayer:
        window = window_of(self.attention)
        if cache is None:
            layer = CompactLayer(batch, window)
        else:
            layer = layer_state(cache, int(self.attention.layer_idx), batch, window)  # type: ignore[arg-type]
        state = layer.state
        if len(state.thresholds) != batch:
            raise UsageError(f"the cache holds {len(state.thresholds)} sequences, the call {batch}.")
        if not state.tally.sequences:
            self.tallies.append(state.tally)
        self.last = state.tally
        return layer

    def _turn(
        self,
        queries: Tensor,
        keys: Tensor,
        rotation: tuple[Tensor, Tensor],
        asking: Picked,
        valid: NDArray[np.bool_] | None,
    ) -> tuple[Tensor, Tensor, Picked]:
        """Rotate the queries of those who ask and the keys of those who are stored; and who these are."""
        family, attention = family_of(self.attention), self.attention
        cos, sin = (asking.take(part) for part in rotation)
        if not self.cache_filtered:
            return *family.rotate_both(attention, queries, asking.take(keys), cos, sin), asking
        mask = np.ones((len(keys), keys.shape[2]), dtype=bool) if valid is None else valid
        stored = Picked(mask, keys.device)
        queries = family.rotate(attention, queries, cos, sin)
        cos, sin = (stored.take(part) for part in rotation)
        return queries, family.rotate(attention, stored.take(keys), cos, sin), stored

    def _attend(
        self,
        layer: CompactLayer,
        queries: Tensor,
        slots: NDArray[np.int64],
        positions: NDArray[np.int64],
        *,
        single: bool,
    ) -> Tensor:
        store, capacity = layer.state.store, self.policy.capacity
        assert store is not None  # what asks has been stored
        if capacity is not None and single:
            # What leaves is out of this query's sight already: it can go first, and no mask is needed.
            self._fit(layer)
            slots, capacity = np.array(store.lengths)[:, None] - 1, None
        return attend(
            queries,
            store,
            slots,
            positions,
            scaling=float(self.attention.scaling),  # type: ignore[arg-type]
            window=layer.window,
            capacity=capacity,
        )

    def _fit(self, layer: CompactLayer) -> None:
        """Take out what is beyond the capacity."""
        state, capacity = layer.state, self.policy.capacity
        if state.store is not None and capacity is not None:
            seen = np.array([threshold.seen for threshold in state.thresholds])
            state.store.evict(np.maximum(state.store.lengths - capacity.at(seen), 0).tolist(), capacity.sinks)

    def _trim(self, layer: CompactLayer, *, at_once: bool) -> None:
        """Take out what the window has left behind for the next query."""
        if layer.state.store is not None and layer.window is not None:
            sinks = self.policy.capacity.sinks if self.policy.capacity is not None else 0
            oldest = [threshold.seen - layer.window + 1 for threshold in layer.state.thresholds]
            stale = layer.state.store.older(oldest, sinks)
            if at_once or max(stale) >= STALE:
                layer.state.store.evict(stale, sinks)

    def _count(self, layer: CompactLayer) -> None:
        state, capacity = layer.state, self.policy.capacity
        tally, counts = state.tally, [(t.seen, t.filtered) for t in state.thresholds]
        evicted = [0] * len(counts)
        if capacity is not None:
            kept = [seen if self.cache_filtered else seen - filtered for seen, filtered in counts]
            limits = capacity.at(np.array([seen for seen, _ in counts]))
            evicted = np.maximum(kept - limits, 0).tolist()
        tally.sequences = [(*count, gone) for count, gone in zip(counts, evicted, strict=True)]
        tally.anchor_bytes = state.bytes
        if state.store is not None:
            longest = layer.window - 1 if layer.window is not None else sys.maxsize
            tally.cache_bytes = state.store.bytes
            tally.dense_bytes = state.store.bytes_per_token * sum(min(seen, longest) for seen, _ in counts)
