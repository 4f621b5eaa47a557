"""Pairing: a victim's tensors beside their counterparts in the base, and beside siblings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import Checkpoint, open_checkpoint
from homophily.lineage.exposure.formats import format_of
from homophily.lineage.exposure.part import Part
from homophily.lineage.exposure.prior import spread_of

__all__ = ["pair"]

#: Roles whose tensors may have more rows than the base's, one for each new word.
_BY_WORD = {"embed", "head"}


def pair(victim: str | Path, base: str | Path, siblings: Sequence[str | Path] = ()) -> list[Part]:
    """The victim's tensors, each with its counterpart and prior.

    A counterpart has the same name, or the same role in its model, and the same shape; an embedding with new
    words keeps the rows that both have. Tensors that are the same in the victim (tied) stand once.

    Args:
        victim: A checkpoint (`open_checkpoint`), stored in float32, float16 or bfloat16.
        base: The public one.
        siblings: Other fine-tunes of the base. With them the prior's sigma is theirs, tensor by tensor, and
            the victim is not used; without it is the victim's own.

    Raises:
        UsageError: The two do not have a model's body in common, or a format is not a float's.
        DataError: A checkpoint cannot be read, or holds numbers that are not finite.
    """
    with ExitStack() as open_:
        ours, public = (open_.enter_context(open_checkpoint(path)) for path in (victim, base))
        others = [open_.enter_context(open_checkpoint(path)) for path in siblings]
        parts = [_part(ours, public, others, name) for name in _untied(ours)]
    _check(parts, ours, public)
    return _filled(parts)


def _untied(checkpoint: Checkpoint) -> Iterator[str]:
    """The names whose numbers stand under no other name."""
    seen: set[bytes] = set()
    for name in checkpoint.names:
        spec = checkpoint.spec(name)
        shape = spec.shape
        if spec.dtype.startswith(("int", "uint", "bool")):  # counters and masks, not weights
            continue
        if len(shape) > 1:
            key = hashlib.sha256(checkpoint.read(name).data).digest() + repr(shape).encode()
            if key in seen:
                continue
            seen.add(key)
        yield name


def _part(ours: Checkpoint, public: Checkpoint, others: Sequence[Checkpoint], name: str) -> Part:
    spec, value = ours.spec(name), ours.read(name)
    if not np.isfinite(value).all():
        raise DataError(f"{ours.path}: {name!r} holds numbers that are not finite.")
    base = _counterpart(ours, name, public)
    stored = format_of(spec.dtype, f"{ours.path}: {name!r}")
    tuned = [value]
    if others:
        found = (_counterpart(ours, name, other) for other in others)
        tuned = [each for each in found if each is not None]
    sigma = spread_of(tuned, base) if base is not None else 0.0
    return Part(name, value, base, sigma, stored, stored, _block(ours, name))


def _counterpart(ours: Checkpoint, name: str, other: Checkpoint) -> NDArray[np.float32] | None:
    """The other's numbers for one of our tensors, NaN where it has none; None without a counterpart."""
    theirs = name if name in other.names else _by_role(ours, name, other)
    if theirs is None:
        return None
    wanted, shape = ours.spec(name).shape, other.spec(theirs).shape
    if shape == wanted:
        return other.read(theirs)
    roles = (ours.spec(name).role or "").split(",")
    if _BY_WORD & set(roles) and shape[1:] == wanted[1:]:
        found, rows = np.full(wanted, np.nan, np.float32), min(shape[0], wanted[0])
        found[:rows] = other.read(theirs)[:rows]
        return found
    return None


def _by_role(ours: Checkpoint, name: str, other: Checkpoint) -> str | None:
    parts = [other.layout.tensor(role, layer) for role, layer in ours.layout.of(name)]
    names = {part.name for part in parts if part is not None}
    if not parts or len(names) != 1 or any(part is None for part in parts):
        return None
    (found,) = names
    return found if len(other.layout.of(found)) == len(parts) else None


def _block(checkpoint: Checkpoint, name: str) -> int | None:
    """The block counted from the last; 0 behind the blocks, None before them, as far as roles tell."""
    spec = checkpoint.spec(name)
    if spec.layer is not None:
        return checkpoint.layout.layers - spec.layer
    role = (spec.role or "").split(",")[0].removesuffix(".bias")
    return None if role in ("embed", "position", "segment", "norm.embed") else 0


def _check(parts: Sequence[Part], ours: Checkpoint, public: Checkpoint) -> None:
    common = sum(part.size for part in parts if part.base is not None)
    if 2 * common >= sum(part.size for part in parts):
        return
    for part in sorted(parts, key=lambda part: -part.size):
        theirs = part.name if part.name in public.names else _by_role(ours, part.name, public)
        if theirs is not None and part.base is None:
            raise UsageError(
                f"the shapes do not match: {part.name!r} is {part.victim.shape} in the victim and "
                f"{public.spec(theirs).shape} in the base; name the base that the victim was tuned from."
            )
    raise UsageError(
        f"{str(public.path)!r} has counterparts for {common:,} of the victim's "
        f"{sum(part.size for part in parts):,} weights; name the base that the victim was tuned from."
    )


def _filled(parts: Sequence[Part]) -> list[Part]:
    """A tensor that no sibling has is given the siblings' root mean square over all others."""
    known = [part for part in parts if part.base is not None and np.isfinite(part.sigma)]
    total = sum(part.size for part in known)
    typical = float(np.sqrt(sum(part.sigma**2 * part.size for part in known) / total)) if total else 0.0
    return [part if np.isfinite(part.sigma) else replace(part, sigma=typical) for part in parts]
