"""Files for tests, written without the code that reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file


def file(path: Path, tensors: Mapping[str, Any]) -> Path:
    """A file of the safetensors package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {
        k: torch.as_tensor(np.asarray(v) if not isinstance(v, torch.Tensor) else v)
        for k, v in tensors.items()
    }
    save_file({name: tensor.clone().contiguous() for name, tensor in made.items()}, path)
    return path


def raw(path: Path, header: Any, data: bytes = b"", *, length: int | None = None) -> Path:
    """A file with any header at all."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + data)
    return path


def entry(shape: list[int], start: int, stop: int, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def sharded(folder: Path, tensors: Mapping[str, Any], number: int = 2) -> Path:
    """A folder of shards and their index."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(tensors)
    weight_map = {}
    for place in range(number):
        own = names[place::number]
        shard = f"model-{place + 1:05}-of-{number:05}.safetensors"
        file(folder / shard, {name: tensors[name] for name in own})
        weight_map |= dict.fromkeys(own, shard)
    index = {"metadata": {}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def llama(
    random: np.random.Generator, *, layers: int = 2, width: int = 16, vocab: int = 40
) -> dict[str, np.ndarray]:
    """Weights of a small model with Llama's names: 4 heads, 2 of keys and values."""

    def drawn(*shape: int) -> np.ndarray:
        return random.normal(0, 0.05, shape).astype(np.float32)

    made = {"model.embed_tokens.weight": drawn(vocab, width)}
    for layer in range(layers):
        stem = f"model.layers.{layer}."
        made |= {
            f"{stem}input_layernorm.weight": np.ones(width, np.float32),
            f"{stem}self_attn.q_proj.weight": drawn(width, width),
            f"{stem}self_attn.k_proj.weight": drawn(width // 2, width),
            f"{stem}self_attn.v_proj.weight": drawn(width // 2, width),
            f"{stem}self_attn.o_proj.weight": drawn(width, width),
            f"{stem}post_attention_layernorm.weight": np.ones(width, np.float32),
            f"{stem}mlp.gate_proj.weight": drawn(3 * width, width),
            f"{stem}mlp.up_proj.weight": drawn(3 * width, width),
            f"{stem}mlp.down_proj.weight": drawn(width, 3 * width),
        }
    return {**made, "model.norm.weight": np.ones(width, np.float32), "lm_head.weight": drawn(vocab, width)}
