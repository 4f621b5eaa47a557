"""Debates as arrays: who said which verdict in which round, and what each could have heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEVER", "UNREADABLE", "Panel"]

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: In place of a verdict's number: the reply could not be read.
UNREADABLE = -1
#: In place of a verdict's number: nobody was asked.
NEVER = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Debates of equal or unequal length, padded to one shape.

    Attributes:
        verdicts: The number of the verdict, `UNREADABLE` or `NEVER`, (debates, rounds, seats); seats in
            speaking order.
        models: The number of the model in each seat, −1 where there is no seat, (debates, seats).
        dilemma: The number of the dilemma, (debates,).
        protocol: The number of the protocol, (debates,).
        simultaneous: Whether all seats of a round answer at once, (debates,).
        kinds: How many verdicts there are.
    """

    verdicts: Codes
    models: Codes
    dilemma: Codes
    protocol: Codes
    simultaneous: Flags
    kinds: int = 5

    @property
    def readable(self) -> Flags:
        """Where a verdict was given, (debates, rounds, seats)."""
        return self.verdicts >= 0

    @property
    def asked(self) -> Flags:
        """Where a reply was asked for, (debates, rounds, seats)."""
        return np.asarray(self.verdicts != NEVER)

    @property
    def seats(self) -> Codes:
        """How many seats each debate has, (debates,)."""
        return np.asarray((self.models >= 0).sum(axis=1))

    @property
    def rounds(self) -> Codes:
        """How many rounds each debate went, (debates,)."""
        return np.asarray(self.asked.any(axis=2).sum(axis=1))

    def own(self) -> Codes:
        """Each agent's last readable verdict before a reply, −1 before the first, as `verdicts`."""
        before = np.full_like(self.verdicts, UNREADABLE)
        for place in range(1, self.verdicts.shape[1]):
            last = self.verdicts[:, place - 1]
            before[:, place] = np.where(last >= 0, last, before[:, place - 1])
        return before

    def final(self) -> Codes:
        """Each agent's last readable verdict of all, −1 without one, (debates, seats)."""
        last = self.own()[:, -1]
        now = self.verdicts[:, -1]
        return np.where(now >= 0, now, last)

    def first(self) -> Codes:
        """Each agent's first readable verdict, −1 without one, (debates, seats)."""
        place = self.readable.argmax(axis=1)
        found = np.take_along_axis(self.verdicts, place[:, None], axis=1)[:, 0]
        return np.where(self.readable.any(axis=1), found, UNREADABLE)

    def take(self, chosen: NDArray[np.generic]) -> Panel:
        """The chosen debates alone."""
        return Panel(
            verdicts=self.verdicts[chosen],
            models=self.models[chosen],
            dilemma=self.dilemma[chosen],
            protocol=self.protocol[chosen],
            simultaneous=self.simultaneous[chosen],
            kinds=self.kinds,
        )

    def spoken(self) -> NDArray[np.float64]:
        """Each reply as a row of zeros with a one at its verdict, (debates, rounds, seats, kinds)."""
        return np.asarray(self.verdicts[..., None] == np.arange(self.kinds), dtype=float)
