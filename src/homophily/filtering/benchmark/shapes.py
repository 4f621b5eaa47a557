"""Models of given shapes with random weights: time and memory need no trained ones."""

from __future__ import annotations

from typing import Any

import torch

from homophily.errors import UnknownName

__all__ = ["SHAPES", "random_model"]

#: Published shapes of Llama models: width, MLP width, layers, query heads, KV heads, vocabulary.
SHAPES: dict[str, tuple[int, int, int, int, int, int]] = {
    "tiny": (128, 256, 6, 4, 2, 512),
    "135m": (576, 1536, 30, 9, 3, 49_152),
    "1b": (2048, 8192, 16, 32, 8, 128_256),
    "3b": (3072, 8192, 28, 24, 8, 128_256),
    "7b": (4096, 11_008, 32, 32, 32, 32_000),
    "8b": (4096, 14_336, 32, 32, 8, 128_256),
    "13b": (5120, 13_824, 40, 40, 40, 32_000),
}


def random_model(shape: str, *, device: torch.device, dtype: torch.dtype, seed: int = 0) -> Any:
    """A Llama of a known shape, its weights drawn anew.

    Args:
        shape: A name in `SHAPES`: 135m is SmolLM's, 1b and 3b Llama 3.2's, 7b and 13b Llama 2's, 8b Llama
            3.1's.
        device: Where the weights are made.
        dtype: Their kind.
        seed: Of the weights.

    Raises:
        UnknownName: No such shape.
    """
    from transformers import AutoModelForCausalLM, LlamaConfig

    if shape not in SHAPES:
        raise UnknownName("shape", shape, SHAPES)
    width, inner, layers, heads, shared, words = SHAPES[shape]
    config = LlamaConfig(
        vocab_size=words,
        hidden_size=width,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=shared,
        head_dim=width // heads,
        max_position_embeddings=131_072,
        rope_parameters={"rope_type": "default", "rope_theta": 500_000.0},
    )
    torch.manual_seed(seed)
    build: Any = AutoModelForCausalLM.from_config
    with torch.device(device):
        model = build(config, dtype=dtype)
    return model.eval()
