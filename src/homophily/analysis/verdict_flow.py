"""Verdict flow: which verdicts are given in each round, and where those who gave them go next?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import By, Debates, debates
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.dilemmas.verdict import VERDICTS

__all__ = ["verdict_flow"]
__references__ = ("efron1993", "wilson1927")

_OTHER = ("unreadable", "ended")


def verdict_flow(
    tables: Mapping[str, pd.DataFrame], *, by: By = None, draws: int = 1000, seed: int = 1
) -> Finding:
    """Shares of the verdicts by round and model, and the flow of agents from one to the next.

    Shares are of the replies of a round, unreadable ones among them, so that they sum to 1; later rounds
    hold only debates that went on. The flow follows every agent through all rounds, ``ended`` once its
    debate is over.

    Args:
        tables: With ``verdicts``.
        by: ``language`` reports the flow of each language apart.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.
    """
    found = debates(tables)
    clusters = Clusters(len(found.dilemmas), draws, seed, "flow")
    rows: list[dict[str, Any]] = []
    for model, name in enumerate(found.models):
        for turn in range(found.panel.verdicts.shape[1]):
            debate, seat = np.nonzero((found.panel.models == model) & found.panel.asked[:, turn])
            if not debate.size:
                continue
            said, dilemma = found.panel.verdicts[debate, turn, seat], found.panel.dilemma[debate]
            for code, verdict in enumerate([*VERDICTS, _OTHER[0]]):
                kind = code if code < len(VERDICTS) else -1
                share = clusters.mean(said == kind, dilemma, share=True)
                label = {"model": name, "round": turn + 1}
                rows.append({**row(verdict, share, debate.size, BOOTSTRAP), **label})
    table = estimates(rows, "model", "round")
    flows = [
        flow.assign(**{**cell, "protocol": part.frame["protocol"].iloc[0]})
        for cell, part in found.cells(by=by)
        for flow in [_flow(part)]
    ]
    first = table[(table["round"] == 1)].sort_values("estimate", ascending=False, kind="stable")
    commonest = first.drop_duplicates("model")
    spoken = "; ".join(f"{x['model']} {x['term']} {spelled(x)}" for _, x in commonest.iterrows())
    return Finding(
        name="verdict_flow",
        title="Verdicts round by round",
        text=f"The commonest verdict of the first round: {spoken}.",
        estimates=table,
        figure="flow",
        data=pd.concat(flows, ignore_index=True),
    )


def _flow(part: Debates) -> pd.DataFrame:
    """Agents by round, verdict now and verdict next."""
    states = np.array([*VERDICTS, *_OTHER])
    debate, seat = np.nonzero(part.panel.models >= 0)
    chain = part.panel.verdicts[debate, :, seat]
    place = np.where(chain >= 0, chain, np.where(chain == -1, len(VERDICTS), len(VERDICTS) + 1))
    place = np.column_stack([place, np.full(len(place), len(VERDICTS) + 1)])
    pieces = [
        pd.DataFrame(
            {"round": turn + 1, "verdict": states[place[:, turn]], "next": states[place[:, turn + 1]]}
        )
        for turn in range(chain.shape[1])
    ]
    frame = pd.concat(pieces, ignore_index=True)
    return frame.value_counts(sort=False).rename("n").reset_index()
