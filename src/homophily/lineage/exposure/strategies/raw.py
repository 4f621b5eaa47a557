"""Read the top bits of every stored word, without any use of the base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading

__all__ = ["Raw"]
__references__ = ("own",)


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw top bits: sign, then exponent, then mantissa; the rest is taken as 0, which truncates towards 0.

    Attributes:
        levels: Bits of each word; no more than the format has.
    """

    levels: tuple[float, ...] = (8, 9, 10, 11, 12, 13, 14, 16, 20, 32)

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        form, shape = part.stored, part.victim.shape
        sent = form.words(part.victim.reshape(-1))
        for level in self.levels:
            kept = min(int(level), form.bits)
            mask = ((1 << kept) - 1) << (form.bits - kept)
            chance = channel.chance("raw", level, part.name)
            got, _known, counts = channel.words(sent, mask, form.bits, chance)
            values = form.values(got)
            if channel.errors or channel.erasures:
                values = np.where(np.abs(values) <= channel.bound, values, np.float32(0))
            yield Reading(values.reshape(shape), counts.reshape(shape))
