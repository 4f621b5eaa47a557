"""Changes of the weights that leave a model's outputs as they are: what a copy can be hidden behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from benchmarks.zoo.anatomy import OUTER, READERS, WRITERS, Anatomy
from torch import Tensor

__all__ = ["SYMMETRIES", "Symmetry"]

Symmetry = Callable[[Anatomy, int, np.random.Generator], None]
"""Changes an anatomy in place; takes the number of (query) heads and a generator."""


def permute_units(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Another order of the MLP's hidden units in every layer."""
    for layer in range(body.layers):
        order = torch.from_numpy(rng.permutation(body.at["up", layer].shape[0]))
        for part in ("up", "up.bias", "gate"):
            if (part, layer) in body.at:
                body.at[part, layer] = body.at[part, layer][order]
        body.at["down", layer] = body.at["down", layer][:, order]


def permute_heads(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Another order of the heads in every layer; heads that share keys and values stay together."""
    groups, width = body.split(heads)
    for layer in range(body.layers):
        order = rng.permutation(groups)
        inside = [rng.permutation(heads // groups) for _ in range(groups)]
        queries = np.concatenate([g * (heads // groups) + inside[g] for g in order])
        for parts, chosen in ((("q",), queries), (("k", "v"), order)):
            rows = torch.from_numpy((chosen[:, None] * width + np.arange(width)).ravel())
            for part in parts:
                for key in (part, f"{part}.bias"):
                    if (key, layer) in body.at:
                        body.at[key, layer] = body.at[key, layer][rows]
        columns = torch.from_numpy((queries[:, None] * width + np.arange(width)).ravel())
        body.at["o", layer] = body.at["o", layer][:, columns]


def permute_channels(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Another order of the residual stream's channels, one for the whole model."""
    width = body.at["q", 0].shape[1]
    _turn(body, torch.eye(width)[torch.from_numpy(rng.permutation(width))])


def permute_all(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Units, heads and channels, all in another order."""
    permute_units(body, heads, rng)
    permute_heads(body, heads, rng)
    permute_channels(body, heads, rng)


def flip(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Signs turned: in queries with keys, values with outputs, gated units, and the residual stream."""
    _inside_heads(body, heads, lambda width: _signs(rng, width), lambda width: _signs(rng, width))
    width = body.at["q", 0].shape[1]
    for layer in range(body.layers):
        if ("gate", layer) in body.at:
            signs = _signs(rng, body.at["up", layer].shape[0])
            body.at["up", layer] = signs[:, None] * body.at["up", layer]
            body.at["down", layer] = body.at["down", layer] * signs
    # Where the norm takes the mean away, only all channels together can turn.
    turned = _signs(rng, width) if body.family == "llama" else -torch.ones(width)
    _turn(body, torch.diag(turned))


def scale(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Factors between 1/4 and 4 moved from one matrix to the next wherever nothing lies between."""
    _inside_heads(body, heads, lambda width: _factors(rng, width), lambda width: _factors(rng, width))
    for layer in range(body.layers):
        if ("gate", layer) in body.at:
            factors = _factors(rng, body.at["up", layer].shape[0])
            body.at["up", layer] = factors[:, None] * body.at["up", layer]
            body.at["down", layer] = body.at["down", layer] / factors
        if body.family != "bert":
            for norm in ("norm1", "norm2"):
                _rescale_norm(body, layer, norm, _factors(rng, body.at["q", 0].shape[1]))


def rotate(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """The residual stream in a rotated basis (Ashkboos et al. 2024), gains of the norms folded away first.

    Where the norm takes the mean away the rotation leaves the mean's direction alone. A tied head is untied.
    Post-norm models such as BERT have no such symmetry.
    """
    width = body.at["q", 0].shape[1]
    for layer in range(body.layers):
        for part, norm in body.readers():
            weight, bias = body.at[part, layer], body.at.get((f"{norm}.bias", layer))
            if bias is not None:
                body.at[f"{part}.bias", layer] = body.at[f"{part}.bias", layer] + weight @ bias
            body.at[part, layer] = weight * body.at[norm, layer]
        for norm in ("norm1", "norm2"):
            body.at[norm, layer] = torch.ones(width)
            if (f"{norm}.bias", layer) in body.at:
                body.at[f"{norm}.bias", layer] = torch.zeros(width)
    last = f"{OUTER[body.family]}.weight"
    gain = body.rest[last]
    body.rest["lm_head.weight"] = body.rest["lm_head.weight"] * gain
    body.rest[last] = torch.ones(width)
    turn = _rotation(rng, width, keep_mean=body.family != "llama")
    if body.family == "gpt2":
        body.rest["transformer.ln_f.bias"] = turn @ (body.rest["transformer.ln_f.bias"] / gain)
    _turn(body, turn, norms=False)


def rotate_heads(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Every head's values, and its queries with keys, in a rotated basis; by planes where positions turn."""

    def planes(width: int) -> Tensor:
        if body.family != "llama":
            return _rotation(rng, width)
        angles = torch.from_numpy(rng.uniform(0, 2 * np.pi, width // 2)).float()
        cos, sin = torch.diag(angles.cos()), torch.diag(angles.sin())
        return torch.cat([torch.cat([cos, -sin], 1), torch.cat([sin, cos], 1)])

    _inside_heads(body, heads, planes, lambda width: _rotation(rng, width))


def disguise(body: Anatomy, heads: int, rng: np.random.Generator) -> None:
    """Everything at once: rotated, flipped, scaled, permuted."""
    if body.family != "bert":
        rotate(body, heads, rng)
    rotate_heads(body, heads, rng)
    flip(body, heads, rng)
    scale(body, heads, rng)
    permute_all(body, heads, rng)


#: By name; each leaves the outputs as they were.
SYMMETRIES: dict[str, Symmetry] = {
    "permute-units": permute_units,
    "permute-heads": permute_heads,
    "permute-channels": permute_channels,
    "permute-all": permute_all,
    "flip": flip,
    "scale": scale,
    "rotate": rotate,
    "rotate-heads": rotate_heads,
    "disguise": disguise,
}


def _turn(body: Anatomy, turn: Tensor, *, norms: bool = True) -> None:
    """The residual stream h becomes ``turn @ h``: a signed permutation, or a rotation if norms lack gains."""
    family = body.family
    for layer in range(body.layers):
        for part in ("o", "down"):
            body.at[part, layer] = turn @ body.at[part, layer]
            if (f"{part}.bias", layer) in body.at:
                body.at[f"{part}.bias", layer] = turn @ body.at[f"{part}.bias", layer]
        for part, _ in body.readers():
            body.at[part, layer] = body.at[part, layer] @ turn.T
        for norm in ("norm1", "norm2") if norms else ():
            body.at[norm, layer] = turn.abs() @ body.at[norm, layer]
            if (f"{norm}.bias", layer) in body.at:
                body.at[f"{norm}.bias", layer] = turn @ body.at[f"{norm}.bias", layer]
    for name in (*WRITERS[family], *READERS[family], "cls.predictions.decoder.weight"):
        if name in body.rest:
            body.rest[name] = body.rest[name] @ turn.T
    if norms:
        outer = OUTER[family]
        body.rest[f"{outer}.weight"] = turn.abs() @ body.rest[f"{outer}.weight"]
        if f"{outer}.bias" in body.rest:
            body.rest[f"{outer}.bias"] = turn @ body.rest[f"{outer}.bias"]
    if "cls.predictions.transform.dense.weight" in body.rest:
        _turn_transform(body, turn)


def _turn_transform(body: Anatomy, turn: Tensor) -> None:
    """BERT's transform before the tied head: an activation lies inside, so signs wait for its norm."""
    base = "cls.predictions.transform"
    for end in ("dense.weight", "dense.bias"):
        body.rest[f"{base}.{end}"] = turn.abs() @ body.rest[f"{base}.{end}"]
    for end in ("LayerNorm.weight", "LayerNorm.bias"):
        body.rest[f"{base}.{end}"] = turn @ body.rest[f"{base}.{end}"]


def _inside_heads(
    body: Anatomy, heads: int, keys: Callable[[int], Tensor], values: Callable[[int], Tensor]
) -> None:
    """Each head's keys and values through a ``(width, width)`` matrix or its diagonal, undone after."""
    groups, width = body.split(heads)
    share = heads // groups
    for layer in range(body.layers):
        for group in range(groups):
            turn = _paired(body, keys(width), width)
            _left(body, "k", layer, group, width, turn)
            for head in range(group * share, (group + 1) * share):
                _left(body, "q", layer, head, width, torch.linalg.inv(turn).T)
            turn = _square(values(width))
            _left(body, "v", layer, group, width, turn)
            columns = slice(group * share * width, (group + 1) * share * width)
            undo = torch.block_diag(*[torch.linalg.inv(turn)] * share)
            body.at["o", layer][:, columns] = body.at["o", layer][:, columns] @ undo


def _left(body: Anatomy, part: str, layer: int, head: int, width: int, turn: Tensor) -> None:
    rows = slice(head * width, (head + 1) * width)
    for key in (part, f"{part}.bias"):
        if (key, layer) in body.at:
            body.at[key, layer][rows] = turn @ body.at[key, layer][rows]


def _paired(body: Anatomy, turn: Tensor, width: int) -> Tensor:
    """A diagonal that respects rotary positions: both channels of a plane alike."""
    if turn.ndim == 1 and body.family == "llama":
        turn = torch.cat([turn[: width // 2]] * 2)
    return _square(turn)


def _square(turn: Tensor) -> Tensor:
    return torch.diag(turn) if turn.ndim == 1 else turn


def _rescale_norm(body: Anatomy, layer: int, norm: str, factors: Tensor) -> None:
    for key in (norm, f"{norm}.bias"):
        if (key, layer) in body.at:
            body.at[key, layer] = body.at[key, layer] * factors
    for part in _after(body, norm):
        body.at[part, layer] = body.at[part, layer] / factors


def _after(body: Anatomy, norm: str) -> Iterator[str]:
    return (part for part, before in body.readers() if before == norm)


def _signs(rng: np.random.Generator, count: int) -> Tensor:
    return torch.from_numpy(rng.choice([-1.0, 1.0], count)).float()


def _factors(rng: np.random.Generator, count: int) -> Tensor:
    return torch.from_numpy(np.exp(rng.uniform(-1, 1, count) * np.log(4))).float()


def _rotation(rng: np.random.Generator, width: int, *, keep_mean: bool = False) -> Tensor:
    """A random rotation ``(width, width)``; one that leaves the mean's direction alone on request."""
    if not keep_mean:
        return torch.from_numpy(np.linalg.qr(rng.normal(size=(width, width)))[0]).float()
    start = rng.normal(size=(width, width))
    start[:, 0] = 1
    basis = np.linalg.qr(start)[0]
    inner = np.linalg.qr(rng.normal(size=(width - 1, width - 1)))[0]
    whole = np.eye(width)
    whole[1:, 1:] = inner
    return torch.from_numpy(basis @ whole @ basis.T).float()
