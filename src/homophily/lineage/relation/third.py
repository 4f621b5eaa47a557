"""A third model beside two: is one of them the other two averaged?"""

from __future__ import annotations

import numpy as np

from homophily.lineage.relation.comparison import Comparison
from homophily.lineage.relation.rules import Thresholds, Verdict
from homophily.lineage.tests import Weights, shape_of

__all__ = ["merged_of"]

_ROLES = ("q", "k", "v", "qkv", "o", "gate", "up", "down")


def merged_of(
    a: Weights, third: Weights, b: Weights, found: Comparison, made: Verdict, bars: Thresholds
) -> Verdict:
    """The verdict on b, given that a third model may have been merged with a.

    In each matrix b is fitted by least squares as a multiple of a plus a multiple of the third. A merge is
    claimed where both shares are well above nothing and the two leave little of what a alone leaves.

    Args:
        a: One parent.
        third: The other.
        b: The child in question.
        found: Of a and b.
        made: The verdict without the third, given back where it is no merge.
        bars: Its `fits` is the share of the change that must be explained.
    """
    fits = [fit for key in _keys(found) if (fit := _fit(a, third, b, key)) is not None]
    if not fits:
        return made
    ours, theirs, explained = (float(np.median(column)) for column in zip(*fits, strict=True))
    if min(ours, theirs) < 0.05 or explained < bars.fits:
        return made
    left = 1 - explained
    told = f"b is {ours:.2f} of a and {theirs:.2f} of the third; they leave {left:.1%} of the change from a"
    why = "the child lies between the two others, which neither of them could"
    return Verdict("merged", (told,), child="b", why=why, related_layers=made.related_layers)


def _keys(found: Comparison) -> list[tuple[str, int | None]]:
    return [(role, layer) for layer, same in found.layers.items() if layer == same for role in _ROLES]


def _fit(
    a: Weights, third: Weights, b: Weights, key: tuple[str, int | None]
) -> tuple[float, float, float] | None:
    """Shares of a and of the third in b, and how much of b − a they explain."""
    shapes = {shape_of(weights, key) for weights in (a, third, b)}
    if len(shapes) != 1 or None in shapes:
        return None
    x, y, z = (np.asarray(weights[key], np.float32).ravel() for weights in (a, third, b))
    change = float(np.vdot(z - x, z - x))
    if change == 0:
        return None
    gram = np.array([[np.vdot(x, x), np.vdot(x, y)], [np.vdot(x, y), np.vdot(y, y)]], float)
    shares = np.linalg.lstsq(gram, np.array([np.vdot(x, z), np.vdot(y, z)], float), rcond=None)[0]
    left = z - np.float32(shares[0]) * x - np.float32(shares[1]) * y
    return float(shares[0]), float(shares[1]), 1 - float(np.vdot(left, left)) / change
