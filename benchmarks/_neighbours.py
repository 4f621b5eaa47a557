"""Token Filtering's neighbours on a Llama, a few lines each: what a method hides from the tokens to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from homophily.filtering import TokenFilter

__all__ = ["Pair", "dropped", "filtered", "influence", "lazy", "shortened"]

PRUNING = (4, 7, 10)  # layers at which LazyLLM's form prunes
Pair = tuple[list[int], list[int]]
"""Tokens of a prefix and of its continuation."""
Choose = Callable[[int, Tensor, Tensor, float], tuple[Tensor, Tensor]]


@contextmanager
def masked(model: Any, choose: Choose) -> Iterator[None]:
    """The model, some tokens unseen by others and some without attention, by layer.

    Args:
        model: A Llama with as many key-value heads as query heads.
        choose: From a layer, its rotated queries and keys and its scaling to two masks, ``(tokens,)``:
            whose keys and values no other token meets, and who attends to nothing.
    """

    def wrap(layer: int, module: Any) -> Callable[..., tuple[Tensor, None]]:
        def forward(hidden_states: Tensor, position_embeddings: Any, **_: Any) -> tuple[Tensor, None]:
            parts = [
                part(hidden_states).unflatten(-1, (-1, module.head_dim)).transpose(1, 2)
                for part in (module.q_proj, module.k_proj, module.v_proj)
            ]
            queries, keys = apply_rotary_pos_emb(parts[0], parts[1], *position_embeddings)
            unseen, idle = choose(layer, queries, keys, module.scaling)
            own = torch.eye(len(unseen), dtype=torch.bool)
            visible = own.new_ones(own.shape).tril() & (~unseen | own)
            heads = F.scaled_dot_product_attention(queries, keys, parts[2], attn_mask=visible)
            out = module.o_proj(heads.transpose(1, 2).flatten(2))
            return out.masked_fill(idle[:, None], 0), None

        return forward

    modules = {layer: block.self_attn for layer, block in enumerate(model.model.layers)}
    for layer, module in modules.items():
        module.forward = wrap(layer, module)
    try:
        yield
    finally:
        for module in modules.values():
            del module.forward


def filtered(model: Any, settings: dict[str, Any]) -> Callable[[Pair], Any]:
    """Token Filtering's own decisions on the prefix; the continuation is read densely."""

    def around(pair: Pair) -> Any:
        with TokenFilter(record=True, **settings)(model) as taken:
            model(torch.tensor([pair[0]]), use_cache=False)
            drop = {i: ~torch.from_numpy(layer.trace[-1].keep[0]) for i, layer in taken.layers.items()}
        rest = torch.zeros(len(pair[1]), dtype=torch.bool)
        none = torch.zeros(len(pair[0]) + len(pair[1]), dtype=torch.bool)
        masks = {layer: torch.cat([gone, rest]) for layer, gone in drop.items()}
        return masked(model, lambda layer, *_: (masks.get(layer, none),) * 2)

    return around


def lazy(model: Any, ratio: float) -> Callable[[Pair], Any]:
    """LazyLLM's form (Fu et al. 2024): from some layers on, the prefix's least attended tokens are gone.

    By the last prefix token's attention, mean over heads; what later layers keep is chosen so that all layers
    together hold (1 - ratio) of the prefix. Its second look at pruned tokens is left out: none is asked back.
    """
    layers = model.config.num_hidden_layers
    after = [np.mean([sum(layer > at for at in PRUNING) / len(PRUNING) for layer in range(layers)])]
    step = min(ratio / float(after[0]), 0.99)

    def around(pair: Pair) -> Any:
        count = len(pair[0])
        gone = torch.zeros(count + len(pair[1]), dtype=torch.bool)

        def choose(layer: int, queries: Tensor, keys: Tensor, scaling: float) -> tuple[Tensor, Tensor]:
            now = gone.clone()
            if layer in PRUNING:
                seen = (queries[0, :, count - 1] * keys[0, :, :count].transpose(0, 1)).sum(-1) * scaling
                share = seen.transpose(0, 1).masked_fill(gone[:count], -torch.inf).softmax(-1).mean(0)
                wanted = round(step * (PRUNING.index(layer) + 1) / len(PRUNING) * count)
                share[count - 1] = 2.0
                gone[share.argsort()[:wanted]] = True
            return now, torch.zeros_like(now)

        return masked(model, choose)

    return around


def dropped(model: Any, layers: set[int]) -> Callable[[Pair], Any]:
    """Attention left out in some layers."""

    def choose(layer: int, queries: Tensor, *_: Any) -> tuple[Tensor, Tensor]:
        every = torch.full((queries.shape[2],), layer in layers)
        return every, every

    return lambda pair: masked(model, choose)


@contextmanager
def shortened(model: Any, layers: set[int]) -> Iterator[None]:
    """Whole layers left out."""
    whole = model.model.layers
    model.model.layers = torch.nn.ModuleList(b for i, b in enumerate(whole) if i not in layers)
    try:
        yield
    finally:
        model.model.layers = whole


@torch.no_grad()
def influence(model: Any, rows: Tensor, *, attention: bool) -> list[int]:
    """Layers from least to most influence: 1 - cosine of what goes in and what comes out, mean over tokens.

    ShortGPT's block influence (Men et al. 2024); of the attention sub-layer alone as in He et al. 2024. On
    calibration text, which no other method here needs.
    """
    states: dict[int, list[Tensor]] = {}

    def watch(layer: int) -> Callable[..., None]:
        def hook(module: Any, args: Any, kwargs: Any, out: Any) -> None:
            given = kwargs.get("hidden_states", args[0] if args else None)
            output = out[0] if isinstance(out, tuple) else out
            if attention:
                given = before[layer]
                output = given + output
            states[layer] = [given, output]

        return hook

    before: dict[int, Tensor] = {}
    hooks = []
    for layer, block in enumerate(model.model.layers):
        hooks.append(
            block.register_forward_pre_hook(
                lambda module, args, layer=layer: before.__setitem__(layer, args[0])
            )
        )
        watched = block.self_attn if attention else block
        hooks.append(watched.register_forward_hook(watch(layer), with_kwargs=True))
    model(rows, use_cache=False)
    for hook in hooks:
        hook.remove()
    moved = {layer: 1 - F.cosine_similarity(a, b, dim=-1).mean() for layer, (a, b) in states.items()}
    return sorted(moved, key=lambda layer: float(moved[layer]))
