"""The verdicts of a panel as rows of a choice model: what each agent had said and heard before."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.panel import Panel

__all__ = ["Rows", "rows"]

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One row a readable verdict.

    Attributes:
        verdict: Its number, (n,).
        model: Who gave it, (n,).
        dilemma: On what, (n,).
        protocol: Under which protocol, (n,).
        debate: In which debate, (n,).
        own: The agent's last readable verdict before, −1 for none, (n,).
        previous: How often others gave each verdict in completed rounds, (n, kinds).
        latest: The same in the last completed round alone, (n, kinds).
        within: The same by earlier speakers of this round; 0 where all answer at once, (n, kinds).
    """

    verdict: Codes
    model: Codes
    dilemma: Codes
    protocol: Codes
    debate: Codes
    own: Codes
    previous: Array
    latest: Array
    within: Array

    def __len__(self) -> int:
        return int(self.verdict.size)

    @property
    def kinds(self) -> int:
        """How many verdicts there are."""
        return int(self.previous.shape[1])

    def take(self, chosen: NDArray[np.generic]) -> Rows:
        """The chosen rows alone."""
        return Rows(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def rows(panel: Panel) -> Rows:
    """Every readable verdict of a panel with its history; unreadable replies count for nobody."""
    spoken = panel.spoken()
    others = spoken.sum(axis=2, keepdims=True) - spoken
    before = np.cumsum(others, axis=1) - others
    latest = np.concatenate([np.zeros_like(others[:, :1]), others[:, :-1]], axis=1)
    within = np.where(panel.simultaneous[:, None, None, None], 0.0, np.cumsum(spoken, axis=2) - spoken)
    debate, place, seat = np.nonzero(panel.readable)
    at = (debate, place, seat)
    return Rows(
        verdict=panel.verdicts[at],
        model=panel.models[debate, seat],
        dilemma=panel.dilemma[debate],
        protocol=panel.protocol[debate],
        debate=debate,
        own=panel.own()[at],
        previous=before[at],
        latest=latest[at],
        within=within[at],
    )
