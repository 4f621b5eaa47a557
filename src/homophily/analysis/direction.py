"""Direction: when an agent revises, does it go to another's verdict, to a third, or do two swap?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import By, debates
from homophily.analysis._estimators.chains import DIRECTIONS, directions
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, number, row, told_apart

__all__ = ["direction"]
__references__ = ("efron1993", "wilson1927")


def direction(
    tables: Mapping[str, pd.DataFrame], *, by: By = None, draws: int = 1000, seed: int = 1
) -> Finding:
    """Where each model's revisions go, under each protocol.

    A revision is a readable verdict that differs from the agent's last readable one. *Swap*: another agent
    took this one's former verdict in the same round in which this one took the other's. *Towards another*:
    the new verdict was one that the agent had heard last from another. *Third verdict*: neither; going back
    to an earlier verdict of one's own that nobody holds is one of these. The three shares sum to 1.

    Args:
        tables: With ``verdicts``.
        by: ``language`` reports each language apart.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.
    """
    found = debates(tables)
    clusters = Clusters(len(found.dilemmas), draws, seed, "direction")
    rows: list[dict[str, Any]] = []
    for cell, part in found.cells(("protocol", "goal"), by):
        where = directions(part.panel)
        who = np.broadcast_to(part.panel.models[:, None, :], where.shape)
        for model, name in enumerate(found.models):
            debate, turn, seat = np.nonzero((where >= 0) & (who == model))
            if debate.size:
                gone = where[debate, turn, seat]
                dilemma = part.panel.dilemma[debate]
                rows += [
                    {**row(term, clusters.mean(gone == place, dilemma, share=True), debate.size, BOOTSTRAP),
                     "model": name, **cell}
                    for place, term in enumerate(DIRECTIONS)
                ]  # fmt: skip
    table = estimates(rows, "model", "protocol", "goal")
    return Finding(
        name="direction",
        title="Where revisions go",
        text=_text(table),
        estimates=table,
        figure="contrasts",
        data=table.assign(
            panel=table["term"],
            line=told_apart(table, ahead=True)
            + table["model"]
            + ", "
            + table["protocol"].str.replace("_", " "),
        ),
    )


def _text(table: pd.DataFrame) -> str:
    if table.empty:
        return "Nobody revised a verdict."
    each = table[table["term"] == DIRECTIONS[0]]
    cases = each["n"].sum()
    shares = [table.loc[table["term"] == term, ["estimate", "n"]].prod(axis=1).sum() for term in DIRECTIONS]
    spoken = ", ".join(
        f"{number(part / cases)} {term}" for term, part in zip(DIRECTIONS, shares, strict=True)
    )
    return f"Of {int(cases)} revisions: {spoken}."
