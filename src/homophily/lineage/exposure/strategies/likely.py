"""Read as adaptive does, but take for granted what the base makes nearly certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.intervals import Escape, Estimate, Intervals
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies._held import in_full

__all__ = ["Likely"]
__references__ = ("own", "rafi2022")


@dataclass(frozen=True, slots=True)
class Likely:
    """Adaptive reading that spends no bit on what the prior all but tells.

    Many open bits part a range unevenly: one side is a sliver of the prior's tail. Such a bit is not read but
    taken to be the likelier value, where the other is improbable at the precision that is asked for; the few
    weights of which that is wrong come out wrong. It is the closer bound on what a leak reveals.

    Attributes:
        levels: As of `Adaptive`.
        width: As of `Adaptive`; wide, since the tail costs nothing.
        assume: A bit is not read where the prior gives its other value ``assume`` · level² or less (at most
            a quarter): the error that it adds then falls with the error that is allowed.
        escape: As of `Adaptive`.
        estimate: As of `Adaptive`.
    """

    levels: tuple[float, ...] = (4, 2, 1.4, 1, 0.7, 0.5, 0.35, 0.25, 0.125, 0.06)
    width: float = 6.0
    assume: float = 0.01
    escape: Escape = "ignore"
    estimate: Estimate = "mean"

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""
        for level in self.levels:
            if part.base is None:
                yield in_full(part, channel, "likely")
                continue
            held = Intervals(
                part,
                self.width * part.sigma,
                escape=self.escape,
                estimate=self.estimate,
                channel=channel,
                chance=channel.chance("likely", level, part.name),
                assume=min(0.25, self.assume * level**2) if part.sigma else 0.0,
            )
            held.narrow(level * part.sigma)
            yield held.reading()
