"""The one place that knows transformers: attention modules by family, and the cache's layer interface."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers.cache_utils import Cache, CacheLayerMixin, DynamicLayer, DynamicSlidingWindowLayer

from homophily.errors import UsageError
from homophily.filtering.state import LayerState

__all__ = [
    "FAMILIES",
    "CompactLayer",
    "Family",
    "FusedFamily",
    "PhiFamily",
    "attentions",
    "family_of",
    "layer_state",
    "window_of",
]


class Family:
    """How an attention module makes queries, keys and values: separate projections, optional q/k norms."""

    output_name = "o_proj"
    norms = ("q_norm", "k_norm")

    def queries(self, attention: nn.Module, hidden: Tensor) -> Tensor:
        """``(batch, query heads, tokens, dim)``, before rotation."""
        return self._normed(
            attention, self.norms[0], self._heads(attention, self._project(attention, hidden, "q"))
        )

    def keys_values(self, attention: nn.Module, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Two of ``(batch, KV heads, tokens, dim)``, the keys before rotation."""
        keys = self._heads(attention, self._project(attention, hidden, "k"))
        values = self._heads(attention, self._project(attention, hidden, "v"))
        return self._normed(attention, self.norms[1], keys), values

    def rotate(self, attention: nn.Module, heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Rotary embedding of queries or keys."""
        return self.rotate_both(attention, heads, heads[:, :0], cos, sin)[0]

    def rotate_both(
        self, attention: nn.Module, queries: Tensor, keys: Tensor, cos: Tensor, sin: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Rotary embedding by the model's own function."""
        rotated: tuple[Tensor, Tensor] = _modelling(attention).apply_rotary_pos_emb(queries, keys, cos, sin)
        return rotated

    def output(self, attention: nn.Module, heads: Tensor) -> Tensor:
        """Output projection of ``(batch, query heads, tokens, dim)``."""
        projection = getattr(attention, self.output_name)
        out: Tensor = projection(heads.transpose(1, 2).flatten(2).contiguous())
        return out

    def _project(self, attention: nn.Module, hidden: Tensor, which: str) -> Tensor:
        out: Tensor = getattr(attention, f"{which}_proj")(hidden)
        return out

    def _heads(self, attention: nn.Module, projected: Tensor) -> Tensor:
        dim: Any = attention.head_dim
        width = projected.shape[-1]
        return projected.reshape(*projected.shape[:-1], width // dim, dim).transpose(1, 2)

    def _normed(self, attention: nn.Module, name: str, heads: Tensor) -> Tensor:
        norm = getattr(attention, name, None)
        return norm(heads) if norm is not None else heads


class FusedFamily(Family):
    """One matrix for queries, keys and values (Phi-3); its rows are read apart."""

    def _project(self, attention: nn.Module, hidden: Tensor, which: str) -> Tensor:
        config: Any = attention.config
        dim: Any = attention.head_dim
        query, kv = config.num_attention_heads * dim, config.num_key_value_heads * dim
        start, end = {"q": (0, query), "k": (query, query + kv), "v": (query + kv, query + 2 * kv)}[which]
        fused: Any = attention.qkv_proj
        bias = None if fused.bias is None else fused.bias[start:end]
        return F.linear(hidden, fused.weight[start:end], bias)


class PhiFamily(Family):
    """Phi: biased projections, optional head norms, part of each head rotated."""

    output_name = "dense"
    norms = ("q_layernorm", "k_layernorm")

    def rotate_both(
        self, attention: nn.Module, queries: Tensor, keys: Tensor, cos: Tensor, sin: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Rotate the leading dimensions alone."""
        part: Any = attention.rotary_ndims
        query, key = super().rotate_both(attention, queries[..., :part], keys[..., :part], cos, sin)
        return torch.cat([query, queries[..., part:]], -1), torch.cat([key, keys[..., part:]], -1)


#: Supported attention modules. To add one whose projections fit a family is to add its class name here.
FAMILIES: dict[str, Family] = {
    "LlamaAttention": Family(),
    "MistralAttention": Family(),
    "Qwen2Attention": Family(),
    "Qwen3Attention": Family(),
    "Phi3Attention": FusedFamily(),
    "PhiAttention": PhiFamily(),
}


def attentions(model: nn.Module) -> list[nn.Module]:
    """The model's self-attention modules in order of their layers.

    Raises:
        UsageError: The model has none, or not in every layer, or of a family not supported.
    """
    found = [m for m in model.modules() if type(m).__name__.endswith("Attention") and hasattr(m, "layer_idx")]
    unknown = {type(module).__name__ for module in found} - set(FAMILIES)
    if unknown or not found:
        what = ", ".join(sorted(unknown)) or f"no self-attention in {type(model).__name__}"
        raise UsageError(
            f"Token Filtering does not know {what}. Supported: {', '.join(FAMILIES)}. "
            "To add one, enter its class in FAMILIES of homophily/filtering/adapter.py."
        )
    layers = getattr(getattr(model, "config", None), "num_hidden_layers", len(found))
    if len(found) != layers:
        raise UsageError(
            f"Token Filtering needs attention in every layer, but {len(found)} of {layers} layers of "
            f"{type(model).__name__} have it; hybrids with linear attention or state spaces are not known."
        )
    return sorted(found, key=lambda module: int(module.layer_idx))  # type: ignore[arg-type]


def family_of(attention: nn.Module) -> Family:
    """The family of an attention module."""
    return FAMILIES[type(attention).__name__]


def window_of(attention: nn.Module) -> int | None:
    """Tokens that a query looks back on, itself included; None for all."""
    own = getattr(attention, "sliding_window", None)
    if hasattr(attention, "sliding_window") or hasattr(attention, "layer_type"):
        return own
    config: Any = attention.config
    return getattr(config, "sliding_window", None)


class CompactLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """A cache layer that holds kept tokens alone and reports the length of all.

    transformers derives positions and masks from a layer's length, so the logical one is told.
    """

    is_croppable = False

    def __init__(self, batch: int, window: int | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.state = LayerState(batch)
        self.window = window
        self.is_sliding = window is not None
        self.sliding_window = window
        self.cumulative_length = 0

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """The store is made at the first kept token."""

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Refused: only a filtered layer writes here."""
        raise UsageError("this cache was filled under a TokenFilter; go on under the same one.")

    def get_seq_length(self) -> int:
        """Tokens seen, filtered and padding included."""
        return self.cumulative_length

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Length and offset of the keys that a dense layer of this kind would hold."""
        seen = self.cumulative_length
        if self.window is None:
            return seen + query_length, 0
        return min(seen, self.window - 1) + query_length, max(seen - self.window + 1, 0)

    def get_max_length(self) -> int:
        """The window, or -1 for none."""
        return self.window or -1

    def reset(self) -> None:
        """Forget the sequences."""
        self.state = LayerState(len(self.state.thresholds))
        self.cumulative_length = 0

    def crop(self, tokens_to_remove: int) -> None:
        """Refused: a token's decision cannot be taken back."""
        if tokens_to_remove:
            raise UsageError(
                "assisted decoding takes tokens back, which a filtered cache cannot; switch it off."
            )

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Follow the beams."""
        self.state.select(beam_idx)

    def batch_repeat_interleave(self, repeats: int) -> None:
        """Repeat each sequence."""
        self.state.select(torch.arange(len(self.state.thresholds)).repeat_interleave(repeats))

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep some sequences."""
        self.state.select(indices)


def layer_state(cache: Cache, index: int, batch: int, window: int | None) -> CompactLayer:
    """The cache's compact layer, put in the place of the empty one at the first call.

    Raises:
        UsageError: The layer holds tokens that no filter has seen, or is of a kind that cannot be compact.
    """
    while len(cache.layers) <= index:
        cache.layers.append(DynamicLayer())  # type: ignore[no-untyped-call]
    layer: Any = cache.layers[index]
    if isinstance(layer, CompactLayer):
        return layer
    if type(layer) not in (DynamicLayer, DynamicSlidingWindowLayer):
        raise UsageError(
            f"Token Filtering needs a dynamic cache, not {type(layer).__name__}; "
            "leave `cache_implementation` unset."
        )
    if layer.get_seq_length():
        raise UsageError("this cache was filled without the filter; start it anew under the filter.")
    compact = CompactLayer(batch, window)
    cache.layers[index] = compact
    return compact


def _modelling(attention: nn.Module) -> Any:
    return sys.modules[type(attention).__module__]
