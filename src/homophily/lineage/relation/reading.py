"""A model's arrays by role, read when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from homophily.lineage.tests import Key, Weights

if TYPE_CHECKING:
    from homophily.lineage.checkpoints import Checkpoint, Part

__all__ = ["Reading", "opened"]


class Reading(Mapping[Key, np.ndarray]):
    """A checkpoint's matrices and gains, each read anew whenever it is asked for; nothing is kept.

    Where a layer has experts, the first stands for its MLP.

    Args:
        checkpoint: Open.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._parts: dict[Key, Part] = {}
        for (role, layer), part in checkpoint.layout.parts.items():
            if not role.endswith(".bias"):
                self._parts.setdefault((role.removesuffix(".0"), layer), part)
        self.shapes = {key: part.shape for key, part in self._parts.items()}
        self.heads = int(checkpoint.config.get("num_attention_heads") or checkpoint.config.get("n_head") or 0)
        # Gemma's norms multiply by one plus their weight.
        self.unit_gain = 1.0 if checkpoint.layout.family.startswith("gemma") else 0.0

    def __getitem__(self, key: Key) -> np.ndarray:
        """The array, ``(outputs, inputs)`` float32."""
        found: np.ndarray = self.checkpoint.part(self._parts[key])
        return found + self.unit_gain if key[0].startswith("norm") and self.unit_gain else found

    def __contains__(self, key: object) -> bool:
        """Whether there is such an array; nothing is read."""
        return key in self._parts

    def __iter__(self) -> Iterator[Key]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def rows(self, key: Key, start: int, stop: int) -> np.ndarray:
        """Some rows of an array, the others unread where they are stored as rows."""
        part = self._parts[key]
        if part.transposed:
            return self[key][start:stop]
        tensor = self.checkpoint.tensor(part.name)
        return np.array(tensor.rows(part.start + start, min(part.start + stop, part.stop)), np.float32)


@contextmanager
def opened(
    source: str | Path | Checkpoint | Weights,
    *,
    mapping: str | Path | None = None,
    base: str | Path | None = None,
) -> Iterator[Weights]:
    """A model's arrays, from wherever they are; a path is opened and closed again.

    Args:
        source: A path, an open checkpoint, or arrays.
        mapping: Names that the shipped families do not know.
        base: Of an adapter.

    Raises:
        DataError: A path holds nothing that can be read as a checkpoint.
    """
    from homophily.lineage.checkpoints import Checkpoint, open_checkpoint

    if isinstance(source, (str, Path)):
        with open_checkpoint(source, base=base, mapping=mapping) as checkpoint:
            yield Reading(checkpoint)
    elif isinstance(source, Checkpoint):
        yield Reading(source)
    else:
        yield source
