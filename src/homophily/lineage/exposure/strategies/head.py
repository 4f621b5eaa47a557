"""Take the base as it is, and read only what has no counterpart there, such as a new head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies._held import of_base

__all__ = ["Head"]
__references__ = ("own",)


@dataclass(frozen=True, slots=True)
class Head:
    """Base and head only: what the public base gives away without a bit of the body.

    Attributes:
        levels: One.
    """

    levels: tuple[float, ...] = (0,)

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        for _ in self.levels:
            yield of_base(part, channel, "head")
