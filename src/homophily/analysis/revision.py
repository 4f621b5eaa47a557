"""Revision: how often does each model change its verdict, by where it speaks and beside whom?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import By, debates, others
from homophily.analysis._estimators.chains import changed
from homophily.analysis._finding import Finding
from homophily.analysis._languages import between_languages
from homophily.analysis._rows import estimates, row, spelled

__all__ = ["revision"]
__references__ = ("efron1993", "wilson1927")


def revision(
    tables: Mapping[str, pd.DataFrame], *, by: By = None, draws: int = 1000, seed: int = 1
) -> Finding:
    """Change of verdict of each model in each seat, and of each model over all its seats.

    The share of all debates in which the agent's chain of verdicts has more than one distinct verdict; one
    that comes back to where it began counts. Debates that end in the first round are in the denominator, so
    the share says as much of the others as of the agent. Unreadable replies are passed over; an agent without
    any readable verdict in a debate is left out of it. Where there are several languages, the difference
    between each two is estimated on the same dilemmas in the same debates.

    Args:
        tables: With ``verdicts``.
        by: ``language`` reports each language apart.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.
    """
    found = debates(tables)
    clusters = Clusters(len(found.dilemmas), draws, seed, "revision")
    rows, silent = [], 0
    for cell, part in found.cells(by=by):
        moved, spoke = changed(part.panel), np.any(part.panel.readable, axis=1)
        for agent, there, seat in part.agents():
            kept = there & spoke[:, seat]
            silent += int((there & ~kept).sum())
            share = clusters.mean(moved[kept, seat], part.panel.dilemma[kept], share=True)
            beside = others(part, seat)
            label = {**cell, "protocol": part.frame["protocol"].iloc[0], **agent, "beside": beside}
            rows.append({**row("change of verdict", share, int(kept.sum()), BOOTSTRAP), **label})
    moved, spoke = changed(found.panel), found.panel.readable.any(axis=1)
    overall, languages = [], []
    for number, model in enumerate(found.models):
        debate, seat = ((found.panel.models == number) & spoke).nonzero()
        share = clusters.mean(moved[debate, seat], found.panel.dilemma[debate], share=True)
        line = row("change of verdict, all debates", share, debate.size, BOOTSTRAP)
        overall.append({**line, "model": model})
        apart = between_languages(found, "change of verdict", moved, (found.panel.models == number) & spoke)
        languages += [{**line, "model": model} for line in apart]
    table = estimates([*overall, *languages, *rows], "model", "experiment", "protocol", "goal", "position")
    spoken = "; ".join(f"{line['model']} {spelled(line)}" for _, line in table[: len(overall)].iterrows())
    return Finding(
        name="revision",
        title="Change of verdict",
        text=f"Share of debates in which each changes its verdict, with 95 % interval: {spoken}.",
        estimates=table,
        warnings=(f"in {silent} cases an agent gave no readable verdict in a debate; left out.",)
        if silent
        else (),
        figure="revision",
        data=table[table["term"] == "change of verdict"].reset_index(drop=True),
    )
