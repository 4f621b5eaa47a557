"""Consensus: in which round do debates end in agreement, and how many never do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import By, Debates, debates
from homophily.analysis._estimators.chains import consensus as reached
from homophily.analysis._estimators.chains import majority
from homophily.analysis._finding import Finding
from homophily.analysis._languages import between_languages
from homophily.analysis._rows import estimates, number, row

__all__ = ["consensus"]
__references__ = ("efron1993", "wilson1927")


def consensus(
    tables: Mapping[str, pd.DataFrame], *, by: By = None, draws: int = 1000, seed: int = 1
) -> Finding:
    """Shares of debates by the round of consensus, without consensus, and rounds played.

    Consensus is unanimous and readable: a split of two to one is a majority, reported apart, and one
    unreadable verdict denies it. Shares of rounds and of no consensus sum to 1. Where there are
    several languages, the difference between each two is estimated on the same dilemmas in the same debates.

    Args:
        tables: With ``verdicts``; the column ``consensus`` of ``debates``, where there is one, is checked.
        by: ``language`` reports each language apart.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.
    """
    found = debates(tables)
    clusters = Clusters(len(found.dilemmas), draws, seed, "consensus")
    rows: list[dict[str, Any]] = []
    for cell, part in found.cells(by=by):
        label = {**cell, "protocol": part.frame["protocol"].iloc[0]}
        rows += [{**line, **label} for line in _cell(part, clusters, int(found.frame["rounds"].max()))]
    rows += _languages(found)
    table = estimates(rows, "experiment", "protocol", "goal", "round")
    shares = table[table["term"].isin(["consensus in round", "no consensus"])]
    none = table[table["term"] == "no consensus"]["estimate"]
    first = table[(table["term"] == "consensus in round") & (table["round"] == 1)]["estimate"]
    return Finding(
        name="consensus",
        title="Consensus",
        text=f"Consensus in the first round in {number(first.min())} to {number(first.max())} of debates, "
        f"depending on who debates and how; none at all in {number(none.min())} to {number(none.max())}.",
        estimates=table,
        warnings=_warnings(found),
        figure="consensus",
        data=pd.concat([shares, table[table["term"] == "majority without consensus"]], ignore_index=True),
    )


def _cell(part: Debates, clusters: Clusters, most: int) -> list[dict[str, Any]]:
    panel, n = part.panel, len(part.frame)
    when, rounds = reached(panel), panel.rounds
    kinds: list[tuple[str, float, Any]] = [
        ("consensus in round", turn, when == turn) for turn in range(1, most + 1)
    ]
    kinds += [
        ("no consensus", np.nan, when == 0),
        ("majority without consensus", np.nan, (when == 0) & majority(panel)),
        ("more than one round", np.nan, rounds > 1),
    ]
    rows = [
        {**row(term, clusters.mean(seen, panel.dilemma, share=True), n, BOOTSTRAP), "round": turn}
        for term, turn, seen in kinds
    ]
    played = clusters.mean(rounds, panel.dilemma)
    return [*rows, row("rounds played", played, n, BOOTSTRAP)]


def _languages(found: Debates) -> list[dict[str, Any]]:
    when, every = reached(found.panel), np.ones(len(found.frame), dtype=bool)
    outcomes = {"consensus in round one": when == 1, "no consensus at all": when == 0}
    return [line for name, seen in outcomes.items() for line in between_languages(found, name, seen, every)]


def _warnings(found: Debates) -> tuple[str, ...]:
    said = []
    early = (reached(found.panel) == 0) & (found.panel.rounds < found.frame["rounds"].to_numpy())
    if early.any():
        said.append(
            f"{int(early.sum())} debates ended early without a readable, unanimous verdict; they "
            "count as without consensus."
        )
    if "consensus" in found.frame:
        told = found.frame["consensus"].fillna(False).to_numpy(bool)
        wrong = int((told != (reached(found.panel) > 0)).sum())
        if wrong:
            said.append(
                f"{wrong} debates are recorded with another consensus than their verdicts show; the verdicts "
                "are believed."
            )
    return tuple(said)
