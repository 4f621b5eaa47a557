"""Persuasion: who moves whom to its own verdict, and who is the stronger?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import By, Debates, debates
from homophily.analysis._estimators.bradley_terry import bradley_terry
from homophily.analysis._estimators.chains import heard
from homophily.analysis._estimators.interval import wald
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled, told_apart
from homophily.errors import DataError

__all__ = ["persuasion"]
__references__ = ("bradley1952", "efron1993", "ford1957", "wilson1927")

_STRENGTH = "Bradley–Terry, errors clustered by dilemma"


def persuasion(
    tables: Mapping[str, pd.DataFrame], *, by: By = None, draws: int = 1000, seed: int = 1
) -> Finding:
    """How often each model takes another's verdict where they differ, and strengths from who moved whom.

    An occasion: an agent replies while it last heard from another a verdict that is not its own last one.
    It is moved if its reply is that verdict. Where several others hold the verdict it takes, each has moved
    it by an equal part, in the strengths. Strengths are Bradley and Terry's: of the times that one of two
    moved the other, how often was it this one; log odds that sum to 0 over the panel. A model beside itself
    is left out.

    Args:
        tables: With ``verdicts``.
        by: ``language`` reports each language apart.
        draws: Bootstrap resamples of dilemmas, for the shares.
        seed: Seed of the resampling.
    """
    found = debates(tables)
    clusters = Clusters(len(found.dilemmas), draws, seed, "persuasion")
    rows: list[dict[str, Any]] = []
    warnings: list[str] = []
    for cell, part in found.cells(("goal",), by):
        occasions = _occasions(part)
        rows += [{**line, **cell} for line in _matrix(occasions, found.models, clusters)]
        try:
            rows += [{**line, **cell} for line in _strengths(occasions, found.models)]
        except DataError as error:
            warnings.append(f"{', '.join(str(x) for x in cell.values())}: {error}")
    table = estimates(rows, "model", "by", "goal")
    strong = table[table["term"] == "strength"].sort_values("estimate", ascending=False, kind="stable")
    names = strong["model"] + told_apart(strong)
    spoken = "; ".join(f"{name} {spelled(x)}" for name, (_, x) in zip(names, strong.iterrows(), strict=True))
    return Finding(
        name="persuasion",
        title="Who moves whom",
        text=f"Strength in moving others rather than being moved, in log odds: {spoken}."
        if spoken
        else "Strengths cannot be told.",
        estimates=table,
        warnings=tuple(warnings),
        figure="persuasion",
        data=table[table["term"] == "moved by"].reset_index(drop=True),
    )


def _occasions(part: Debates) -> pd.DataFrame:
    """One row an occasion: who could be moved by whom, whether it was, and by what part."""
    panel = part.panel
    own, seen = panel.own(), heard(panel)
    differs = (seen >= 0) & (own >= 0)[..., None] & (seen != own[..., None]) & panel.readable[..., None]
    moved = differs & (seen == panel.verdicts[..., None])
    credit = moved / np.maximum(moved.sum(axis=3, keepdims=True), 1)
    debate, turn, listener, speaker = np.nonzero(differs)
    frame = pd.DataFrame(
        {
            "model": panel.models[debate, listener],
            "by": panel.models[debate, speaker],
            "dilemma": panel.dilemma[debate],
            "moved": moved[debate, turn, listener, speaker],
            "credit": credit[debate, turn, listener, speaker],
        }
    )
    return frame[frame["model"] != frame["by"]]


def _matrix(occasions: pd.DataFrame, models: tuple[str, ...], clusters: Clusters) -> list[dict[str, Any]]:
    rows = []
    for pair, part in occasions.groupby(["model", "by"]):
        model, by = cast("tuple[int, int]", pair)
        share = clusters.mean(part["moved"].to_numpy(), part["dilemma"].to_numpy(), share=True)
        label = {"model": models[model], "by": models[by]}
        rows.append({**row("moved by", share, len(part), BOOTSTRAP), **label})
    return rows


def _strengths(occasions: pd.DataFrame, models: tuple[str, ...]) -> list[dict[str, Any]]:
    moved = occasions[occasions["moved"]]
    there: NDArray[np.int64] = np.unique(occasions[["model", "by"]].to_numpy())
    found = bradley_terry(
        np.searchsorted(there, moved["by"].to_numpy()),
        np.searchsorted(there, moved["model"].to_numpy()),
        there.size,
        weight=moved["credit"].to_numpy(float),
        cluster=moved["dilemma"].to_numpy(),
    )
    groups = moved["dilemma"].nunique()
    rows = []
    for place, model in enumerate(there):
        se = float(np.sqrt(found.covariance[place, place]))
        interval = wald(float(found.values[place]), se, max(groups - 1, 1))
        cases = int(((moved["by"] == model) | (moved["model"] == model)).sum())
        rows.append({**row("strength", interval, cases, _STRENGTH), "model": models[model]})
    return rows
