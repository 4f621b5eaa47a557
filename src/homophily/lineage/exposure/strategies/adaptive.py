"""Read only the bits that the base leaves open, most significant first, to a precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.intervals import Escape, Estimate, Intervals
from homophily.lineage.exposure.part import Part, Reading

__all__ = ["Adaptive"]
__references__ = ("rafi2022",)


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Adaptive reading, our account of weight extraction pruning (Al Rafi et al. 2022).

    The base gives each weight the range base ± ``width`` · sigma. Of the victim's bits only those are read
    that differ within range and prefix, until the weight is known to ``level`` · sigma. Tensors without a
    counterpart are read in full. The paper leaves open which bits it reads: the reading is ours.

    Attributes:
        levels: Precisions to read to, in units of each tensor's sigma, coarse to fine.
        width: Half width of the prior's range, in units of sigma.
        escape: What is done about weights outside their range, which a reader cannot see for nothing.
            ``ignore``: nothing, they come out wrong. ``check``: the lowest bit that the range says is known
            is read as well (one bit a weight), and a weight that belies it is read in full. ``told``: a
            bound, the reader is told for nothing which they are, and reads them in full.
        estimate: The guess within a range: the normal prior's ``mean`` over it, or its ``middle``.
    """

    levels: tuple[float, ...] = (4, 2, 1.4, 1, 0.7, 0.5, 0.35, 0.25, 0.125, 0.06)
    width: float = 3.0
    escape: Escape = "ignore"
    estimate: Estimate = "mean"

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        chance = channel.chance("adaptive", part.name)
        if part.base is None:
            values, counts = channel.full(part, chance)
            shape = part.victim.shape
            for _ in self.levels:
                yield Reading(values.reshape(shape), counts.reshape(shape), part.extra)
            return
        held = Intervals(
            part,
            self.width * part.sigma,
            escape=self.escape,
            estimate=self.estimate,
            channel=channel,
            chance=chance,
        )
        for level in self.levels:
            held.narrow(level * part.sigma)
            yield held.reading()
