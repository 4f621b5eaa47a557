"""Dimensions: sizes of a model, read off the shapes of its matrix products."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields

from homophily.lineage.traces._alignment import shifted_copy
from homophily.lineage.traces.blocks import Blocks, places
from homophily.lineage.traces.skeleton import ATTENTION, Joint, fused, skeleton, towers
from homophily.lineage.traces.trace import Trace

__all__ = ["Dimensions", "read_off"]

#: Share of joints in stacks from which their layers count without a second look.
_WHOLE = 0.9

#: Fewest operations of a layer.
_LEAST = 20

_Weights = list[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Sizes as far as a trace tells them; None where it does not.

    Attributes:
        layers: Of the longest stack.
        stacks: Layers of each stack in the order in which they run: two for an encoder with a decoder.
        hidden: Width of the model.
        inner: Width of the feed-forward network.
        gated: Whether a gate is computed beside what widens.
        heads: Query heads.
        groups: Key and value heads.
        width: Of a head.
        vocabulary: Rows of the first embedding.
        batch: Sequences of the input.
        tokens: Its length.
        exact: Whether layers were counted event for event, or estimated from a disturbed trace.
    """

    layers: int | None = None
    stacks: tuple[int, ...] = ()
    hidden: int | None = None
    inner: int | None = None
    gated: bool | None = None
    heads: int | None = None
    groups: int | None = None
    width: int | None = None
    vocabulary: int | None = None
    batch: int | None = None
    tokens: int | None = None
    exact: bool = True

    @property
    def told(self) -> dict[str, int | bool | tuple[int, ...]]:
        """Those that are known, by name."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in known.items() if value is not None and value != ()}

    def rows(self) -> list[tuple[str, str]]:
        """Each size in words, with what is not known told as such."""
        stacks = " + ".join(map(str, self.stacks)) if len(self.stacks) > 1 else ""
        layers = stacks or _word(self.layers)
        told = [("layers", layers if self.exact else f"about {layers}, by alignment")]
        told += [
            ("width of the model", _word(self.hidden)),
            ("feed-forward width", _word(self.inner) + (", gated" if self.gated else "")),
            ("query heads", _word(self.heads)),
            ("key and value heads", _word(self.groups)),
            ("width of a head", _word(self.width)),
            ("vocabulary", _word(self.vocabulary)),
            ("input", f"{_word(self.batch)} × {_word(self.tokens)} tokens"),
        ]
        return told


def read_off(trace: Trace) -> Dimensions:
    """Sizes read off a trace.

    Layers are the repetitions in the skeleton. Of one layer, the product after attention leads back to the
    model's width, the next widen and narrow (a gate doubles the widening), the last before attention make
    queries, keys and values. Attention's operands are ``(batch, heads, tokens, width)``, or
    ``(batch · heads, tokens, width)`` where it is not fused.
    """
    joints = skeleton(trace)
    found = towers(joints)
    vocabulary, batch, tokens = _embedding(trace)
    if not found:
        layers = _aligned(trace)
        return Dimensions(layers, vocabulary=vocabulary, batch=batch, tokens=tokens, exact=layers is None)
    after, before, attention = _layer(joints, found[0])
    layers, exact = _layers(trace, joints, found)
    hidden, inner, gated = _widths(after)
    heads, width = _heads(trace, attention, batch)
    return Dimensions(
        layers=layers,
        stacks=tuple(each.count for each in sorted(found, key=lambda each: each.start))
        if exact
        else (layers,),
        hidden=hidden,
        inner=inner,
        gated=gated,
        heads=heads,
        groups=_groups(before, heads, width),
        width=width,
        vocabulary=vocabulary,
        batch=batch,
        tokens=tokens,
        exact=exact,
    )


def _word(size: int | None) -> str:
    return "not seen" if size is None else f"{size:,}"


def _embedding(trace: Trace) -> tuple[int | None, int | None, int | None]:
    for name, shapes in zip(trace.names, trace.shapes, strict=True):
        if name == "aten::embedding" and len(shapes) > 1 and len(shapes[0]) == 2 and len(shapes[1]) == 2:
            return shapes[0][0], shapes[1][0], shapes[1][1]
    return None, None, None


def _layers(trace: Trace, joints: list[Joint], found: list[Blocks]) -> tuple[int, bool]:
    """Layers of the longest stack, and whether they were counted.

    A skeleton with joints outside every stack may have lost some: then all operations, of which a layer has
    twenty times as many, are aligned with themselves, and where that finds another number it is taken.
    """
    counted, exact = found[0].count, found[0].exact
    if exact and sum(each.end - each.start for each in found) >= _WHOLE * len(joints):
        return counted, True
    layers = _aligned(trace)
    return (layers, exact and layers == counted) if layers is not None else (counted, exact)


def _aligned(trace: Trace) -> int | None:
    """Layers by the best alignment of all operations with themselves, if that spans half of them."""
    estimated = shifted_copy(places(trace.names), _LEAST)
    if estimated is None or 2 * (estimated[2] - estimated[1]) < len(trace):
        return None
    period, start, end = estimated
    return max(2, round((end - start) / period))


def _layer(joints: list[Joint], block: Blocks) -> tuple[_Weights, _Weights, Joint]:
    """Weights after attention, those that lead to the next, and an attention's joint, of one layer.

    The layer is turned so that it starts after the attention that most weights follow: a decoder's second.
    """
    own = joints[block.start : block.start + block.period]
    gaps = [place for place, joint in enumerate(own) if joint.kind == ATTENTION]
    runs: list[_Weights] = []
    for place in gaps:
        turned = own[place + 1 :] + own[: place + 1]
        stop = next(i for i, joint in enumerate(turned) if joint.kind == ATTENTION)
        runs.append([joint.weight for joint in turned[:stop]])
    run = max(runs, key=len)
    end = _feed(run)[0]
    return run, run[end:], own[gaps[runs.index(run)]]


def _feed(run: _Weights) -> tuple[int, int | None, bool | None]:
    """Where the feed-forward network ends in a run, its inner width, and whether it is gated."""
    if len(run) >= 3 and all(run[:3]):
        (_, hidden), first, second = run[0], run[1], run[2]
        third = run[3] if len(run) > 3 else ()
        if first[0] == hidden and second == (first[1] // 2, hidden) and first[1] % 2 == 0:
            return 3, first[1] // 2, True
        if third and first == second and third == (first[1], hidden) and first[1] != hidden:
            return 4, first[1], True
        if first[0] == hidden and second == (first[1], hidden):
            return 3, first[1], False if first[1] != hidden else None
    return len(run), None, None


def _widths(run: _Weights) -> tuple[int | None, int | None, bool | None]:
    if not run or not all(run):
        return None, None, None
    _, inner, gated = _feed(run)
    hidden = run[0][1] if inner else Counter(taken for taken, _ in run).most_common(1)[0][0]
    return hidden, inner, gated


def _heads(trace: Trace, attention: Joint, batch: int | None) -> tuple[int | None, int | None]:
    name, shapes = trace.names[attention.place], trace.shapes[attention.place]
    if fused(name):
        left = shapes[0] if shapes else ()
        return (left[1], left[3]) if len(left) == 4 else (None, None)
    # The one chosen is the later of two: probabilities (batch · heads, tokens, tokens) by values.
    right = shapes[2 if name == "aten::baddbmm" else 1] if len(shapes) > 2 or name == "aten::bmm" else ()
    if len(right) == 3 and batch and right[0] % batch == 0:
        return right[0] // batch, right[2]
    return None, None


def _groups(before: _Weights, heads: int | None, width: int | None) -> int | None:
    """Key and value heads: those of the second of three products, or what a fused one has beside queries."""
    if not heads or not width or not before or not all(before):
        return None
    queries = heads * width
    if len(before) == 3 and before[0][1] == queries and before[1] == before[2]:
        return before[1][1] // width
    if len(before) == 1 and before[0][1] > queries:
        return (before[0][1] - queries) // (2 * width)
    return None
