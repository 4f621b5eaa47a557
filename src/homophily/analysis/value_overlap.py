"""Value overlap: do agents who agree voice the same values, and do they come together as they debate?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.chains import consensus
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._voices import Rule, Voices, voices

__all__ = ["value_overlap"]
__references__ = ("efron1993", "jaccard1912", "wilson1927")

Array = NDArray[np.float64]
_GROWTH = "growth from first to last round"


def value_overlap(
    tables: Mapping[str, pd.DataFrame],
    *,
    rule: Rule = "majority",
    group_weight: float = 0.5,
    draws: int = 1000,
    seed: int = 1,
) -> Finding:
    """Jaccard's (1912) overlap |A ∩ B| / |A ∪ B| of the values of two agents' messages in one round.

    By round and over all, where their verdicts agree and where not, and the difference; then from the first
    to the last round of debates with more than one, as a share of the first, with and without consensus.
    Two messages without any value have no overlap and are left out. *Group-aware*: a value of one that is
    left over counts `group_weight` with one of the same group left over on the other side, each matched
    once: (m + w·g) / (|A| + |B| − m − w·g) for m common values and g such matches.

    Args:
        tables: With ``verdicts``, ``judgements`` and ``labels``.
        rule: When several judges agree on a value.
        group_weight: What a match of groups counts beside a match of values; 0 to 1.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.
    """
    found = voices(tables, rule=rule)
    clusters = Clusters(len(found.debates.dilemmas), draws, seed, "value overlap")
    pairs = _pairs(found, group_weight)
    rows: list[dict[str, Any]] = []
    for measure in ("Jaccard", "group-aware Jaccard"):
        kept = pairs.dropna(subset=[measure])
        rows += [{**line, "measure": measure} for line in _agreement(kept, measure, clusters)]
        rows += [{**line, "measure": measure} for line in _trajectory(kept, measure, clusters)]
    table = estimates(rows, "round", "measure")
    shown = table[(table["measure"] == "Jaccard") & table["round"].isna()]
    spoken = "; ".join(f"{x['term']} {spelled(x)}" for _, x in shown.iterrows())
    return Finding(
        name="value_overlap",
        title="Values in common",
        text=f"Overlap of the values of two agents: {spoken}."
        if spoken
        else "No two judged messages of one round voiced a value.",
        estimates=table,
        figure="contrasts",
        data=_lines(table),
    )


def _lines(table: pd.DataFrame) -> pd.DataFrame:
    """What the figure draws: overlap and its growth in panels of their own, rounds together."""
    rows = table[table["round"].isna()]
    grown = rows["term"].str.startswith(_GROWTH)
    line = rows["term"].str.removeprefix(f"{_GROWTH}, ") + ", " + rows["measure"]
    return rows.assign(panel=np.where(grown, _GROWTH.capitalize(), "Overlap"), line=line)


def _pairs(found: Voices, weight: float) -> pd.DataFrame:
    """One row a round and pair of seats that were both judged."""
    panel, frames = found.debates.panel, []
    agreed, members = (
        consensus(panel) > 0,
        found.groups[:, None] == np.arange(found.groups.max(initial=-1) + 1),
    )
    for a, b in combinations(range(panel.models.shape[1]), 2):
        debate, turn = np.nonzero(found.judged[:, :, a] & found.judged[:, :, b])
        one, two = found.labels[debate, turn, a], found.labels[debate, turn, b]
        both = (one & two).sum(axis=1)
        left, right = ((x & ~y).astype(int) @ members.astype(int) for x, y in ((one, two), (two, one)))
        near = weight * np.minimum(left, right).sum(axis=1)
        size = one.sum(axis=1) + two.sum(axis=1)
        said = panel.verdicts[debate, turn]
        with np.errstate(divide="ignore", invalid="ignore"):
            frames.append(
                pd.DataFrame(
                    {
                        "debate": debate,
                        "dilemma": panel.dilemma[debate],
                        "round": turn + 1,
                        "first": turn == 0,
                        "last": turn == panel.rounds[debate] - 1,
                        "long": panel.rounds[debate] > 1,
                        "consensus": agreed[debate],
                        "readable": (said[:, a] >= 0) & (said[:, b] >= 0),
                        "agree": said[:, a] == said[:, b],
                        "Jaccard": both / (size - both),
                        "group-aware Jaccard": (both + near) / (size - both - near),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


def _agreement(pairs: pd.DataFrame, measure: str, clusters: Clusters) -> list[dict[str, Any]]:
    pairs, rows = pairs[pairs["readable"]], []
    for turn in [np.nan, *sorted(pairs["round"].unique())]:
        here = pairs if turn != turn else pairs[pairs["round"] == turn]
        sides = [
            (part[measure].to_numpy(), part["dilemma"].to_numpy())
            for part in (here[~here["agree"]], here[here["agree"]])
        ]
        for term, side in zip(("disagreement", "agreement"), sides, strict=True):
            line = row(term, clusters.mean(*side), len(side[0]), BOOTSTRAP)
            rows += [{**line, "round": turn}] if len(side[0]) else []
        if all(len(side[0]) for side in sides):
            gap = clusters.compare(*sides)
            rows.append({**row("agreement − disagreement", gap, len(here), BOOTSTRAP), "round": turn})
    return rows


def _trajectory(pairs: pd.DataFrame, measure: str, clusters: Clusters) -> list[dict[str, Any]]:
    """The last round's mean against the first's, as a share of the first, of the same debates."""
    rows = []
    for agreed in (True, False):
        part = pairs[pairs["long"] & (pairs["consensus"] == agreed)]
        ends = [part[part["first"]], part[part["last"]]]
        if any(end.empty for end in ends):
            continue
        points, drawn = [], []
        for end in ends:
            values, dilemma = end[measure].to_numpy(), end["dilemma"].to_numpy()
            points.append(float(values.mean()))
            under = clusters.sums(np.ones(len(values)), dilemma)
            drawn.append(clusters.drawn(clusters.sums(values, dilemma), under))
        if points[0] > 0:
            with np.errstate(divide="ignore", invalid="ignore"):
                change = percentile(points[1] / points[0] - 1, drawn[1] / drawn[0] - 1)
            term = f"{_GROWTH}, {'with' if agreed else 'without'} consensus"
            rows.append(row(term, change, int(part["debate"].nunique()), BOOTSTRAP))
    return rows
