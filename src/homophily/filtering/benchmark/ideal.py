"""The ideal skip: the same share of attention left out, with nothing decided and nothing gathered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers.cache_utils import Cache, DynamicLayer

from homophily.errors import UsageError
from homophily.filtering.adapter import CompactLayer, attentions, family_of, window_of

__all__ = ["ideal"]


@contextmanager
def ideal(model: nn.Module, rates: Sequence[float], *, keys_values: bool) -> Iterator[None]:
    """Let each layer leave out a share of tokens that is fixed beforehand.

    Of a prefill the first tokens stay, which is a view and no copy; of decoding all but every
    ``1 / rate``-th, the whole batch alike. What is left out is replaced by nothing. So the time is a bound
    for whatever filters these shares of these layers; the output means nothing.

    Args:
        model: A Hugging Face decoder of a supported family.
        rates: Each layer's share of tokens left out, in [0, 1]; 0 leaves the layer dense.
        keys_values: Whether keys and values are projected for all tokens, as they must be where they decide;
            else for none left out.
    """
    layers = [
        (module, _Layer(module, rate, keys_values))
        for module, rate in zip(attentions(model), rates, strict=True)
        if rate > 0
    ]
    for module, layer in layers:
        vars(module)["forward"] = layer.forward
    try:
        yield
    finally:
        for module, _ in layers:
            vars(module).pop("forward", None)


class _Held(CompactLayer):  # type: ignore[no-untyped-call]
    """Keys and values of what stays, in a buffer that grows by half."""

    def __init__(self, batch: int, rate: float) -> None:
        super().__init__(batch, None)
        self.rate, self.debt, self.held = rate, 0.0, 0
        self.buffers: tuple[Tensor, Tensor] | None = None

    def stays(self, tokens: int) -> int:
        """How many of a call's tokens stay."""
        self.cumulative_length += tokens
        self.debt += self.rate * tokens
        gone = min(tokens, int(self.debt + 0.5) if tokens > 1 else int(self.debt + 1e-9))
        self.debt -= gone
        return tokens - gone

    def add(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append, and return all that is held."""
        end = self.held + keys.shape[2]
        if self.buffers is None or end > self.buffers[0].shape[2]:
            room = max(end + 64, end * 3 // 2 if self.held else 0)
            grown = tuple(part.new_empty((*part.shape[:2], room, part.shape[3])) for part in (keys, values))
            if self.buffers is not None:
                for new, old in zip(grown, self.buffers, strict=True):
                    new[:, :, : self.held] = old[:, :, : self.held]
            self.buffers = (grown[0], grown[1])
        self.buffers[0][:, :, self.held : end] = keys
        self.buffers[1][:, :, self.held : end] = values
        self.held = end
        return self.buffers[0][:, :, :end], self.buffers[1][:, :, :end]


class _Layer:
    """Stands in for an attention module's ``forward``."""

    def __init__(self, attention: nn.Module, rate: float, keys_values: bool) -> None:
        self.attention, self.rate, self.keys_values = attention, rate, keys_values
        self.window = window_of(attention)

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor] | None = None,
        attention_mask: Tensor | None = None,
        past_key_values: Any = None,
        **_: Any,
    ) -> tuple[Tensor, None]:
        """Attention of the tokens that stay, among themselves."""
        assert position_embeddings is not None
        attention, family = self.attention, family_of(self.attention)
        layer = self._held(past_key_values, hidden_states.shape[0])
        if self.window is not None and layer.cumulative_length + hidden_states.shape[1] > self.window:
            raise UsageError(f"no bound beyond a sliding window of {self.window} tokens: shorten --contexts.")
        tokens = hidden_states.shape[1]
        stay = layer.stays(tokens)
        left = hidden_states[:, :stay]
        if self.keys_values:
            keys, values = family.keys_values(attention, hidden_states)
            keys, values = keys[:, :, :stay], values[:, :, :stay]
        elif stay:
            keys, values = family.keys_values(attention, left)
        if not stay:
            return torch.zeros_like(hidden_states), None
        cos, sin = (part[:, :stay] for part in position_embeddings)
        queries, keys = family.rotate_both(attention, family.queries(attention, left), keys, cos, sin)
        heads = _attend(queries, *layer.add(keys, values), scale=float(attention.scaling))  # type: ignore[arg-type]
        projected = family.output(attention, heads)
        if stay == tokens:
            return projected, None
        out = torch.zeros_like(hidden_states)
        out[:, :stay] = projected
        return out, None

    def _held(self, cache: Cache, batch: int) -> _Held:
        index = int(self.attention.layer_idx)  # type: ignore[arg-type]
        while len(cache.layers) <= index:
            cache.layers.append(DynamicLayer())  # type: ignore[no-untyped-call]
        layer = cache.layers[index]
        if not isinstance(layer, _Held):
            cache.layers[index] = layer = _Held(batch, self.rate)
        return layer


def _attend(queries: Tensor, keys: Tensor, values: Tensor, *, scale: float) -> Tensor:
    """The calls that a filtered layer makes (`homophily.filtering.attention`), without masks."""
    groups = queries.shape[1] // keys.shape[1]
    if queries.shape[2] == 1 and groups > 1:
        lined = queries.view(len(queries), -1, groups, queries.shape[-1])
        return F.scaled_dot_product_attention(lined, keys, values, scale=scale).view_as(queries)
    causal = queries.shape[2] > 1
    return F.scaled_dot_product_attention(
        queries, keys, values, is_causal=causal, scale=scale, enable_gqa=groups > 1
    )
