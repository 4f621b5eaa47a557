"""A model's tensors under names common to all families, rows out and columns in, and back again."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["Anatomy", "State"]

State = dict[str, Tensor]

BERT = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}
GPT2 = {"o": "attn.c_proj", "norm1": "ln_1", "up": "mlp.c_fc", "down": "mlp.c_proj", "norm2": "ln_2"}
LLAMA = {
    "q": "self_attn.q_proj",
    "k": "self_attn.k_proj",
    "v": "self_attn.v_proj",
    "o": "self_attn.o_proj",
    "norm1": "input_layernorm",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
    "norm2": "post_attention_layernorm",
}
PREFIX = {"bert": "bert.encoder.layer", "gpt2": "transformer.h", "llama": "model.layers"}
PARTS = {"bert": BERT, "gpt2": GPT2, "llama": LLAMA}
#: Tensors outside the blocks that write to the residual stream along their last axis.
WRITERS = {
    "bert": [
        "bert.embeddings.word_embeddings.weight",
        "bert.embeddings.position_embeddings.weight",
        "bert.embeddings.token_type_embeddings.weight",
    ],
    "gpt2": ["transformer.wte.weight", "transformer.wpe.weight"],
    "llama": ["model.embed_tokens.weight"],
}
#: Matrices outside the blocks that read the residual stream along their last axis.
READERS = {
    "bert": ["bert.pooler.dense.weight", "cls.predictions.transform.dense.weight"],
    "gpt2": ["lm_head.weight"],
    "llama": ["lm_head.weight"],
}
#: The norm after the last block, or after the embeddings.
OUTER = {"bert": "bert.embeddings.LayerNorm", "gpt2": "transformer.ln_f", "llama": "model.norm"}


class Anatomy:
    """The tensors of one model, copied, in canonical form.

    ``at[part, layer]`` is a matrix ``(out, in)`` or a norm's gain; ``at[part + ".bias", layer]`` its bias.
    ``rest`` holds everything outside the blocks under its own name.

    Args:
        state: As ``state_dict`` gives it.
        family: ``bert``, ``gpt2`` or ``llama``.
    """

    def __init__(self, state: State, family: str) -> None:
        self.family = family
        self.prefix = PREFIX[family]
        self.at: dict[tuple[str, int], Tensor] = {}
        blocks = {name: w for name, w in state.items() if name.startswith(self.prefix + ".")}
        self.rest = {name: w.clone() for name, w in state.items() if name not in blocks}
        depth = len(self.prefix) + 1
        self.layers = 1 + max(int(name[depth:].split(".")[0]) for name in blocks)
        for layer in range(self.layers):
            for part, path in PARTS[family].items():
                for end in ("weight", "bias"):
                    name = f"{self.prefix}.{layer}.{path}.{end}"
                    if name in blocks:
                        weight = blocks[name].clone()
                        turned = family == "gpt2" and weight.ndim == 2
                        self.at[_key(part, end), layer] = weight.T if turned else weight
            if family == "gpt2":
                fused = f"{self.prefix}.{layer}.attn.c_attn"
                for end in ("weight", "bias"):
                    pieces = blocks[f"{fused}.{end}"].clone().chunk(3, -1)
                    for part, piece in zip("qkv", pieces, strict=True):
                        self.at[_key(part, end), layer] = piece.T if piece.ndim == 2 else piece

    def state(self) -> State:
        """The tensors under the family's own names."""
        state = {name: weight.contiguous() for name, weight in self.rest.items()}
        for layer in range(self.layers):
            for part, path in PARTS[self.family].items():
                for end in ("weight", "bias"):
                    weight = self.at.get((_key(part, end), layer))
                    if weight is not None:
                        turned = self.family == "gpt2" and weight.ndim == 2
                        kept = weight.T if turned else weight
                        state[f"{self.prefix}.{layer}.{path}.{end}"] = kept.contiguous()
            if self.family == "gpt2":
                for end in ("weight", "bias"):
                    pieces = [self.at[_key(part, end), layer] for part in "qkv"]
                    kept = torch.cat([p.T if p.ndim == 2 else p for p in pieces], -1)
                    state[f"{self.prefix}.{layer}.attn.c_attn.{end}"] = kept.contiguous()
        return state

    def readers(self) -> list[tuple[str, str]]:
        """In each block: the parts that read the residual stream, and the norm before them."""
        inner = ["up", "gate"] if ("gate", 0) in self.at else ["up"]
        return [(part, "norm1") for part in "qkv"] + [(part, "norm2") for part in inner]

    def split(self, heads: int) -> tuple[int, int]:
        """How many heads keys and values have, and how wide a head is."""
        width = self.at["q", 0].shape[0] // heads
        return self.at["k", 0].shape[0] // width, width


def _key(part: str, end: str) -> str:
    return part if end == "weight" else f"{part}.bias"
