"""Two large checkpoints of one shape for benchmarks: Gaussian weights, and the same a little moved."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["BLOCK", "LAYERS", "shapes", "write_pair"]

#: Llama 7B: 32 layers of width 4,096, feed-forward 11,008, vocabulary 32,000; 6.74 · 10⁹ weights.
LAYERS, WIDTH, INNER, VOCAB = 32, 4096, 11008, 32000
#: Weights written at once; also the bytes that reading alone takes at once.
BLOCK = 8 << 20


def shapes(layers: int) -> dict[str, tuple[int, ...]]:
    """Tensors of a model of this shape with so many layers."""
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCAB, WIDTH)}
    for layer in range(layers):
        stem = f"model.layers.{layer}."
        found |= {f"{stem}self_attn.{name}_proj.weight": (WIDTH, WIDTH) for name in "qkvo"}
        found |= {f"{stem}mlp.{name}_proj.weight": (INNER, WIDTH) for name in ("gate", "up")}
        found[f"{stem}mlp.down_proj.weight"] = (WIDTH, INNER)
        found |= {f"{stem}{name}_layernorm.weight": (WIDTH,) for name in ("input", "post_attention")}
    return {**found, "model.norm.weight": (WIDTH,), "lm_head.weight": (VOCAB, WIDTH)}


def write_pair(folder: Path, layers: int) -> None:
    """Two shards a model: Gaussian weights, and the same with small changes."""
    tensors = list(shapes(layers).items())
    parts = [tensors[: len(tensors) // 2], tensors[len(tensors) // 2 :]]
    for name in ("a", "b"):
        (folder / name).mkdir()
    weight_map: dict[str, str] = {}
    for number, part in enumerate(parts, start=1):
        shard = f"model-{number:05}-of-{len(parts):05}.safetensors"
        _write_shard([folder / name / shard for name in ("a", "b")], part, seed=number)
        weight_map |= {name: shard for name, _ in part}
    for name in ("a", "b"):
        (folder / name / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
        config = {"model_type": "llama", "num_hidden_layers": layers, "tie_word_embeddings": False}
        (folder / name / "config.json").write_text(json.dumps(config))


def _write_shard(paths: list[Path], tensors: list[tuple[str, tuple[int, ...]]], seed: int) -> None:
    header: dict[str, Any] = {}
    at = 0
    for name, shape in tensors:
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    random = np.random.default_rng(seed)
    # Blocks of a stock from random places: to draw every weight anew would take longer than all else.
    stock = random.normal(0, 0.02, 3 * BLOCK).astype(np.float32)
    moved = stock + random.normal(0, 2e-4, stock.shape).astype(np.float32)
    words = [(each.view(np.uint32) >> 16).astype(np.uint16) for each in (stock, moved)]
    files = [path.open("wb") for path in paths]
    try:
        for file in files:
            file.write(len(text).to_bytes(8, "little") + text)
        left = at // 2
        while left:
            count = min(left, BLOCK)
            start = int(random.integers(0, 2 * BLOCK))
            for file, each in zip(files, words, strict=True):
                file.write(each[start : start + count].data)
            left -= count
        for file in files:
            file.flush()
            os.fsync(file.fileno())
    finally:
        for file in files:
            file.close()
