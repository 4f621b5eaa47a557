"""Debates played forward from known parameters, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.form import EFFECTS
from homophily.analysis._estimators.conformity.process import Process
from homophily.analysis._estimators.panel import NEVER, UNREADABLE, Panel

__all__ = ["simulate"]

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def simulate(
    process: Process,
    schedule: Panel,
    rng: np.random.Generator,
    *,
    unreadable: float = 0.0,
    limit: Codes | None = None,
) -> Panel:
    """Play every debate of a schedule until all seats agree readably or the rounds are over.

    Args:
        process: The parameters.
        schedule: Which models debate which dilemma, in which order, under which protocol, for how many rounds
            at most.
        rng: Source of chance.
        unreadable: Probability that a reply cannot be read.
        limit: The most rounds of each debate, where they differ, (debates,).
    """
    debates, rounds, seats = schedule.verdicts.shape
    verdicts = np.full((debates, rounds, seats), NEVER)
    state = _State(process, schedule)
    going = np.ones(debates, dtype=bool)
    for turn in range(rounds):
        going = going if limit is None else going & (turn < limit)
        for seat in range(seats):
            speaks = np.flatnonzero(going & (schedule.models[:, seat] >= 0))
            said = _draw(state.logits(speaks, seat), rng)
            said = np.where(rng.random(said.size) < unreadable, UNREADABLE, said)
            verdicts[speaks, turn, seat] = said
            state.hear(speaks, seat, said)
        state.close()
        now, there = verdicts[:, turn], schedule.models >= 0
        alike = (((now == now[:, :1]) & (now >= 0)) | ~there).all(axis=1)
        going = going & ~alike
        if not going.any():
            break
    return Panel(
        verdicts=verdicts,
        models=schedule.models,
        dilemma=schedule.dilemma,
        protocol=schedule.protocol,
        simultaneous=schedule.simultaneous,
        kinds=schedule.kinds,
    )


class _State:
    """What every seat of every debate has said and heard so far."""

    def __init__(self, process: Process, schedule: Panel) -> None:
        shape = (*schedule.models.shape, schedule.kinds)
        self.process, self.schedule = process, schedule
        self.own, self.total, self.last, self.now = (np.zeros(shape) for _ in range(4))

    def logits(self, debates: Codes, seat: int) -> Array:
        """The logits of one seat in some debates, (debates, kinds)."""
        process, schedule = self.process, self.schedule
        model, protocol = schedule.models[debates, seat], schedule.protocol[debates]
        own = self.own[debates, seat]
        past = self.last if process.latest else self.total
        previous = past[debates].sum(axis=1) - past[debates, seat]
        in_turn = ~schedule.simultaneous[debates, None]
        within = np.where(in_turn, self.now[debates, :seat].sum(axis=1), 0.0)
        columns = (own, previous + within, previous, within, own * previous, own * within)
        logits = process.base[model] + process.leaning[schedule.dilemma[debates]]
        for place, (_, column) in enumerate(zip(EFFECTS, columns, strict=True)):
            logits = logits + process.effects[model, protocol, place, None] * column
        return np.asarray(logits)

    def hear(self, debates: Codes, seat: int, said: Codes) -> None:
        """Keep what one seat said; an unreadable reply leaves its last verdict as it was."""
        spoken = (said[:, None] == np.arange(self.schedule.kinds)).astype(float)
        self.now[debates, seat] = spoken
        self.own[debates, seat] = np.where(said[:, None] >= 0, spoken, self.own[debates, seat])

    def close(self) -> None:
        """End the round."""
        self.total += self.now
        self.last, self.now = self.now, np.zeros_like(self.now)


def _draw(logits: Array, rng: np.random.Generator) -> Codes:
    """One choice a row by the Gumbel-max trick."""
    return np.asarray((logits + rng.gumbel(size=logits.shape)).argmax(axis=1))
