"""Layouts: the roles that a checkpoint's tensors play, whatever their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homophily.lineage.checkpoints.families import Family, Rule, shipped

__all__ = ["Layout", "Part", "layout_of"]

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """Where a role's numbers lie.

    Attributes:
        name: The stored tensor.
        shape: Of the part, turned as (out, in).
        start: Its first output among the stored tensor's.
        stop: The output after its last.
        transposed: Whether the tensor is stored (in, out).
    """

    name: str
    shape: tuple[int, ...]
    start: int
    stop: int
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Which tensor plays which role.

    Attributes:
        family: The model's type where config.json names one that is known, else the names' family; ``""`` if
            no name is known.
        layers: Numbered blocks: one more than the highest number.
        parts: The part of each role and layer; the layer is None outside blocks.
        unmatched: Stored tensors without a role.
        tied: Whether the head is the embedding, without a tensor of its own.
    """

    family: str = ""
    layers: int = 0
    parts: Mapping[tuple[str, int | None], Part] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    tied: bool = False

    def tensor(self, role: str, layer: int | None = None) -> Part | None:
        """Where a role's numbers lie; None where there are none. A tied head is the embedding."""
        if role == "head" and self.tied:
            role = "embed"
        return self.parts.get((role, layer))

    def roles(self, *, matrices: bool = False) -> tuple[str, ...]:
        """The roles that are played, in the order of the model; only those of matrices if so told."""
        found = ((role, part) for (role, _), part in self.parts.items())
        return tuple(dict.fromkeys(role for role, part in found if not matrices or len(part.shape) == 2))

    def of(self, name: str) -> tuple[tuple[str, int | None], ...]:
        """The roles and layers that a stored tensor holds; more than one where it is fused."""
        return tuple(key for key, part in self.parts.items() if part.name == name)


def layout_of(shapes: Shapes, config: Mapping[str, Any], mapping: Family | None = None) -> Layout:
    """The layout of stored names.

    The family whose names fit most tensors is taken; a mapping of the user goes before it, name by name.

    Args:
        shapes: Shape of each stored tensor, as stored.
        config: The model's config.json, or empty.
        mapping: The user's own names.
    """
    kind = str(config.get("model_type", ""))
    family, prefix = _best(shapes, kind)
    families = [(mapping, mapping.prefix(shapes))] if mapping else []
    families += [(family, prefix)] if family else []
    found = {name: _match(name, families) for name in sorted(shapes, key=_natural)}
    parts: dict[tuple[str, int | None], Part] = {}
    unmatched = []
    # What is fused comes last: how it splits is told by the output projection beside it.
    for name in sorted(found, key=lambda name: _fused(found[name])):
        match = found[name]
        made = dict(_parts(name, shapes[name], *match, parts)) if match else {}
        # The first keeps a role that two tensors claim; the other is reported as unmatched.
        if not made or any(key in parts for key in made):
            unmatched.append(name)
        else:
            parts |= made
    if not parts:
        return Layout(unmatched=tuple(unmatched))
    by_default = kind in family.tied if family else False
    tied = ("head", None) not in parts and ("embed", None) in parts and _tied(config, by_default)
    known = any(kind in each.models for each in shipped())
    return Layout(
        family=kind if known else family.name if family else "mapping",
        layers=1 + max((layer for _, layer in parts if layer is not None), default=-1),
        parts=dict(sorted(parts.items(), key=lambda item: _place(item[0], family, mapping))),
        unmatched=tuple(unmatched),
        tied=tied,
    )


def _tied(config: Mapping[str, Any], by_default: bool) -> bool:
    return bool(config) and bool(config.get("tie_word_embeddings", by_default))


def _best(shapes: Shapes, kind: str) -> tuple[Family | None, str]:
    """The family and prefix that fit most names; the one that config.json names if it fits any."""
    named = [family for family in shipped() if kind in family.models]
    for families in (named, shipped()):
        scores = []
        for family in families:
            prefix = family.prefix(shapes)
            scores.append((sum(family.match(name, prefix) is not None for name in shapes), family, prefix))
        number, family_, prefix_ = max(scores, key=lambda score: score[0], default=(0, None, ""))
        if number:
            return family_, prefix_
    return None, ""


def _fused(match: tuple[Rule, re.Match[str]] | None) -> bool:
    return match is not None and len(match[0].roles) > 1


def _match(name: str, families: Sequence[tuple[Family, str]]) -> tuple[Rule, re.Match[str]] | None:
    return next((found for family, prefix in families if (found := family.match(name, prefix))), None)


def _parts(
    name: str,
    shape: tuple[int, ...],
    rule: Rule,
    found: re.Match[str],
    known: Mapping[tuple[str, int | None], Part],
) -> Iterator[tuple[tuple[str, int | None], Part]]:
    """The parts of one tensor, by role and layer."""
    groups = found.groupdict()
    layer = int(groups["layer"]) if groups.get("layer") else None
    expert = str(int(groups["expert"])) if groups.get("expert") else ""
    end = ".bias" if groups.get("kind") in ("bias", "beta") else ""
    turned = rule.transposed and len(shape) == 2
    shape = shape[::-1] if turned else shape
    total = shape[0] if shape else 1
    sizes = _split(rule.roles, total, known.get(("o", layer)))
    if sizes is None:
        yield (f"{''.join(rule.roles)}{end}", layer), Part(name, shape, 0, total, turned)
        return
    start = 0
    for role, size in zip(rule.roles, sizes, strict=True):
        part = (size, *shape[1:]) if shape else ()
        key = f"{role.replace('{expert}', expert)}{end}"
        yield (key, layer), Part(name, part, start, start + size, turned)
        start += size


def _split(roles: Sequence[str], total: int, o: Part | None) -> list[int] | None:
    """Outputs of each role of a tensor; None where they cannot be told.

    Under grouped attention q has as many outputs as the output projection has inputs; k and v halve the rest.
    """
    number = len(roles)
    if tuple(roles) == ("q", "k", "v") and o is not None and len(o.shape) == 2:
        q, rest = o.shape[1], total - o.shape[1]
        return [q, rest // 2, rest // 2] if rest > 0 and rest % 2 == 0 else None
    return [total // number] * number if total % number == 0 else None


def _natural(name: str) -> tuple[Any, ...]:
    """Sorts ``layers.10`` behind ``layers.9``."""
    return tuple((1, int(p), "") if p.isdigit() and len(p) < 7 else (0, 0, p) for p in name.split("."))


def _place(key: tuple[str, int | None], family: Family | None, mapping: Family | None) -> tuple[Any, ...]:
    """Embeddings first, then block by block in the family's order of roles, then what follows the blocks."""
    role, layer = key
    order = [each for f in (family, mapping) if f for rule in f.rules for each in rule.roles]
    bare = role.removesuffix(".bias")
    stem = bare if bare in order else f"{bare.rpartition('.')[0]}.{{expert}}"
    index = order.index(stem) if stem in order else len(order)
    first = bare in ("embed", "position", "segment", "norm.embed")
    return (0 if first else 1 if layer is not None else 2, layer or 0, index, role)
