"""What became of verdicts in a debate: changes, consensus, the way a revision went, who moved whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.panel import Panel

__all__ = ["DIRECTIONS", "changed", "consensus", "directions", "heard", "majority", "steps"]

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Where a revision can go, in the order of `directions`.
DIRECTIONS = ("towards another", "swap", "third verdict")


def changed(panel: Panel) -> Flags:
    """Whether an agent's chain has more than one distinct readable verdict, (debates, seats).

    A chain that comes back to where it began has changed. An unreadable reply is passed over.
    """
    first = panel.first()[:, None, :]
    return np.asarray((panel.readable & (panel.verdicts != first)).any(axis=1))


def consensus(panel: Panel) -> Codes:
    """The round in which all seats gave one readable verdict and the debate ended; 0 for none, (debates,).

    Only a debate's last round counts, and a single unreadable reply in it denies consensus.
    """
    last = _last(panel)
    there = panel.models >= 0
    alike = ((last == last[:, :1]) | ~there).all(axis=1) & ((last >= 0) | ~there).all(axis=1)
    return np.where(alike & (panel.rounds > 0), panel.rounds, 0)


def majority(panel: Panel) -> Flags:
    """Whether more than half of the seats gave one verdict in the last round, (debates,)."""
    counts = (_last(panel)[..., None] == np.arange(panel.kinds)).sum(axis=1)
    return np.asarray(2 * counts.max(axis=1) > panel.seats)


def _last(panel: Panel) -> Codes:
    place = np.maximum(panel.rounds - 1, 0)
    return np.asarray(np.take_along_axis(panel.verdicts, place[:, None, None], axis=1)[:, 0])


def heard(panel: Panel) -> Codes:
    """The latest readable verdict of each seat as another hears it before replying.

    Returns:
        Verdict numbers, −1 where nothing was heard, (debates, rounds, listener, speaker): of an earlier
        round, or of this round where the speaker comes first and the seats speak in turn; −1 of oneself.
    """
    debates, rounds, seats = panel.verdicts.shape
    before, now = panel.own(), np.where(panel.verdicts >= 0, panel.verdicts, panel.own())
    found = np.broadcast_to(before[:, :, None, :], (debates, rounds, seats, seats)).copy()
    earlier = np.tri(seats, k=-1, dtype=bool)
    in_turn = ~panel.simultaneous[:, None, None, None] & earlier
    found = np.where(in_turn, now[:, :, None, :], found)
    found[:, :, np.arange(seats), np.arange(seats)] = -1
    return found


def steps(panel: Panel) -> Flags:
    """Whether a reply differs from the agent's last readable verdict, (debates, rounds, seats)."""
    before = panel.own()
    return np.asarray(panel.readable & (before >= 0) & (panel.verdicts != before))


def directions(panel: Panel) -> Codes:
    """Where each revision went, by its place in `DIRECTIONS`; −1 where nothing was revised, as `verdicts`.

    A swap: another agent left for this agent's former verdict in the same round while this one took the
    other's former verdict. Towards another: the new verdict was one that the agent had heard. Otherwise a
    third verdict, which nobody was heard to hold.
    """
    moved, before = steps(panel), panel.own()
    known = (heard(panel) == panel.verdicts[..., None]).any(axis=3)
    took = panel.verdicts[:, :, :, None] == before[:, :, None, :]
    swapped = (took & took.transpose(0, 1, 3, 2) & moved[..., None] & moved[:, :, None, :]).any(axis=3)
    return np.where(~moved, -1, np.where(swapped, 1, np.where(known, 0, 2)))
