"""Order effects: what does it change who speaks last, among the same models on the same dilemmas?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._clusters import holm, paired
from homophily.analysis._debates import By, Debates, debates
from homophily.analysis._estimators.chains import changed, consensus
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled, told_apart
from homophily.errors import DataError

__all__ = ["order_effects"]
__references__ = ("holm1979",)

_METHOD = "paired by dilemma, t over dilemmas"
_OUTCOMES = ("change of verdict", "own first verdict prevails", "consensus in round one", "no consensus")


def order_effects(tables: Mapping[str, pd.DataFrame], *, by: By = None) -> Finding:
    """The average effect of speaking last instead of first in a round-robin, for each model and panel.

    The same models debate each dilemma in several orders, so each dilemma is its own control: outcomes of the
    orders in which the model speaks last, less those in which it speaks first, averaged on each dilemma, then
    over dilemmas. Dilemmas on which one of the two is missing are left out. p is corrected by Holm's method
    over all effects as ``p_holm``.

    Outcomes: the model changes its verdict; the debate ends in consensus on the verdict that the model gave
    first; consensus in round one; no consensus at all.

    Args:
        tables: With ``verdicts``.
        by: ``language`` reports each language apart.

    Raises:
        DataError: No set of models debated in orders with the first and the last place exchanged.
    """
    found = debates(tables)
    turns = found.take((found.frame["protocol"] == "round_robin").to_numpy())
    rows: list[dict[str, Any]] = []
    for cell, part in turns.cells(("goal",), by):
        rows += [{**line, **cell} for line in _panels(part)]
    if not rows:
        raise DataError("no two orders of the same models were played on the same dilemmas.")
    table = estimates(rows, "model", "panel", "goal")
    table["p_holm"] = holm(table["p"].to_numpy())
    sure = table[table["p_holm"] < 0.05]
    strong = sure.loc[sure["estimate"].abs().sort_values(ascending=False, kind="stable").index[:3]]
    told = "; ".join(
        f"{x['term']}, {_with(x['model'], x['panel'])}{apart}: {spelled(x)}"
        for apart, (_, x) in zip(told_apart(table)[strong.index], strong.iterrows(), strict=True)
    )
    return Finding(
        name="order_effects",
        title="What order does",
        text=f"{len(sure)} of {len(table)} effects of speaking last instead of first differ from 0 after "
        f"correction{', the largest: ' + told if told else ''}.",
        estimates=table,
        figure="contrasts",
        data=table.assign(
            panel=table["term"],
            line=told_apart(table, ahead=True)
            + [_with(m, p) for m, p in zip(table["model"], table["panel"], strict=True)],
        ),
    )


def _with(model: str, panel: str) -> str:
    return f"{model} with {', '.join(name for name in panel.split(', ') if name != model)}"


def _panels(part: Debates) -> list[dict[str, Any]]:
    """Every model's effects in every set of distinct models."""
    sets: dict[tuple[int, ...], list[int]] = {}
    for place, seated in enumerate(part.panel.models):
        who = tuple(sorted(int(m) for m in seated if m >= 0))
        if len(set(who)) == len(who) > 1:
            sets.setdefault(who, []).append(place)
    rows = []
    for who, places in sets.items():
        chosen = part.take(np.array(places))
        panel = ", ".join(part.models[m] for m in who)
        for model in who:
            lines = _effects(chosen, model)
            # In a pair, what one gains by speaking last the other gains by speaking first.
            kept = lines if model == who[0] or len(who) > 2 else lines[:2]
            rows += [{**line, "model": part.models[model], "panel": panel} for line in kept]
    return rows


def _effects(part: Debates, model: int) -> list[dict[str, Any]]:
    panel = part.panel
    debate = np.arange(len(part.frame))
    seat = (panel.models == model).argmax(axis=1)
    when = consensus(panel)
    won = (when > 0) & (panel.final()[debate, 0] == panel.first()[debate, seat])
    outcomes = (changed(panel)[debate, seat], won, when == 1, when == 0)
    last, first = seat == panel.seats - 1, seat == 0
    rows = []
    for term, seen in zip(_OUTCOMES, outcomes, strict=True):
        effect, dilemma = _contrast(seen.astype(float), panel.dilemma, last, first)
        if effect.size > 1:
            found, n = paired(effect, dilemma)
            rows.append(row(term, found, n, _METHOD))
    return rows


def _contrast(
    values: np.ndarray, dilemma: np.ndarray, after: np.ndarray, before: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each dilemma's mean after less its mean before, on dilemmas that have both."""
    size = int(dilemma.max()) + 1
    means = []
    for chosen in (after, before):
        count = np.bincount(dilemma[chosen], minlength=size)
        total = np.bincount(dilemma[chosen], weights=values[chosen], minlength=size)
        means.append(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    effect = means[0] - means[1]
    known = np.flatnonzero(np.isfinite(effect))
    return effect[known], known
