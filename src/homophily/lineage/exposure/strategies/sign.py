"""One bit a weight: the sign of the change times one size a matrix (BitDelta)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies._held import in_full, with_new

__all__ = ["Sign"]
__references__ = ("liu2024",)


@dataclass(frozen=True, slots=True)
class Sign:
    """BitDelta (Liu et al. 2024, arXiv 2402.10193, equations 1 to 3) without its distillation of scales.

    A matrix is base + sign(change) · mean |change|, and its scale one float32; vectors are read in full.
    It is what an owner could hand out in as many bits: a reader of stored bits does not see changes.

    Attributes:
        levels: One.
    """

    levels: tuple[float, ...] = (1,)

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        for _ in self.levels:
            yield self._one(part, channel)

    def _one(self, part: Part, channel: Channel) -> Reading:
        if part.base is None or part.victim.ndim < 2:
            return in_full(part, channel, "sign")
        change = np.nan_to_num(part.victim - part.base)
        got, erased, counts = channel.bits(change > 0, channel.chance("sign", part.name))
        size = np.float32(np.abs(change).mean(dtype=np.float64))
        values = part.base + np.where(erased, 0, np.where(got, size, -size)).astype(np.float32)
        reading = with_new(part, values, counts, channel, "sign")
        return Reading(reading.values, reading.counts, 32)
