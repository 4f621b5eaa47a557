"""One filtered attention layer that never asks the device: fixed shapes in prefill and in decoding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from homophily.errors import UsageError
from homophily.filtering.adapter import family_of, window_of
from homophily.filtering.adapter_device import DeviceCompactLayer, device_layer
from homophily.filtering.device.bound import most_kept
from homophily.filtering.device.compact import attend, compact, rows, scatter
from homophily.filtering.device.scores import score
from homophily.filtering.device.state import DeviceState
from homophily.filtering.device.store import StaticStore
from homophily.filtering.device.tally import DeviceTally
from homophily.filtering.state import Decision, Policy
from homophily.filtering.tally import Tally

__all__ = ["DeviceLayer"]


@dataclass(slots=True)
class DeviceLayer:
    """Stands in for an attention module's ``forward``, as `engine.FilteredLayer` does, without host waits.

    Attributes:
        attention: The module.
        policy: What is filtered.
        valid: Tells which tokens of the call are no padding, ``(batch, tokens)`` or None for all.
        operations: What decides and what attends in decoding: `device.plain` or `device.fused`.
        rotated: Whether keys are compared after rotary embedding.
        counted: What was counted of every batch of sequences, on the device.
        newest: The same of the last call's sequences.
        trace: Always empty: decisions stay on the device.
    """

    attention: nn.Module
    policy: Policy
    valid: Callable[[], Tensor | None]
    operations: ModuleType
    rotated: bool = False
    counted: list[DeviceTally] = field(default_factory=list)
    newest: DeviceTally | None = None
    trace: tuple[Decision, ...] = ()

    @property
    def tallies(self) -> list[Tally]:
        """What was counted of every batch of sequences; waits for the device."""
        return [tally.read() for tally in self.counted]

    @property
    def last(self) -> Tally | None:
        """What was counted of the last call's sequences; likewise."""
        return None if self.newest is None else self.newest.read()

    @property
    def seen(self) -> int:
        """Tokens decided on, over all sequences; likewise."""
        return sum(tally.seen for tally in self.tallies)

    @property
    def filtered(self) -> int:
        """Tokens filtered among them; likewise."""
        return sum(tally.filtered for tally in self.tallies)

    def forget(self) -> None:
        """Count anew."""
        for tally in self.counted:
            tally.listed = False
        self.counted.clear()

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
        keys, values = family.keys_values(attention, hidden_states)
        layer = self._layer(past_key_values, keys)
        layer.advance(tokens, keys.device)
        cos, sin = (part.expand(batch, -1, -1) for part in position_embeddings)
        turned, before = family.rotate(attention, keys, cos, sin), layer.memory.seen.clone()
        keep, order = self._decide(layer.memory, turned if self.rotated else keys, values)
        call = _Call(layer, hidden_states, turned, values, (cos, sin), keep, order, before)
        return self._step(call) if tokens == 1 else self._prefill(call), None

    def _layer(self, cache: Any, keys: Tensor) -> DeviceCompactLayer:
        """The cache's layer, its memory and store made at the first token."""
        window, policy = window_of(self.attention), self.policy
        index: Any = self.attention.layer_idx
        layer = DeviceCompactLayer(window) if cache is None else device_layer(cache, index, window)
        if not layer.made:
            room = keys.shape[2] if layer.room is None else layer.room
            layer.memory = DeviceState(keys, policy.control, DeviceTally.of(keys, window))
            layer.store = StaticStore(
                keys,
                max(1, most_kept(room, policy)),
                ring=None if window is None else max(1, most_kept(window, policy)),
                fixed=layer.room is not None,
            )
            layer.made = True
        tally = layer.memory.tally
        if len(tally.seen) != len(keys):
            raise UsageError(f"the cache holds {len(tally.seen)} sequences, the call {len(keys)}.")
        if not tally.listed:
            tally.listed = True
            self.counted.append(tally)
        self.newest = tally
        return layer

    def _decide(self, memory: DeviceState, compared: Tensor, values: Tensor) -> tuple[Tensor, Tensor | None]:
        """Which tokens are kept, real ones first, and where these stand in the call; None if all are real."""
        tokens, valid = compared.shape[2], self.valid()
        order, counts = None, torch.full_like(memory.seen, tokens)
        if valid is not None:
            counts = valid.sum(1, dtype=torch.int32)
            if tokens > 1:
                order = torch.argsort(valid.int(), dim=1, descending=True, stable=True)
                index = order[:, None, :, None].expand_as(compared)
                compared, values = compared.gather(2, index), values.gather(2, index)
        scores = score(memory, compared, values, counts, self.policy)
        skip = self.operations.decide(memory, scores, counts, self.policy.control)
        real = torch.arange(tokens, device=scores.device) < counts[:, None]
        return real & ~skip, order

    def _step(self, call: _Call) -> Tensor:
        """One token a row: every tensor has its place, and rows that skip are left early."""
        attention, family, store = self.attention, family_of(self.attention), call.layer.store
        keep = call.keep[:, 0]
        store.reserve(1)
        store.append(call.keys, call.values, call.before[:, None], keep.to(torch.int32))
        queries = family.rotate(attention, family.queries(attention, call.hidden), *call.turn)
        heads = self.operations.attend_one(
            queries,
            store,
            keep,
            call.before,
            scaling=float(attention.scaling),  # type: ignore[arg-type]
            window=call.layer.window,
        )
        return torch.where(keep[:, None, None], family.output(attention, heads), 0.0)

    def _prefill(self, call: _Call) -> Tensor:
        """Many tokens: gather the kept ones, attend among them and over the past, put the outputs back."""
        attention, family, store = self.attention, family_of(self.attention), call.layer.store
        tokens = call.hidden.shape[1]
        places, counts = max(1, most_kept(tokens, self.policy)), call.keep.sum(1, dtype=torch.int32)
        rank = compact(call.keep, places)
        picked = rank if call.order is None else call.order.gather(1, rank)
        positions = call.before[:, None] + rank
        queries = family.queries(attention, rows(call.hidden, picked))
        queries = family.rotate(attention, queries, *(rows(part, picked) for part in call.turn))
        index = picked[:, None, :, None].expand(-1, call.keys.shape[1], -1, call.keys.shape[-1])
        keys, values = call.keys.gather(2, index), call.values.gather(2, index)
        heads = attend(
            queries,
            keys,
            values,
            positions,
            None if store.empty else store,
            scaling=float(attention.scaling),  # type: ignore[arg-type]
            window=call.layer.window,
        )
        store.reserve(places)
        store.append(keys, values, positions, counts)
        return scatter(family.output(attention, heads), picked, counts, tokens)


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    """What a call brings to one layer.

    Attributes:
        layer: The cache's layer.
        hidden: ``(batch, tokens, width)``.
        keys: Rotated, ``(batch, KV heads, tokens, dim)``.
        values: Likewise.
        turn: Cosine and sine of the rotation, ``(batch, tokens, dim)`` each.
        keep: Which tokens are kept, ``(batch, tokens)``, real ones first.
        order: Where in the call these stand, ``(batch, tokens)``; None for their own places.
        before: Tokens of each row before the call, ``(batch,)``.
    """

    layer: DeviceCompactLayer
    hidden: Tensor
    keys: Tensor
    values: Tensor
    turn: tuple[Tensor, Tensor]
    keep: Tensor
    order: Tensor | None
    before: Tensor
