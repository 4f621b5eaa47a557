"""Lineage in the demonstration: a model, two children made of it, a stranger, and the tree that is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from homophily import seeds
from homophily.demo.part import Check, Part, Showing, table
from homophily.filtering.reference import FOLDER
from homophily.report.lineage import power, write_family

if TYPE_CHECKING:
    from homophily.lineage.family import Family

__all__ = ["lineage"]

Weights = dict[str, NDArray[np.float32]]


def lineage(folder: Path, *, seed: int | None, quick: bool, quiet: bool, showing: Showing) -> Part:
    """Make three models of the one that is shipped, and ask whose children they are.

    One is rounded to eight bits; one has its hidden units shuffled and is moved a little, as by a fine-tune
    that somebody would hide; one only has the shapes and spreads of the first.

    Args:
        folder: Where models and page go, into ``lineage/``.
        seed: Of the shuffling and the stranger.
        quick: Nothing to shorten.
        quiet: Nothing to be quiet about: `showing` is.
        showing: Shows how many pairs are compared.
    """
    from homophily.lineage.checkpoints import open_checkpoint
    from homophily.lineage.family import family

    models = folder / "lineage" / "models"
    chance = seeds.generator(seed or 1, "demo", "lineage")
    with open_checkpoint(FOLDER) as checkpoint:
        base = {name: np.array(checkpoint.read(name)) for name in checkpoint.names}
    _write(base, models / "shipped")
    for name, (_, _, make) in _CHILDREN.items():
        _write(make(base, chance), models / name)
    with showing() as told:
        tree = family(models, progress=lambda done, pairs, name: told("pairs of models", done, pairs))
    checks = tuple(_check(tree, name) for name in _CHILDREN)
    page = folder / "lineage" / "index.html"
    facts = {"Models": "the shipped one, and three made of it or like it"}
    title = "Whose child is this model?"
    write_family(tree, title=title, facts=facts, html=page, planted=table(checks))
    right = sum(check.agrees is True for check in checks)
    return Part(
        name="lineage",
        title=f"Lineage: {title[0].lower()}{title[1:]}",
        planted="Known beforehand: one child rounded to eight bits, one with its units shuffled and moved a "
        "little, and a stranger of the same shapes.",
        found=f"{right} of {len(checks)} relations to the shipped model are found as they were planted.",
        note="p: of models as alike, were they strangers.",
        report=page,
        checks=checks,
    )


def _check(tree: Family, name: str) -> Check:
    what, relation, _ = _CHILDREN[name]
    found = tree.pairs.get(("shipped", name)) or tree.pairs[(name, "shipped")]
    return Check(
        what=what,
        planted=relation,
        found=f"{found.relation} (p {power(found.log10_p)})",
        agrees=found.relation == relation,
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


#: What is made of the shipped model: in words, the relation planted, and how.
_CHILDREN: Mapping[str, tuple[str, str, Callable[[Weights, np.random.Generator], Weights]]] = {
    "int8": ("Rounded to eight bits", "quantised", _rounded),
    "disguised": ("Units shuffled, weights moved", "transformed", _disguised),
    "stranger": ("Of the same shapes only", "unrelated", _stranger),
}


def _write(weights: Weights, folder: Path) -> None:
    """A checkpoint's folder: the weights as safetensors, the shipped model's configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / "config.json", folder / "config.json")
    header, at = {}, 0
    for name, values in weights.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    text = json.dumps(header).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for values in weights.values():
            file.write(np.ascontiguousarray(values, dtype="<f4").tobytes())
