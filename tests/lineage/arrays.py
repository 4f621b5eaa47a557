"""Models as arrays by role and layer, of known descent, made in no time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

Model = dict[tuple[str, int | None], np.ndarray]


def model(seed: int, *, layers: int = 3, hidden: int = 24, units: int = 60, vocabulary: int = 90) -> Model:
    """Gaussian weights of a gated model; strangers have other seeds."""
    rng = np.random.default_rng(seed)
    shapes = {
        "q": (hidden, hidden),
        "k": (hidden, hidden),
        "v": (hidden, hidden),
        "o": (hidden, hidden),
        "gate": (units, hidden),
        "up": (units, hidden),
        "down": (hidden, units),
    }
    made: Model = {("embed", None): rng.normal(size=(vocabulary, hidden)).astype(np.float32)}
    for layer in range(layers):
        for role, shape in shapes.items():
            made[role, layer] = rng.normal(scale=0.1, size=shape).astype(np.float32)
        for norm in ("norm.attn", "norm.mlp"):
            made[norm, layer] = rng.uniform(0.5, 1.5, hidden).astype(np.float32)
    return made


def tuned(parent: Model, amount: float = 0.1, seed: int = 99) -> Model:
    """Every matrix moved by a share of its length."""
    rng = np.random.default_rng(seed)
    return {
        key: array + (amount * array.std() * rng.normal(size=array.shape)).astype(np.float32)
        if array.ndim == 2
        else array.copy()
        for key, array in parent.items()
    }


def shuffled(parent: Model, seed: int = 5) -> Model:
    """The units of every layer in another order."""
    rng = np.random.default_rng(seed)
    made = dict(parent)
    for layer in {layer for _, layer in parent if layer is not None}:
        order = rng.permutation(len(parent["up", layer]))
        for role in ("gate", "up"):
            made[role, layer] = parent[role, layer][order]
        made["down", layer] = parent["down", layer][:, order]
    return made


#: What each role is called in a Llama's block.
STEMS = {
    **{role: f"self_attn.{role}_proj" for role in "qkvo"},
    **{role: f"mlp.{role}_proj" for role in ("gate", "up", "down")},
    "norm.attn": "input_layernorm",
    "norm.mlp": "post_attention_layernorm",
}


def saved(folder: Path, made: Model, **config: object) -> Path:
    """A Llama's folder."""
    folder.mkdir(parents=True)
    names = {
        key: "model.embed_tokens.weight"
        if key[1] is None
        else f"model.layers.{key[1]}.{STEMS[key[0]]}.weight"
        for key in made
    }
    save_file({names[key]: np.ascontiguousarray(v) for key, v in made.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(
        json.dumps({"model_type": "llama", "num_attention_heads": 4, **config})
    )
    return folder
