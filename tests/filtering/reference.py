"""Token Filtering in plain loops, one sequence and one token at a time; for comparison only."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from homophily.filtering import TokenFilter
from homophily.filtering.adapter import attentions, family_of, window_of
from homophily.filtering.placement import place


def cosine(a: Tensor, b: Tensor) -> float:
    return float(a @ b / (a.norm() * b.norm()).clamp(min=1e-8))


def score(keys: list[float], values: list[float]) -> float:
    var_k, var_v = np.var(keys) + 1e-8, np.var(values) + 1e-8
    weight = var_v / (var_k + var_v)
    return float(weight * np.mean(keys) + (1 - weight) * np.mean(values))


class Loop:
    """One layer, one sequence."""

    def __init__(self, settings: TokenFilter, rate: float) -> None:
        self.settings, self.rate = settings, rate
        self.anchor_k: list[Tensor] = []
        self.anchor_v: list[Tensor] = []
        self.scores: list[float] = []
        self.seen = self.filtered = 0
        self.threshold = math.nan
        self.kept: list[tuple[int, Tensor, Tensor]] = []

    def decide(self, k: Tensor, v: Tensor) -> bool:
        s = self.settings
        if not self.anchor_k:
            self.anchor_k, self.anchor_v = list(k), list(v)
        value = score(
            [cosine(h, a) for h, a in zip(k, self.anchor_k, strict=True)],
            [cosine(h, a) for h, a in zip(v, self.anchor_v, strict=True)],
        )
        self.anchor_k = [s.gamma * a + (1 - s.gamma) * h for h, a in zip(k, self.anchor_k, strict=True)]
        self.anchor_v = [s.gamma * a + (1 - s.gamma) * h for h, a in zip(v, self.anchor_v, strict=True)]
        skip = self.seen >= s.warmup and value > self.threshold
        self.seen += 1
        self.filtered += skip
        self.scores.append(value)
        if self.seen >= s.warmup and (self.seen - s.warmup) % s.block == 0:
            # The first token is its own anchor: its score is left out.
            last = self.scores[1:][-s.window :] if self.seen > s.warmup else self.scores[1:]
            self.threshold = float(np.quantile(last, 1 - self.rate))
            self.threshold += s.eta * max(float(np.std(last)), 1e-3) * (self.filtered - self.rate * self.seen)
        return bool(skip)


@contextmanager
def loops(settings: TokenFilter, model: nn.Module) -> Iterator[list[Loop | None]]:
    """Put the loops in place of each filtered layer's attention; one unpadded sequence, one call."""
    modules = attentions(model)
    rates = place(
        len(modules), settings.ratio, where=settings.where, share=settings.share, most=settings.most
    )
    states = [Loop(settings, rate) if rate else None for rate in rates]
    try:
        for module, state in zip(modules, states, strict=True):
            if state is not None:
                module.forward = _forward(module, state)
        yield states
    finally:
        for module in modules:
            vars(module).pop("forward", None)


def _forward(attention: nn.Module, state: Loop):
    family, window = family_of(attention), window_of(attention)

    def forward(hidden_states: Tensor, position_embeddings: tuple[Tensor, Tensor], **_: object):
        out = torch.zeros_like(hidden_states)
        cos, sin = position_embeddings
        groups = attention.num_key_value_groups
        for t in range(hidden_states.shape[1]):
            x = hidden_states[:, t : t + 1]
            k, v = family.keys_values(attention, x)
            if state.decide(k[0, :, 0].float(), v[0, :, 0].float()):
                continue
            q = family.queries(attention, x)
            q, k = (family.rotate(attention, x, cos[:, t : t + 1], sin[:, t : t + 1]) for x in (q, k))
            state.kept.append((t, k[0, :, 0], v[0, :, 0]))
            seen = [entry for entry in state.kept if window is None or t - entry[0] < window]
            heads = []
            for h in range(q.shape[1]):
                logits = (
                    torch.stack([q[0, h, 0] @ entry[1][h // groups] for entry in seen]) * attention.scaling
                )
                weights = logits.float().softmax(0).to(q.dtype)
                heads.append(sum(w * entry[2][h // groups] for w, entry in zip(weights, seen, strict=True)))
            out[:, t] = family.output(attention, torch.stack(heads)[None, :, None])[:, 0]
        return out, None

    return forward
