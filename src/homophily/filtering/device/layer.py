"""One filtered attention layer that never asks the device: fixed shapes in prefill and in decoding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from homophily.errors import UsageError
from homophily.filtering.adapter import DeviceCompactLayer, device_layer, family_of, window_of
from homophily.filtering.device.bound import most_kept
from homophily.filtering.device.plain import score
from homophily.filtering.device.prefill import attend, compact, rows, scatter
from homophily.filtering.device.state import DeviceState
from homophily.filtering.device.store import StaticStore
from homophily.filtering.state import Policy

__all__ = ["DeviceLayer"]


@dataclass(slots=True)
class DeviceLayer:
    """Stands in for an attention module's ``forward``, as `engine.FilteredLayer` does, without host waits.

    Attributes:
        attention: The module.
        policy: What is filtered.
        valid: Tells which tokens of the call are no padding, ``(batch, tokens)`` or None for all.
        operations: The decode step's operations: `device.plain` or `device.fused`.
        rotated: Whether keys are compared after rotary embedding.
        totals: Tokens decided on and filtered, over all calls, ``(2,)``, int64 on the device.
        last: The cache layer of the last call.
    """

    attention: nn.Module
    policy: Policy
    valid: Callable[[], Tensor | None]
    operations: ModuleType
    rotated: bool = False
    totals: Tensor | None = None
    last: DeviceCompactLayer | None = field(default=None)

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
        batch, tokens, _width = hidden_states.shape
        keys, values = family_of(self.attention).keys_values(self.attention, hidden_states)
        cache = self._cache(past_key_values, keys, tokens)
        cos, sin = (part.expand(batch, -1, -1) for part in position_embeddings)
        _same, turned = family_of(self.attention).rotate(self.attention, keys, keys, cos, sin)
        run = self._step if tokens == 1 else self._prefill
        out = run(cache, hidden_states, turned if self.rotated else keys, turned, values, (cos, sin))
        cache.advance(tokens)
        return out, None

    def _cache(self, cache: Any, keys: Tensor, tokens: int) -> DeviceCompactLayer:
        """The cache's layer, its memory and store made at the first token."""
        window, control = window_of(self.attention), self.policy.control
        if cache is None:
            layer = DeviceCompactLayer(window, None)
        else:
            layer = device_layer(cache, int(self.attention.layer_idx), window)  # type: ignore[arg-type]
        if layer.memory is None or layer.store is None:
            layer.memory = DeviceState(keys, control)
            ring = None if window is None else most_kept(window, control)
            room = most_kept(tokens if layer.room is None else layer.room, control)
            layer.store = StaticStore(keys, room, ring=ring, fixed=layer.room is not None)
        elif len(layer.store.lengths) != len(keys):
            raise UsageError(f"the cache holds {len(layer.store.lengths)} sequences, the call {len(keys)}.")
        if self.totals is None:
            self.totals = torch.zeros(2, dtype=torch.int64, device=keys.device)
        self.last = layer
        return layer

    def _step(
        self,
        cache: DeviceCompactLayer,
        hidden: Tensor,
        compared: Tensor,
        keys: Tensor,
        values: Tensor,
        rotation: tuple[Tensor, Tensor],
    ) -> Tensor:
        """One token a row: every tensor has its place, and rows that skip are left early."""
        attention, family, operations = self.attention, family_of(self.attention), self.operations
        memory, store = _made(cache)
        store.reserve(1)
        keep = operations.decide_one(
            memory, store, compared, values, keys, self.valid(), self.policy, self.totals
        )
        queries = family.queries(attention, hidden, self._project("q", hidden, keep))
        queries, _same = family.rotate(attention, queries, queries, *rotation)
        heads = operations.attend_one(
            queries,
            store,
            keep,
            memory.clock,
            scaling=float(attention.scaling),  # type: ignore[arg-type]
            window=cache.window,
        )
        weights = family.weights(attention, "o")
        if weights is None:
            return torch.where(keep[:, None, None], family.output(attention, heads), 0.0)
        out: Tensor = operations.project(heads.transpose(1, 2).flatten(2), *weights, keep)
        return out

    def _prefill(
        self,
        cache: DeviceCompactLayer,
        hidden: Tensor,
        compared: Tensor,
        keys: Tensor,
        values: Tensor,
        rotation: tuple[Tensor, Tensor],
    ) -> Tensor:
        """Many tokens: decide on all, gather the kept ones, attend among them, put the outputs back."""
        attention, family = self.attention, family_of(self.attention)
        memory, store = _made(cache)
        batch, tokens, _width = hidden.shape
        keep, order = self._decide(memory, compared, values)
        places = max(1, most_kept(tokens, self.policy.control))
        picked, counts = compact(keep, places, order), keep.sum(1, dtype=torch.int32)
        positions = (memory.clock[:, None] + torch.arange(tokens, device=hidden.device)).gather(1, picked)
        memory.clock += tokens
        queries = family.queries(attention, rows(hidden, picked))
        turn = [rows(part, picked) for part in rotation]
        queries, _same = family.rotate(attention, queries, queries, *turn)
        index = picked[:, None, :, None].expand(-1, keys.shape[1], -1, keys.shape[-1])
        keys, values = keys.gather(2, index), values.gather(2, index)
        heads = attend(
            queries,
            keys,
            values,
            positions,
            store if store.bound else None,
            scaling=float(attention.scaling),  # type: ignore[arg-type]
            window=cache.window,
        )
        store.reserve(places)
        store.append(keys, values, positions, counts)
        return scatter(family.output(attention, heads), picked, counts, tokens)

    def _decide(self, memory: DeviceState, compared: Tensor, values: Tensor) -> tuple[Tensor, Tensor | None]:
        """Which tokens are kept, real ones first; and their places, None if all are real."""
        batch, _, tokens, _ = compared.shape
        valid = self.valid()
        order, counts = None, torch.full_like(memory.seen, tokens)
        if valid is not None:
            counts = valid.sum(1, dtype=torch.int32)
            order = torch.argsort(valid.int(), dim=1, descending=True, stable=True)
            index = order[:, None, :, None].expand_as(compared)
            compared, values = compared.gather(2, index), values.gather(2, index)
        scores = score(memory, compared, values, counts, self.policy)
        skip = self.operations.scan(memory, scores, counts, self.policy.control)
        real = torch.arange(tokens, device=skip.device) < counts[:, None]
        if self.totals is not None:
            self.totals += torch.stack([real.sum(), skip.sum()])
        return real & ~skip, order

    def _project(self, which: str, rows: Tensor, keep: Tensor) -> Tensor | None:
        weights = family_of(self.attention).weights(self.attention, which)
        return None if weights is None else self.operations.project(rows, *weights, keep)


def _made(cache: DeviceCompactLayer) -> tuple[DeviceState, StaticStore]:
    if cache.memory is None or cache.store is None:
        raise RuntimeError("the cache's layer was not made")
    return cache.memory, cache.store
