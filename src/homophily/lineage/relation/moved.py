"""What of a relative's layer was moved about without changing what the layer computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homophily.lineage.relation.view import View
from homophily.lineage.tests import Key, cosines, match, sample
from homophily.seeds import generator

__all__ = ["Moved", "moved"]

_UNITS = 1024
_PROBES = 16


@dataclass(frozen=True, slots=True)
class Moved:
    """A layer's matrices, compared as they are and unit by unit.

    Attributes:
        placed: Mean size of the cosine of units in one place, whatever their lengths and signs.
        matched: The same of units with their best partners.
        circuits: Cosine of what attention computes (values through output, queries with keys), whatever the
            order, signs, scales or basis inside heads; NaN where there is none.
        heads: Cosine of the values' matrix in this basis, as it stands.
    """

    placed: float
    matched: float
    circuits: float
    heads: float


def moved(a: View, b: View, layer: int) -> Moved | None:
    """Compare a layer's units and circuits; None where the two hold no MLP of one width.

    Args:
        a: One model, gains folded where they can be.
        b: The other, in the same basis and layers.
        layer: As both number it.
    """
    roles = [role for role in ("up", "gate", "down") if _fit(a, b, (role, layer))]
    if not roles:
        return None
    kept = sample(a.shapes["up", layer][0] if "up" in roles else _units(a, roles[0], layer), _UNITS)
    total: np.ndarray | None = None
    placed = []
    for role in roles:
        ours, theirs = _by_unit(a[role, layer], role), _by_unit(b[role, layer], role)
        found = cosines(ours[kept], theirs)
        placed.append(float(np.abs(found[np.arange(len(kept)), kept]).mean()))
        total = np.abs(found) if total is None else total + np.abs(found)
        # Two matrices at a time: the next are read into the room of these.
        del ours, theirs
    assert total is not None
    best = total[np.arange(len(kept)), match(total)]
    circuits, heads = _attention(a, b, layer)
    return Moved(float(np.mean(placed)), float(best.mean()) / len(roles), circuits, heads)


def _fit(a: View, b: View, key: Key) -> bool:
    return key in a and key in b and a.shapes[key] == b.shapes[key]


def _units(a: View, role: str, layer: int) -> int:
    return a.shapes[role, layer][1 if role == "down" else 0]


def _by_unit(array: np.ndarray, role: str) -> np.ndarray:
    """A row a unit."""
    return array.T if role == "down" else array


def _attention(a: View, b: View, layer: int) -> tuple[float, float]:
    """Cosine of both circuits on random directions, and of the values' matrices."""
    if not all(_fit(a, b, (role, layer)) for role in ("q", "k", "v", "o")):
        return float("nan"), float("nan")
    width = a.shapes["v", layer][1]
    probes = generator("lineage", "circuits", width).normal(size=(width, _PROBES)).astype(np.float32)
    found = [
        _cosine(_circuit(a, layer, probes, which), _circuit(b, layer, probes, which))
        for which in ("ov", "qk")
    ]
    return float(np.mean(found)), _cosine(a["v", layer], b["v", layer])


def _circuit(weights: View, layer: int, probes: np.ndarray, which: str) -> np.ndarray:
    inner = weights["v" if which == "ov" else "k", layer] @ probes
    outer = weights["o", layer] if which == "ov" else weights["q", layer].T
    many = outer.shape[1]
    if len(inner) != many and weights.heads and many % weights.heads == 0:
        size = many // weights.heads
        inner = np.repeat(inner.reshape(-1, size, probes.shape[1]), many // len(inner), axis=0).reshape(
            many, -1
        )
    found: np.ndarray = outer @ inner if len(inner) == many else inner
    return found


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.vdot(a, b)) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-30)
