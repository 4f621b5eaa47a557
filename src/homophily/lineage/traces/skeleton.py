"""The skeleton of a trace: its matrix products and attentions alone, in which layers repeat exactly."""

from __future__ import annotations

from dataclasses import dataclass

from homophily.lineage.traces.blocks import Blocks, blocks
from homophily.lineage.traces.trace import Shapes, Trace

__all__ = ["ATTENTION", "Joint", "fused", "skeleton", "towers"]

ATTENTION = "attention"
_WEIGHTS = {"aten::mm": 1, "aten::addmm": 2, "aten::_addmm_activation": 2}
#: With or without an underscore: compiled code calls the inner one, eager code the outer.
_FUSED = ("aten::scaled_dot_product_", "aten::_scaled_dot_product_")
_PAIRED = ("aten::bmm", "aten::baddbmm")


@dataclass(frozen=True, slots=True)
class Joint:
    """One product of a skeleton.

    Attributes:
        place: Of its event in the trace.
        kind: The product's name, or `ATTENTION` for one of attention's own.
        weight: ``(in, out)`` of the weights; ``()`` for attention, or where no shapes were recorded.
    """

    place: int
    kind: str
    weight: tuple[int, ...] = ()


def skeleton(trace: Trace) -> list[Joint]:
    """Products with weights, and attention's: one joint for each, whether fused or not.

    Alternating masks, caches and casts make layers differ in small operations; these they share.
    """
    joints: list[Joint] = []
    inside = -1
    for place, (name, shapes) in enumerate(zip(trace.names, trace.shapes, strict=True)):
        depth = int(trace.depth[place])
        if inside >= 0 and depth > inside:
            continue  # what a fused attention calls is its own
        inside = -1
        if fused(name):
            inside = depth
            joints.append(Joint(place, ATTENTION))
        elif name in _PAIRED:
            joints.append(Joint(place, ATTENTION))
        elif name in _WEIGHTS:
            joints.append(Joint(place, name, _weight(shapes, _WEIGHTS[name])))
    return joints


def fused(name: str) -> bool:
    """Whether an operation is attention as a whole."""
    return name.startswith(_FUSED)


def towers(joints: list[Joint]) -> list[Blocks]:
    """The stacks of layers in a skeleton, the longest first: one, or two for an encoder with a decoder.

    Args:
        joints: From `skeleton`; places in the blocks count joints.
    """
    found = blocks([(joint.kind, joint.weight) for joint in joints], least=2)
    return [
        each
        for each in found
        if each.period >= 3
        and any(joint.kind == ATTENTION for joint in joints[each.start : each.start + each.period])
    ]


def _weight(shapes: Shapes, argument: int) -> tuple[int, ...]:
    right = shapes[argument] if len(shapes) > argument else ()
    return right if len(right) == 2 else ()
