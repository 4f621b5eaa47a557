"""What several strategies hold of a part: all of it, or the base's numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading

__all__ = ["in_full", "of_base", "with_new"]


def in_full(part: Part, channel: Channel, *names: object) -> Reading:
    """Every bit of every weight."""
    values, counts = channel.full(part, channel.chance(*names, part.name))
    shape = part.victim.shape
    return Reading(values.reshape(shape), counts.reshape(shape), part.extra)


def of_base(part: Part, channel: Channel, *names: object) -> Reading:
    """The base's numbers for nothing; what has none there is read in full."""
    if part.base is None:
        return in_full(part, channel, *names)
    return with_new(part, part.base, np.zeros(part.base.shape, np.uint8), channel, *names)


def with_new(
    part: Part, values: NDArray[np.float32], counts: NDArray[np.uint8], channel: Channel, *names: object
) -> Reading:
    """A reading whose weights without a number in the base are read in full."""
    assert part.base is not None
    new = np.flatnonzero(~np.isfinite(part.base.reshape(-1)))
    if not new.size:
        return Reading(values, counts)
    values, counts = values.copy(), counts.copy()
    full, read = channel.full(part, channel.chance(*names, "new", part.name), new)
    values.reshape(-1)[new], counts.reshape(-1)[new] = full, read
    return Reading(values, counts)
