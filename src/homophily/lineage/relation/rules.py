"""From a comparison to a relation: rules in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from homophily.lineage.relation.comparison import Comparison
from homophily.lineage.tests._difference import Difference

__all__ = ["Thresholds", "Verdict", "verdict"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one relation ends and the next begins; conventions of ours, checked on a zoo of known descent.

    Attributes:
        continued: Relative change (median over matrices) from which a relative is called continued rather
            than fine-tuned, unless a new classifier tells; nothing else in the weights parts the two but how
            far they went.
        pruned: Zeros beyond the other's, as a share of all weights.
        low: Rank of every change, as a share of the largest that could be found, up to which it is an
            adapter's.
        undone: Share of the difference that may remain where signs, scales or order are said to explain it.
        merged: Share of the first model in the second, below which something else was averaged in.
        fits: Share of the change that two parents explain, from which a merge of the two is claimed.
    """

    continued: float = 0.15
    pruned: float = 0.05
    low: float = 0.25
    undone: float = 0.25
    merged: float = 0.8
    fits: float = 0.99


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relation, whose child is whose, and what was seen.

    Attributes:
        relation: In a word.
        seen: Sentences of evidence.
        child: "a", "b" or "" where the direction is open.
        why: What settles the direction, or why nothing does.
        related_layers: Layers of a that have a relative in b.
    """

    relation: str
    seen: tuple[str, ...]
    child: str = ""
    why: str = "two models alone do not tell which came first"
    related_layers: tuple[int, ...] = ()


def verdict(found: Comparison, alpha: float, thresholds: Thresholds) -> Verdict:
    """The relation of two relatives; the first rule that fits.

    Args:
        found: Filled in by `look`.
        alpha: What p of a single layer shows that it is a relative's.
        thresholds: Where relations end.
    """
    layers = _related_layers(found, alpha)
    for rule in (_identical, _transformed, _partial, _quantised, _pruned, _adapter, _merged):
        made = rule(found, layers, thresholds)
        if made is not None:
            return made
    return _tuned(found, layers, thresholds)


def _related_layers(found: Comparison, alpha: float) -> tuple[int, ...]:
    """Layers of which any test says so by itself, corrected for the number of layers."""
    bar = np.log10(alpha / max(1, len(found.layers)))
    seen = set()
    for score in found.scores.values():
        seen |= {layer for layer, part in score.per_layer.items() if (part.log10_p or 0.0) <= bar}
    exact = {
        d.layer for d in found.differences if d.layer is not None and d.role in ("up", "v") and d.same > 0.5
    }
    return tuple(sorted(layer for layer in seen | exact if layer in found.layers))


def _inner(found: Comparison, layers: Sequence[int]) -> list[Difference]:
    """The matrices of related layers; all matrices where there are none."""
    inside = [d for d in found.differences if d.layer in layers]
    return inside or list(found.differences)


def _identical(found: Comparison, layers: Sequence[int], _: Thresholds) -> Verdict | None:
    whole = found.numbers[0] == found.numbers[1] and found.basis is None and found.gains_same
    if not whole or not all(d.same == 1 for d in found.differences):
        return None
    number = sum(d.numbers for d in found.differences)
    return Verdict("identical", (f"all {number:,} weights compared are equal",), related_layers=tuple(layers))


def _transformed(found: Comparison, layers: Sequence[int], bars: Thresholds) -> Verdict | None:
    kinds = list(dict.fromkeys(_kinds(found, layers, bars)))
    if not kinds:
        return None
    moves = [found.moves[layer] for layer in layers if layer in found.moves]
    left = 1 - float(np.mean([m.matched for m in moves])) if moves else float("nan")
    rest = (
        "nothing else changed"
        if left < 1e-4
        else f"units brought together still differ by 1 − cos = {left:.2g}"
    )
    seen = (f"{', '.join(kinds)}: what the layers compute is kept", rest)
    return Verdict("transformed", seen, related_layers=tuple(layers))


def _kinds(found: Comparison, layers: Sequence[int], bars: Thresholds) -> Iterator[str]:
    """What was moved, in words, over all related layers."""
    if found.basis is not None:
        yield found.basis.name
    for layer in layers:
        move = found.moves.get(layer)
        if move is None:
            continue
        if move.matched - move.placed > 0.2:
            yield "units permuted"
            continue
        inside = {d.role: d.cosine for d in found.differences if d.layer == layer}
        mlp = [inside[role] for role in ("up", "gate", "down") if role in inside]
        apart = 1 - float(np.mean(mlp)) if mlp else 0.0
        if apart > 0.01 and 1 - move.placed < bars.undone * apart:
            yield "units' signs turned" if min(mlp) < 0.5 else "scales moved between matrices"
        heads = [inside[role] for role in ("q", "k", "v", "o") if role in inside]
        apart = 1 - float(np.mean(heads)) if heads else 0.0
        if apart > 0.01 and 1 - move.circuits < bars.undone * apart:
            yield "heads permuted, turned or rescaled inside"


def _partial(found: Comparison, layers: Sequence[int], _: Thresholds) -> Verdict | None:
    strange = [layer for layer in found.layers if layer not in layers]
    if layers and strange:
        told = f"layers {_list(layers)} have a relative, layers {_list(strange)} have none"
        return Verdict("partial", (told,), related_layers=tuple(layers))
    if found.numbers[0] != found.numbers[1]:
        pairs = ", ".join(f"{one}–{other}" for one, other in found.layers.items())
        told = f"{found.numbers[0]} layers against {found.numbers[1]}; relatives: {pairs}"
        why = "layers may have been left out of the one or put into the other"
        return Verdict("partial", (told,), why=why, related_layers=tuple(layers))
    return None


def _quantised(found: Comparison, layers: Sequence[int], _: Thresholds) -> Verdict | None:
    inner = _inner(found, layers)
    for child, other in (("b", "a"), ("a", "b")):
        bits = [
            (getattr(d, f"grid_{child}"), getattr(d, f"grid_{other}")) for d in inner if d.layer is not None
        ]
        coarse = [one for one, two in bits if one is not None and (two is None or one < two)]
        if bits and len(coarse) >= 0.5 * len(bits):
            near = 1 - float(np.median([d.relative for d in inner]))
            few = _list(sorted(set(coarse)))
            told = f"{len(coarse)} of {len(bits)} matrices of {child} lie on a grid of {few} bits"
            return Verdict(
                "quantised",
                (told, f"{near:.1%} of the length is kept"),
                child=child,
                why="the child alone lies on the coarser grid, and a grid cannot be undone",
                related_layers=tuple(layers),
            )
        rounded = [d for d in found.differences if d.same < 1]
        if rounded and all(d.rounded == child for d in rounded):
            told = f"{child} is {other} rounded to a 16-bit type, number by number"
            why = "the child holds the other rounded, and rounding cannot be undone"
            return Verdict("quantised", (told,), child=child, why=why, related_layers=tuple(layers))
    return None


def _pruned(found: Comparison, layers: Sequence[int], bars: Thresholds) -> Verdict | None:
    inner = _inner(found, layers)
    weight = np.array([d.numbers for d in inner], float)
    zeros = {
        side: float(np.average([getattr(d, f"zeros_{side}") for d in inner], weights=weight)) for side in "ab"
    }
    child = "b" if zeros["b"] > zeros["a"] else "a"
    extra = abs(zeros["b"] - zeros["a"])
    on_grid = [getattr(d, f"grid_{child}") is not None for d in inner if d.layer is not None]
    if extra < bars.pruned or (on_grid and np.mean(on_grid) > 0.5):
        # A coarse grid has zeros of its own.
        return None
    kept = np.nanmean([d.kept for d in inner])
    other = zeros["a" if child == "b" else "b"]
    told = f"{zeros[child]:.0%} of {child}'s weights are zero, {other:.0%} of the other's"
    rest = f"{kept:.0%} of the weights that neither has at zero are equal"
    why = "the child has zeros where the other has weights, and a zero does not tell what weight it was"
    return Verdict("pruned", (told, rest), child=child, why=why, related_layers=tuple(layers))


def _adapter(found: Comparison, layers: Sequence[int], bars: Thresholds) -> Verdict | None:
    inner = [d for d in _inner(found, layers) if d.layer is not None]
    ranks = [(d.rank, d.shorter) for d in inner if d.rank is not None and d.rank > 0]
    if not ranks or any(rank > bars.low * side for rank, side in ranks):
        return None
    most = max(rank for rank, _ in ranks)
    told = f"{len(ranks)} of {len(inner)} matrices differ, each by a matrix of rank {most} or less"
    return Verdict("adapter-merged", (told,), related_layers=tuple(layers))


def _merged(found: Comparison, layers: Sequence[int], bars: Thresholds) -> Verdict | None:
    """One model holds the other at a share well below one, the same share in every matrix."""
    inner = [d for d in _inner(found, layers) if d.layer is not None]
    if np.median([d.relative for d in inner]) < 0.4:
        return None
    for child, parent in (("b", "a"), ("a", "b")):
        shares = np.array([d.share if child == "b" else d.cosine**2 / d.share for d in inner])
        if 0.1 < np.median(shares) < bars.merged and shares.std() <= 0.1:
            told = (
                f"{child} holds {np.median(shares):.2f} of {parent} in every matrix (spread "
                f"{shares.std():.2g}), and something else beside"
            )
            why = "the child holds less than the whole of the other, as averaging with a third model makes it"
            return Verdict("merged", (told,), child=child, why=why, related_layers=tuple(layers))
    return None


def _tuned(found: Comparison, layers: Sequence[int], bars: Thresholds) -> Verdict:
    inner = _inner(found, layers)
    apart = float(np.median([d.relative for d in inner]))
    same = float(np.average([d.same for d in inner], weights=[d.numbers for d in inner]))
    seen = [f"the median matrix changed by {apart:.2%} of its length"]
    if same > 0.01:
        seen.append(f"{same:.1%} of the weights are equal to the bit")
    if found.new_head:
        seen.append("only one of the two ends in a classifier")
    name = "continued" if apart >= bars.continued and not found.new_head else "fine-tuned"
    return Verdict(name, tuple(seen), related_layers=tuple(layers))


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
