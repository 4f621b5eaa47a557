"""Defences: what an owner could do to a model before it is in use, and how its tensors look then."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homophily.errors import UsageError
from homophily.lineage.exposure.formats import FLOATS, Codes
from homophily.lineage.exposure.part import Part
from homophily.lineage.exposure.prior import spread_of
from homophily.seeds import generator

__all__ = ["DEFENCES", "Defence", "defence_of"]

#: Those tried if none are named.
DEFENCES = (
    "scale:2",
    "scale:4",
    "noise:0.5",
    "noise:1",
    "noise:2",
    "bfloat16",
    "codes:8",
    "codes:4",
    "private:0",
    "private:1",
)

Apply = Callable[[Sequence[Part]], list[Part]]


@dataclass(frozen=True, slots=True)
class Defence:
    """A change of the victim.

    Attributes:
        name: As it is written: ``scale:2``.
        title: In words.
        apply: Gives the defended parts. A reader is taken to know the defence: where it makes the change
            larger, the prior's sigma grows with it.
    """

    name: str
    title: str
    apply: Apply


def defence_of(text: str, *, seed: int = 0) -> Defence:
    """A defence by name.

    Args:
        text: ``scale:K`` multiplies the change by K, as a larger learning rate would about do; ``noise:K``
            adds normal noise of K times each tensor's root mean square change; ``bfloat16`` or ``float16``
            rounds the stored weights; ``codes:B`` stores matrices in B-bit whole numbers with a scale a row;
            ``private:N`` keeps the last N blocks and all behind them where no bit leaks.
        seed: Of noise.

    Raises:
        UsageError: No such defence, or a number out of range.
    """
    found = re.fullmatch(r"(scale|noise|codes|private):(\d+(?:\.\d+)?)|(bfloat16|float16)", text.strip())
    if not found:
        raise UsageError(
            f"no defence {text!r}; write one of scale:K, noise:K, codes:B, private:N, bfloat16, float16."
        )
    kind, number, form = found[1] or found[3], float(found[2] or 0), found[3]
    if form:
        return Defence(
            text, f"weights rounded to {form}", lambda parts: [_rounded(part, form) for part in parts]
        )
    if kind == "scale":
        return Defence(
            text,
            f"change × {number:g} (a larger rate)",
            lambda parts: [_moved(part, number) for part in parts],
        )
    if kind == "noise":
        return Defence(
            text,
            f"noise of {number:g} × the change",
            lambda parts: [_noisy(part, number, seed) for part in parts],
        )
    if number != int(number) or (kind == "codes" and not 2 <= number <= 16):
        raise UsageError(
            f"{text!r}: {'from 2 to 16 bits' if kind == 'codes' else 'a whole number of blocks'}."
        )
    if kind == "codes":
        return Defence(
            text,
            f"matrices in {number:g}-bit codes",
            lambda parts: [_coded(part, int(number)) for part in parts],
        )
    what = "head private" if number == 0 else f"last {number:g} block{'s' * (number > 1)} and head private"
    return Defence(text, what, lambda parts: [_private(part, int(number)) for part in parts])


def _with(part: Part, victim: NDArray[np.floating]) -> Part:
    """The part with other weights, its sigma grown as its change has."""
    values = part.stored.values(part.stored.words(victim)).reshape(part.victim.shape)
    if part.base is None:
        return replace(part, victim=values)
    before, after = spread_of([part.victim], part.base), spread_of([values], part.base)
    sigma = part.sigma * after / before if before > 0 else after
    return replace(part, victim=values, sigma=sigma)


def _moved(part: Part, times: float) -> Part:
    if part.base is None:
        return part
    moved = part.base + np.float32(times) * (part.victim - part.base)
    return _with(part, np.where(np.isfinite(moved), moved, part.victim))


def _noisy(part: Part, times: float, seed: int) -> Part:
    if part.base is None:
        return part
    chance = generator("exposure", "noise", seed, part.name)
    size = times * spread_of([part.victim], part.base)
    return _with(part, part.victim + size * chance.standard_normal(part.victim.shape))


def _rounded(part: Part, form: str) -> Part:
    stored = FLOATS[form]
    return replace(_with(replace(part, stored=stored), part.victim), format=stored)


def _coded(part: Part, bits: int) -> Part:
    if part.victim.ndim < 2:
        return part
    rows = part.victim.reshape(part.victim.shape[0], -1).astype(np.float64)
    scale = np.abs(rows).max(axis=1) / ((1 << (bits - 1)) - 1)
    form = Codes(bits, np.repeat(scale, rows.shape[1]))
    values = form.decode(form.encode(rows.reshape(-1))).reshape(part.victim.shape)
    coded = replace(part, victim=values.astype(np.float32), format=form, extra=32 * len(scale))
    if part.base is None:
        return coded
    before, after = spread_of([part.victim], part.base), spread_of([coded.victim], part.base)
    return replace(coded, sigma=part.sigma * after / before if before > 0 else after)


def _private(part: Part, blocks: int) -> Part:
    return replace(part, private=part.block is not None and part.block <= blocks)
