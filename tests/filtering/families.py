"""Tiny random models of every supported family."""

import torch
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    MistralConfig,
    Phi3Config,
    PhiConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen3Config,
)

SHAPE = {
    "vocab_size": 97,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}

CONFIGS = {
    "llama": LlamaConfig(**SHAPE),
    "llama-one-kv-head": LlamaConfig(**{**SHAPE, "num_key_value_heads": 1}),
    "mistral": MistralConfig(**SHAPE, sliding_window=40),
    "qwen2": Qwen2Config(**SHAPE),
    "qwen2-mixed": Qwen2Config(**SHAPE, use_sliding_window=True, sliding_window=40, max_window_layers=2),
    "qwen3": Qwen3Config(**SHAPE, head_dim=16),
    "phi3": Phi3Config(**SHAPE),
    "phi": PhiConfig(**SHAPE, qk_layernorm=True),
}


def build(name: str, seed: int = 0, dtype: torch.dtype = torch.float32) -> PreTrainedModel:
    torch.manual_seed(seed)
    return AutoModelForCausalLM.from_config(CONFIGS[name]).to(dtype).eval()


def tokens(batch: int, length: int, seed: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(3, 97, (batch, length), generator=generator)
