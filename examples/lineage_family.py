"""Makes a small family of language models to practise on: python examples/lineage_family.py FOLDER.

A Llama of 0.2 million weights learns to spell from the docstrings of Python's own library; children are made
from it in the usual ways; a stranger learns the same text from another start. About a minute on one core.
"""

from __future__ import annotations

import copy
import json
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

WINDOW = 48


def text() -> bytes:
    """Docstrings of modules that every Python has."""
    names = [m.name for m in pkgutil.iter_modules() if m.name in sys.stdlib_module_names and m.name[0] != "_"]
    wanted = {
        "argparse",
        "ast",
        "csv",
        "decimal",
        "difflib",
        "email",
        "json",
        "pathlib",
        "random",
        "statistics",
    }
    modules = [import_module(name) for name in names if name in wanted]
    docs = [
        getattr(thing, "__doc__", None) for module in modules for thing in [module, *vars(module).values()]
    ]
    return "\n".join(doc for doc in docs if isinstance(doc, str)).encode("ascii", "ignore")


def batches(data: bytes, steps: int, seed: int) -> Iterator[torch.Tensor]:
    """Random windows of bytes, 16 at a time."""
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.frombuffer(bytearray(data), dtype=torch.uint8).long()
    for _ in range(steps):
        starts = torch.randint(len(numbers) - WINDOW, (16,), generator=generator)
        yield torch.stack([numbers[start : start + WINDOW] for start in starts])


def learn(model: LlamaForCausalLM, data: bytes, *, steps: int, rate: float, seed: int) -> LlamaForCausalLM:
    """Adam on the next byte."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate)
    for rows in batches(data, steps, seed):
        optimiser.zero_grad()
        model(input_ids=rows, labels=rows).loss.backward()
        optimiser.step()
    return model


def born(seed: int) -> LlamaForCausalLM:
    """A model that has learnt nothing yet."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=128,
        hidden_size=64,
        intermediate_size=172,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=WINDOW,
    )
    return LlamaForCausalLM(config)


@torch.no_grad()
def changed(model: LlamaForCausalLM, how: str) -> LlamaForCausalLM:
    """A copy, changed without training."""
    child = copy.deepcopy(model)
    torch.manual_seed(7)
    for block in child.model.layers:
        if how == "shuffled":
            order = torch.randperm(block.mlp.up_proj.out_features)
            block.mlp.up_proj.weight[:] = block.mlp.up_proj.weight[order]
            block.mlp.gate_proj.weight[:] = block.mlp.gate_proj.weight[order]
            block.mlp.down_proj.weight[:] = block.mlp.down_proj.weight[:, order]
        for name, weight in block.named_parameters():
            if weight.ndim < 2:
                continue
            if how == "pruned":
                weight[weight.abs() < weight.abs().quantile(0.5)] = 0
            elif how == "int4":
                step = weight.abs().amax(1, keepdim=True) / 7
                weight[:] = (weight / step).round() * step
            elif how == "adapter" and ("q_proj" in name or "v_proj" in name):
                weight += 0.004 * torch.randn(len(weight), 4) @ torch.randn(4, weight.shape[1])
    return child


def main(folder: Path) -> None:
    """Make the family, and texts to ask its members."""
    logging.disable_progress_bar()
    data = text()
    half, rest = len(data) // 2, len(data) * 3 // 4
    base = learn(born(1), data[:half], steps=250, rate=2e-3, seed=1)
    chat = learn(copy.deepcopy(base), data[half:rest], steps=40, rate=1e-4, seed=2)
    code = learn(copy.deepcopy(base), data[rest:][::-1], steps=40, rate=1e-4, seed=3)
    models = {
        "base": base,
        "chat": chat,
        "code": code,
        "chat-int4": changed(chat, "int4"),
        "base-pruned": changed(base, "pruned"),
        "base-adapter": changed(base, "adapter"),
        "renamed": changed(chat, "shuffled"),
        "stranger": learn(born(2), data[:half], steps=250, rate=2e-3, seed=1),
    }
    for name, model in models.items():
        model.save_pretrained(folder / name)
        print(f"made {folder / name}")
    probe = folder / "probe.jsonl"
    windows = (row.tolist() for rows in batches(data[half:], steps=4, seed=4) for row in rows)
    probe.write_text("".join(json.dumps({"tokens": window}) + "\n" for window in windows), encoding="utf-8")
    print(f"made {probe}, {4 * 16} texts to ask them")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "models"))
