"""Intervals: what a reader knows of every weight of a part, narrowed bit by bit."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.prior import truncated_mean, upper_share

__all__ = ["Escape", "Estimate", "Intervals"]

Escape = Literal["ignore", "check", "told"]
Estimate = Literal["mean", "middle"]
Ordered = NDArray[np.uint32]


class Intervals:
    """A range of ordered whole numbers for each weight: the prior's, cut by the bits read so far.

    Bits above the first in which a range's two ends differ are the same for all of it, so they are known and
    not read. That first open bit is read next; it cuts the range in two. Weights without a number in the base
    are read in full at once.

    Args:
        part: With a base.
        half: Half width of the prior's range around the base, in units of weights.
        escape: What is done about weights outside their range; see `Adaptive`.
        estimate: The guess within a range: the prior's ``mean`` over it, or its ``middle``.
        assume: A bit is taken to be what is likelier, and not read, where the prior gives the other value
            this probability or less; 0 reads every open bit.
        channel: How bits arrive.
        chance: Random numbers for it.
    """

    def __init__(
        self,
        part: Part,
        half: float,
        *,
        escape: Escape,
        estimate: Estimate,
        channel: Channel,
        chance: np.random.Generator,
        assume: float = 0.0,
    ) -> None:
        assert part.base is not None
        self._part, self._estimate, self._channel, self._chance = part, estimate, channel, chance
        self._assume = assume
        given = part.base.reshape(-1).astype(np.float64)
        new = np.flatnonzero(~np.isfinite(given))
        self._base = np.nan_to_num(given)
        self._target = part.format.encode(part.victim.reshape(-1))
        self._low, self._high = _range(part, self._base, half)
        self._counts = np.zeros(given.shape, np.uint8)
        self._values = np.where(self._low == self._high, part.format.decode(self._low), self._base)
        self._open = (self._low < self._high) & np.isfinite(given)
        self._in_full(new)
        self._escaped(escape)

    def narrow(self, precision: float) -> None:
        """Read on until no weight can lie further than `precision` from the guess for it.

        A weight of which a bit was erased is left as it is.
        """
        live = np.flatnonzero(self._open)
        while live.size:
            low, high = self._ends(live)
            # No guess is within the precision of both ends of a range wider than twice that.
            near = high - low <= 2 * precision
            further = self._guess(live[near], low[near], high[near]) > precision
            live = self._read_bit(np.concatenate((live[~near], live[near][further])))

    def reading(self) -> Reading:
        """What is held now."""
        shape = self._part.victim.shape
        return Reading(
            self._values.astype(np.float32).reshape(shape),
            self._counts.reshape(shape).copy(),
            self._part.extra,
        )

    def _ends(self, live: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        form = self._part.format
        return form.decode(self._low[live], live), form.decode(self._high[live], live)

    def _guess(
        self, live: NDArray[np.intp], low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Guess these weights anew; how far off each may be."""
        if self._estimate == "mean":
            guess = truncated_mean(low, high, self._base[live], self._part.sigma)
        else:
            guess = (low + high) / 2
        self._values[live] = guess
        return np.maximum(high - guess, guess - low)

    def _read_bit(self, live: NDArray[np.intp]) -> NDArray[np.intp]:
        """Read the first open bit of each; those that are still open."""
        low, high = self._low[live], self._high[live]
        place = _highest(low ^ high)
        split = (high >> place) << place
        got, erased, times = self._channel.bits((self._target[live] >> place & 1).astype(bool), self._chance)
        if self._assume:
            upper = self._upper(live, low, split, high)
            likely = (upper <= self._assume) | (upper >= 1 - self._assume)
            got, erased = np.where(likely, upper > 0.5, got), erased & ~likely
            times = np.where(likely, 0, times).astype(np.uint8)
        self._low[live] = low = np.where(got & ~erased, split, low)
        self._high[live] = high = np.where(got | erased, high, split - 1)
        self._count(live, times)
        still = (low < high) & ~erased
        closed = live[~still]
        if closed.size:
            self._guess(closed, *self._ends(closed))
            self._open[closed] = False
        return live[still]

    def _upper(
        self, live: NDArray[np.intp], low: Ordered, split: Ordered, high: Ordered
    ) -> NDArray[np.float64]:
        """The prior's probability of the upper part of each range."""
        below, a, m, b = (
            self._part.format.decode(end, live) - self._base[live] for end in (split - 1, low, split, high)
        )
        half = (m - below) / 2  # a stored number stands for all that is rounded to it
        return upper_share(a - half, m - half, b + half, self._part.sigma)

    def _escaped(self, escape: Escape) -> None:
        if escape == "ignore":
            return
        outside = (self._target < self._low) | (self._target > self._high)
        if escape == "told":
            self._in_full(np.flatnonzero(outside & (self._counts == 0)))
            return
        live = np.flatnonzero(self._open)
        place = _highest(self._low[live] ^ self._high[live]) + 1
        live, place = live[place < self._part.format.bits], place[place < self._part.format.bits]
        got, erased, times = self._channel.bits((self._target[live] >> place & 1).astype(bool), self._chance)
        self._count(live, times)
        other = (got != (self._low[live] >> place & 1).astype(bool)) & ~erased
        self._in_full(live[other], already=1)

    def _in_full(self, at: NDArray[np.intp], already: int = 0) -> None:
        if at.size:
            self._values[at], counts = self._channel.full(self._part, self._chance, at)
            self._count(at, counts - already)
            self._open[at] = False

    def _count(self, at: NDArray[np.intp], times: NDArray[np.uint8]) -> None:
        self._counts[at] = np.minimum(self._counts[at].astype(np.uint16) + times, 255).astype(np.uint8)


def _range(part: Part, base: NDArray[np.float64], half: float) -> tuple[Ordered, Ordered]:
    """The lowest and highest ordered numbers of the prior's range; at 0 both zeros are in it."""
    low, high = base - half, base + half
    low = np.where(low == 0, -0.0, low)
    high = np.where(high == 0, 0.0, high)
    return part.format.encode(low), part.format.encode(high)


def _highest(differ: Ordered) -> Ordered:
    """The place of the highest bit that is set; the numbers are not 0."""
    return ((differ.astype(np.float64).view(np.int64) >> 52) - 1023).astype(np.uint32)
