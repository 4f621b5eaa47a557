"""Read the last blocks in full, and take the others from the base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies._held import in_full, of_base

__all__ = ["Layers"]
__references__ = ("own",)


@dataclass(frozen=True, slots=True)
class Layers:
    """The last blocks with all that follows them, every bit; earlier blocks and embeddings are the base's.

    Attributes:
        levels: How many blocks, from the last.
    """

    levels: tuple[float, ...] = (1, 2, 4, 8, 16)

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        for level in self.levels:
            wanted = part.block is not None and part.block <= level
            yield (in_full if wanted else of_base)(part, channel, "layers", level)
