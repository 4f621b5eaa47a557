"""Filtering taken apart: any score, any set of layers, each harm alone, and stand-ins.

Here a layer filters exactly its share of each row's tokens past the warm-up, chosen over the whole row: no
threshold, so that scores alone differ. Everything is computed and then masked; nothing is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from benchmarks._paired import WARM_UP
from torch import Tensor
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from homophily.filtering.anchor import anchors_before, likeness

__all__ = ["Seen", "Skips", "what_if"]

Skips = dict[int, Tensor]
"""By layer: which tokens were filtered there, ``(batch, tokens)``."""


@dataclass(slots=True)
class Seen:
    """What a score may look at in one layer.

    Attributes:
        layer: Its index.
        hidden: Its attention's input, ``(batch, tokens, width)``.
        queries: ``(batch, heads, tokens, dim)``, before rotation.
        keys: Likewise.
        values: Likewise.
        output: What attention adds to the residual stream, were nothing filtered here.
        received: Attention that each token receives from later ones, mean over heads, ``(batch, tokens)``.
        skips: What the layers below have filtered.
    """

    layer: int
    hidden: Tensor
    queries: Tensor
    keys: Tensor
    values: Tensor
    output: Tensor
    received: Tensor
    skips: Skips = field(default_factory=dict)

    def likeness(self, what: Literal["queries", "keys", "values", "hidden"], gamma: float = 0.9) -> Tensor:
        """Cosine with the running average, ``(batch, heads, tokens)``."""
        states: Tensor = self.hidden[:, None] if what == "hidden" else getattr(self, what)
        return likeness(states, anchors_before(states, states[:, :, 0], gamma))


Score = Callable[[Seen], Tensor]


@contextmanager
def what_if(
    model: Any,
    rates: Mapping[int, float],
    score: Score,
    *,
    harm: Literal["both", "query", "cache"] = "both",
    carry: bool = False,
    near: int = 0,
) -> Iterator[None]:
    """The model, some tokens of some layers filtered.

    Args:
        model: A Llama with as many key-value heads as query heads.
        rates: Share of tokens to filter, by layer.
        score: The highest are filtered.
        harm: ``query``: filtered tokens attend to nothing, but are attended to; ``cache``: they attend, but
            no later token meets them; ``both``.
        carry: A filtered token takes over what attention gave the last kept one, instead of nothing.
        near: A filtered token's key and value are still met by so many tokens after it, and leave then.
    """
    skips: Skips = {}
    modules = {layer: model.model.layers[layer].self_attn for layer in sorted(rates)}
    for layer, module in modules.items():
        module.forward = _forward(
            module, layer, rates[layer], score, skips, (layer == min(rates), harm, carry, near)
        )
    try:
        yield
    finally:
        for module in modules.values():
            del module.forward


def _forward(
    module: Any, layer: int, rate: float, score: Score, skips: Skips, how: tuple[bool, str, bool, int]
) -> Callable[..., tuple[Tensor, None]]:
    first, harm, carry, near = how

    def forward(hidden_states: Tensor, position_embeddings: Any, **_: Any) -> tuple[Tensor, None]:
        heads = [
            part(hidden_states).unflatten(-1, (-1, module.head_dim)).transpose(1, 2)
            for part in (module.q_proj, module.k_proj, module.v_proj)
        ]
        queries, keys = apply_rotary_pos_emb(heads[0], heads[1], *position_embeddings)
        tokens = keys.shape[2]
        causal = torch.ones(tokens, tokens, dtype=torch.bool).tril()
        output, weights = _attend(module, queries, keys, heads[2], causal)
        if first:
            skips.clear()
        seen = Seen(layer, hidden_states, *heads, output, weights.mean(1).sum(1), skips)
        skip = _quota(score(seen), rate)
        if harm != "query":
            visible = causal & (~skip[:, None, None] | causal.triu(-near))
            output, _weights = _attend(module, queries, keys, heads[2], visible)
        skips[layer] = skip
        if harm == "cache":
            return output, None
        return _carried(output, skip) if carry else output.masked_fill(skip[..., None], 0), None

    return forward


def _attend(
    module: Any, queries: Tensor, keys: Tensor, values: Tensor, visible: Tensor
) -> tuple[Tensor, Tensor]:
    weights = (
        (queries @ keys.transpose(-1, -2) * module.scaling).masked_fill(~visible, -torch.inf).softmax(-1)
    )
    return module.o_proj((weights @ values).transpose(1, 2).flatten(2)), weights


def _quota(scores: Tensor, rate: float) -> Tensor:
    scores = scores.clone()
    scores[:, :WARM_UP] = -torch.inf
    chosen = scores.topk(round(rate * (scores.shape[1] - WARM_UP)), 1).indices
    return torch.zeros(scores.shape, dtype=torch.bool).scatter(1, chosen, True)


def _carried(output: Tensor, skip: Tensor) -> Tensor:
    """Each skipped token's output replaced by that of the last kept one."""
    last = torch.where(skip, -1, torch.arange(skip.shape[1])).cummax(1).values
    return output.gather(1, last[..., None].expand_as(output))
