"""A model seen in another's basis: channels turned, gains folded, layers renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from homophily.lineage.tests import Key, Weights, rows_of, shape_of

__all__ = ["READS", "WRITES", "Basis", "View", "folds"]

#: Matrices that read the residual stream, with the norm before them.
READS = {
    "q": "norm.attn",
    "k": "norm.attn",
    "v": "norm.attn",
    "qkv": "norm.attn",
    "gate": "norm.mlp",
    "up": "norm.mlp",
    "head": "norm.final",
}
#: Matrices that write to it.
WRITES = ("o", "down")
_ALONG = ("embed", "position", "segment")


@dataclass(frozen=True)
class Basis:
    """How to turn b's channels into a's.

    Attributes:
        name: In words.
        partners: For each channel of a, b's; with `signs`. Empty for a dense rotation.
        signs: For each channel of a, 1 or −1.
        rotation: Dense, ``x_b @ rotation`` lies in a's basis; empty for a signed permutation.
    """

    name: str
    partners: np.ndarray = field(default_factory=lambda: np.empty(0, int))
    signs: np.ndarray = field(default_factory=lambda: np.empty(0, np.float32))
    rotation: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))

    def last(self, array: np.ndarray) -> np.ndarray:
        """An array whose last axis is b's channels, along a's."""
        turned: np.ndarray = (
            array @ self.rotation if self.rotation.size else array[..., self.partners] * self.signs
        )
        return turned


class View(Mapping[Key, np.ndarray]):
    """A model's arrays, changed as they are read.

    Args:
        base: The arrays.
        folded: Multiply what reads the residual stream by the gain of the norm before it.
        basis: Turn b's channels into a's; None leaves them.
        layers: The base's layer for each layer shown; None shows all under their own numbers.
    """

    def __init__(
        self,
        base: Weights,
        *,
        folded: bool = False,
        basis: Basis | None = None,
        layers: Mapping[int, int] | None = None,
    ) -> None:
        self.base, self.folded, self.basis = base, folded, basis
        shown: Mapping[int, int] = layers or {}
        if layers is None:
            shown = {layer: layer for _, layer in base if layer is not None}
        back: dict[int, list[int]] = {}
        for new, old in shown.items():
            back.setdefault(old, []).append(new)
        self._keys: dict[Key, Key] = {}
        for role, layer in base:
            for place in [None] if layer is None else back.get(layer, []):
                self._keys[role, place] = (role, layer)
        self.shapes = {key: shape_of(base, old) or () for key, old in self._keys.items()}
        self.heads = int(getattr(base, "heads", 0))

    def __getitem__(self, key: Key) -> np.ndarray:
        """The array as seen."""
        role, layer = self._keys[key]
        array = np.asarray(self.base[role, layer], np.float32)
        gain = self._gain(role, layer)
        if gain is not None:
            array = array * gain
        if self.basis is None:
            return array
        if role in READS or role in _ALONG:
            return self.basis.last(array)
        return np.ascontiguousarray(self.basis.last(array.T).T) if role in WRITES else array

    def rows(self, key: Key, start: int, stop: int) -> np.ndarray:
        """Some rows of an array as seen; of an embedding or a head the others stay unread."""
        role, layer = self._keys[key]
        if role not in (*_ALONG, "head"):
            return self[key][start:stop]
        rows, gain = (
            np.asarray(rows_of(self.base, (role, layer), start, stop), np.float32),
            self._gain(role, layer),
        )
        rows = rows if gain is None else rows * gain
        return rows if self.basis is None else self.basis.last(rows)

    def __contains__(self, key: object) -> bool:
        """Whether there is such an array; nothing is read."""
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def _gain(self, role: str, layer: int | None) -> np.ndarray | None:
        if not self.folded or role not in READS:
            return None
        # Phi's MLP reads what its attention reads.
        for norm in (READS[role], "norm.attn"):
            if (norm, layer) in self.base:
                return np.asarray(self.base[norm, layer], np.float32)
        return None


def folds(weights: Weights) -> bool:
    """Whether gains can be folded: the norms stand before what reads the stream, not after it as in BERT."""
    return ("norm.embed", None) not in weights and any(role == "norm.attn" for role, _ in weights)
