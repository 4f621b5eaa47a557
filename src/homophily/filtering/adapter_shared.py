"""The adapter's reading half: new tokens of several sequences see each its own past where it lies, uncopied.

Attention over a past and over the new tokens is computed apart, without masks, and merged by the logarithms
of their sums of exponentials, which is exact (as FlashAttention merges its blocks, Dao et al. 2022, arXiv
2205.14135, section 3.1).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from homophily.errors import UsageError
from homophily.filtering.adapter import attentions, family_of
from homophily.filtering.adapter_rows import layer_windows
from homophily.filtering.rows import Row

__all__ = ["SharedPasts"]

States = tuple[Tensor, Tensor]


@dataclass(slots=True)
class _Call:
    """One reading: whose past is what, how many new tokens each has, and the new tokens' keys and values."""

    pasts: Sequence[Row | None]
    counts: Sequence[int]
    new: list[States] = field(default_factory=list)


class SharedPasts:
    """Stands in for a model's attention while prompts are read; else the model is as it was.

    Args:
        model: A Hugging Face decoder, `possible` with it.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._own = threading.local()
        self._modules = attentions(model)
        for module in self._modules:
            vars(module)["forward"] = self._stand_in(module, module.forward)

    @staticmethod
    def possible(model: nn.Module, filtered: frozenset[int], device: str) -> bool:
        """Whether all layers look at all that came before, by an attention known here, on a CPU."""
        if filtered or device != "cpu" or any(layer_windows(model)):
            return False
        try:
            modules = attentions(model)
        except UsageError:
            return False
        config: Any = model.config
        return config._attn_implementation == "sdpa" and all("forward" not in vars(m) for m in modules)

    def close(self) -> None:
        """Give the model its own attention back."""
        for module in self._modules:
            vars(module).pop("forward", None)

    @contextmanager
    def reading(self, pasts: Sequence[Row | None], counts: Sequence[int]) -> Iterator[_Call]:
        """Within the block this thread's forward passes are readings.

        Args:
            pasts: What each row goes on from; None at a sequence's start.
            counts: Each row's number of new tokens; what fills it up comes after them.
        """
        self._own.call = call = _Call(pasts, counts)
        try:
            yield call
        finally:
            self._own.call = None

    @staticmethod
    def row(call: _Call, place: int, length: int) -> Row:
        """One sequence's memory after a reading, its first `length` tokens."""
        past = call.pasts[place]
        if past is not None and length <= past.length:
            return past.cut(length)
        new = length - (0 if past is None else past.length)
        layers: list[States] = []
        for index, states in enumerate(call.new):
            held: Any = (None, None) if past is None else past.layers[index]
            keys, values = (
                part[place, :, :new].clone() if old is None else torch.cat([old, part[place, :, :new]], 1)
                for old, part in zip(held, states, strict=True)
            )
            layers.append((keys, values))
        return Row(tuple(layers), length)

    def _stand_in(self, attention: nn.Module, own: Any) -> Any:
        family = family_of(attention)

        def forward(
            hidden_states: Tensor,
            position_embeddings: tuple[Tensor, Tensor] | None = None,
            attention_mask: Tensor | None = None,
            past_key_values: Any = None,
            **others: Any,
        ) -> Any:
            call = getattr(self._own, "call", None)
            if call is None or position_embeddings is None:
                return own(
                    hidden_states=hidden_states,
                    position_embeddings=position_embeddings,
                    attention_mask=attention_mask,
                    past_key_values=past_key_values,
                    **others,
                )
            keys, values = family.keys_values(attention, hidden_states)
            queries = family.queries(attention, hidden_states)
            queries, keys = family.rotate_both(attention, queries, keys, *position_embeddings)
            layer = len(call.new)
            call.new.append((keys, values))
            heads = _attend(queries, keys, values, call, layer, float(attention.scaling))  # type: ignore[arg-type]
            return family.output(attention, heads), None

        return forward


def _attend(queries: Tensor, keys: Tensor, values: Tensor, call: _Call, layer: int, scaling: float) -> Tensor:
    """``(batch, query heads, tokens, dim)``: each row over its past, and over its own tokens causally."""
    heads, dim = queries.shape[1], queries.shape[3]
    groups = heads // keys.shape[1]
    if groups > 1:
        keys, values = keys.repeat_interleave(groups, 1), values.repeat_interleave(groups, 1)
    own, own_sums = _flash(queries, keys, values, scaling, causal=True)
    if not any(call.pasts):
        return own
    old, old_sums = torch.zeros_like(own), torch.full_like(own_sums, -torch.inf)
    for row, (past, count) in enumerate(zip(call.pasts, call.counts, strict=True)):
        if past is None:
            continue
        held: Any = past.layers[layer]
        # A group's queries stand in line over their one KV head.
        asking = queries[row : row + 1, :, :count].reshape(1, heads // groups, groups * count, dim)
        seen, sums = _flash(asking, held[0][None], held[1][None], scaling, causal=False)
        old[row, :, :count] = seen.reshape(heads, count, dim)
        old_sums[row, :, :count] = sums.reshape(heads, count)
    share = torch.sigmoid(old_sums - own_sums).unsqueeze(-1).to(own.dtype)
    return torch.lerp(own, old, share)


def _flash(
    queries: Tensor, keys: Tensor, values: Tensor, scaling: float, *, causal: bool
) -> tuple[Tensor, Tensor]:
    """What is attended to, and the log of each query's sum of exponentials, ``(batch, heads, tokens)``."""
    found: tuple[Tensor, Tensor] = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
        queries, keys, values, 0.0, causal, scale=scaling
    )
    return found
