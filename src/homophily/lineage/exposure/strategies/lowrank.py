"""The change of each matrix by its largest singular vectors, all bits of the two factors counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies._held import in_full, with_new

__all__ = ["Lowrank"]
__references__ = ("eckart1936",)


@dataclass(frozen=True, slots=True)
class Lowrank:
    """Base plus the best change of a rank (Eckart and Young 1936); vectors are read in full.

    As with signs it is what an owner could hand out, not what a reader of stored bits sees; the channel's
    errors do not meet it.

    Attributes:
        levels: Ranks.
    """

    levels: tuple[float, ...] = (1, 2, 4, 8, 16, 32)

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        if part.base is None or part.victim.ndim != 2:
            for level in self.levels:
                yield in_full(part, channel, "lowrank", level)
            return
        left, sizes, right = np.linalg.svd(np.nan_to_num(part.victim - part.base), full_matrices=False)
        for level in self.levels:
            rank = min(int(level), sizes.size)
            if rank * sum(part.victim.shape) >= part.size:  # the factors would be longer than the matrix
                yield in_full(part, channel, "lowrank", level)
                continue
            values = part.base + ((left[:, :rank] * sizes[:rank]) @ right[:rank]).astype(np.float32)
            held = with_new(part, values, np.zeros(values.shape, np.uint8), channel, "lowrank", level)
            yield Reading(held.values, held.counts, rank * sum(values.shape) * part.stored.bits)
