"""Read the same few bits of every stored word, and take the others from the base's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies._held import in_full, with_new

__all__ = ["Window"]
__references__ = ("own",)


@dataclass(frozen=True, slots=True)
class Window:
    """Fixed windows: the base tells sign and exponent, the victim a number of bits below them.

    Attributes:
        levels: Bits in the window.
        first: The window's first bit, from 0 at the mantissa's top; below 0 it begins in the exponent.
    """

    levels: tuple[float, ...] = (2, 4, 6, 8, 12, 16)
    first: int = 0

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        if part.base is None:
            for _ in self.levels:
                yield in_full(part, channel, "window")
            return
        form, shape = part.stored, part.victim.shape
        sent, known = (form.words(np.nan_to_num(a.reshape(-1))) for a in (part.victim, part.base))
        for level in self.levels:
            top = min(form.bits, max(0, form.mantissa - self.first))
            bottom = max(0, top - int(level))
            mask = ((1 << top) - 1) ^ ((1 << bottom) - 1)
            got, arrived, counts = channel.words(
                sent, mask, form.bits, channel.chance("window", level, part.name)
            )
            values = form.values((got & arrived) | (known & ~arrived))
            values = np.where(np.isfinite(values), values, np.float32(0))
            yield with_new(part, values.reshape(shape), counts.reshape(shape), channel, "window", level)
