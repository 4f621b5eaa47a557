"""Lineage in the demonstration: a model, two children made of it, a stranger, and the tree that is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homophily import seeds
from homophily.demo.part import Part
from homophily.filtering.reference import FOLDER

__all__ = ["lineage"]

Weights = dict[str, NDArray[np.float32]]


def lineage(folder: Path, *, seed: int | None, quick: bool, quiet: bool) -> Part:
    """Make three models of the one that is shipped, and ask whose children they are.

    One is rounded to eight bits; one has its hidden units shuffled and is moved a little, as by a fine-tune
    that somebody would hide; one only has the shapes and spreads of the first.

    Args:
        folder: Where models and page go, into ``lineage/``.
        seed: Of the shuffling and the stranger.
        quick: Nothing to shorten.
        quiet: Nothing to be quiet about.
    """
    from homophily.lineage.checkpoints import open_checkpoint
    from homophily.lineage.family import family
    from homophily.report.lineage import write_family

    models = folder / "lineage" / "models"
    chance = seeds.generator(seed or 1, "demo", "lineage")
    with open_checkpoint(FOLDER) as checkpoint:
        base = {name: np.array(checkpoint.read(name)) for name in checkpoint.names}
    _write(base, models / "shipped")
    for name, (_, make) in _CHILDREN.items():
        _write(make(base, chance), models / name)
    tree = family(models)
    page = folder / "lineage" / "index.html"
    planted = ", ".join(f"{name} is {relation}" for name, (relation, _) in _CHILDREN.items())
    facts = {"Models": "the shipped one, and three made of it", "Planted": planted}
    write_family(tree, title="Whose child is this model?", facts=facts, html=page)
    told = []
    for name, (relation, _) in _CHILDREN.items():
        found = tree.pairs.get(("shipped", name)) or tree.pairs[(name, "shipped")]
        mark = "as planted" if found.relation == relation else f"planted: {relation}"
        told.append(f"{name} is {found.relation} ({mark}; log10 p {found.log10_p:.0f})")
    return Part(
        name="lineage",
        title="Lineage: whose child is this model?",
        planted="Known beforehand: one child rounded to eight bits, one with its units shuffled and moved a "
        "little, and a stranger of the same shapes.",
        found="; ".join(told) + ".",
        report=page,
    )


def _rounded(base: Weights, chance: np.random.Generator) -> Weights:
    """Every matrix on a grid of 255 steps a row."""
    made = {}
    for name, weights in base.items():
        step = np.abs(weights).max(axis=-1, keepdims=True) / 127
        rounded = np.round(weights / np.where(step == 0, 1, step)) * step
        made[name] = rounded.astype(np.float32) if weights.ndim == 2 else weights
    return made


def _disguised(base: Weights, chance: np.random.Generator) -> Weights:
    """Hidden units in another order, which changes nothing a model says; then every matrix moved by 1 %."""
    made = dict(base)
    for name in [name for name in base if name.endswith("mlp.up_proj.weight")]:
        block = name.removesuffix("up_proj.weight")
        order = chance.permutation(len(base[name]))
        for part in ("up_proj", "gate_proj"):
            made[f"{block}{part}.weight"] = base[f"{block}{part}.weight"][order]
        made[f"{block}down_proj.weight"] = base[f"{block}down_proj.weight"][:, order]
    return {
        name: weights + (0.01 * weights.std() * chance.standard_normal(weights.shape)).astype(np.float32)
        if weights.ndim == 2
        else weights
        for name, weights in made.items()
    }


def _stranger(base: Weights, chance: np.random.Generator) -> Weights:
    """Other numbers of the same shapes and spreads."""
    return {
        name: (weights.mean() + weights.std() * chance.standard_normal(weights.shape)).astype(np.float32)
        for name, weights in base.items()
    }


#: What is made of the shipped model: the relation planted, and how.
_CHILDREN: Mapping[str, tuple[str, Callable[[Weights, np.random.Generator], Weights]]] = {
    "int8": ("quantised", _rounded),
    "disguised": ("transformed", _disguised),
    "stranger": ("unrelated", _stranger),
}


def _write(weights: Weights, folder: Path) -> None:
    """A checkpoint's folder: the weights as safetensors, the shipped model's configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / "config.json", folder / "config.json")
    header, at = {}, 0
    for name, table in weights.items():
        header[name] = {"dtype": "F32", "shape": list(table.shape), "data_offsets": [at, at + table.nbytes]}
        at += table.nbytes
    text = json.dumps(header).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for table in weights.values():
            file.write(np.ascontiguousarray(table, dtype="<f4").tobytes())
