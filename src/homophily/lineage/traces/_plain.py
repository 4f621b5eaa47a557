"""Models in plain torch: what an architecture looks like when another hand has written it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["PlainDecoder", "PlainEncoder", "TorchEncoder"]


class _Block(nn.Module):
    """Attention with one fused projection, and a feed-forward network; normed before or after."""

    def __init__(self, hidden: int, heads: int, inner: int, *, causal: bool, fused: bool) -> None:
        super().__init__()
        self.heads, self.causal, self.fused = heads, causal, fused
        self.mix = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.up = nn.Linear(hidden, inner)
        self.down = nn.Linear(inner, hidden)
        self.first = nn.LayerNorm(hidden)
        self.second = nn.LayerNorm(hidden)

    def attend(self, x: Tensor) -> Tensor:
        """Self-attention of ``(batch, tokens, hidden)``."""
        batch, tokens, hidden = x.shape
        q, k, v = (
            part.view(batch, tokens, self.heads, -1).transpose(1, 2)
            for part in self.mix(x).split(hidden, dim=2)
        )
        if self.fused:
            y = functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        else:
            scores = q @ k.transpose(-2, -1) * (q.shape[-1] ** -0.5)
            if self.causal:
                ones = torch.ones(tokens, tokens, dtype=torch.bool, device=x.device)
                scores = scores.masked_fill(~torch.tril(ones), float("-inf"))
            y = torch.softmax(scores, dim=-1) @ v
        joined: Tensor = self.out(y.transpose(1, 2).contiguous().view(batch, tokens, hidden))
        return joined

    def forward(self, x: Tensor) -> Tensor:
        if self.causal:  # normed before, as GPT-2 is
            x = x + self.attend(self.first(x))
            mixed: Tensor = x + self.down(functional.gelu(self.up(self.second(x)), approximate="tanh"))
            return mixed
        x = self.first(x + self.attend(x))
        normed: Tensor = self.second(x + self.down(functional.gelu(self.up(x))))
        return normed


class _Plain(nn.Module):
    causal = True

    def __init__(
        self, *, vocab: int, hidden: int, heads: int, inner: int, layers: int, positions: int, fused: bool
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(vocab, hidden)
        self.places = nn.Embedding(positions, hidden)
        blocks = (_Block(hidden, heads, inner, causal=self.causal, fused=fused) for _ in range(layers))
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.LayerNorm(hidden)
        self.head = nn.Linear(hidden, vocab, bias=False)

    def forward(self, input_ids: Tensor, **_: Any) -> Tensor:
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.words(input_ids) + self.places(places)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(self.norm(x))
        return logits


class PlainDecoder(_Plain):
    """A decoder of GPT-2's shape by hand: normed before, tanh GELU, learned positions."""


class PlainEncoder(_Plain):
    """An encoder of BERT's shape by hand: normed after, GELU, learned positions."""

    causal = False


class TorchEncoder(nn.Module):
    """``torch.nn.TransformerEncoder``, which torch fuses into one operator a layer where it can.

    Args:
        vocab, hidden, heads, inner, layers, positions: Sizes.
        fused: Leave the fast path on; off, the layer runs operator by operator.
    """

    def __init__(
        self, *, vocab: int, hidden: int, heads: int, inner: int, layers: int, positions: int, fused: bool
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(vocab, hidden)
        self.places = nn.Embedding(positions, hidden)
        # torch's fast path knows GELU and ReLU alone; any other activation runs operator by operator.
        layer = nn.TransformerEncoderLayer(
            hidden, heads, inner, activation="gelu" if fused else functional.silu, batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.head = nn.Linear(hidden, vocab)

    def forward(self, input_ids: Tensor, **_: Any) -> Tensor:
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.encoder(self.words(input_ids) + self.places(places))
        logits: Tensor = self.head(x)
        return logits
