"""Steering: does the goal that a panel is given change how often each revises and whether it agrees?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import holm, paired
from homophily.analysis._debates import By, Debates, debates, others
from homophily.analysis._estimators.chains import changed, consensus
from homophily.analysis._estimators.twoshares import mcnemar, unpaired
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled, told_apart
from homophily.errors import DataError

__all__ = ["steering"]
__references__ = ("holm1979", "mcnemar1947")

Flags = NDArray[np.bool_]
_METHOD = "difference paired by dilemma, t over dilemmas; p by McNemar's exact test"
_REPEATED = "difference paired by dilemma, t over dilemmas; p by t"


def steering(tables: Mapping[str, pd.DataFrame], *, baseline: str = "original", by: By = None) -> Finding:
    """Change of verdict and consensus under each goal against the baseline, on the same dilemmas.

    The difference of shares is paired by dilemma. Its p is McNemar's, exact; with several debates on a
    dilemma (replicates, languages taken together), which are not independent, that of the t of the paired
    difference. ``p_holm`` is corrected over all rows. ``z`` and ``p_unpaired``, which take the two goals as
    different dilemmas, stand beside for comparison with published work; ``first`` and ``second`` are the two
    shares.

    Args:
        tables: With ``verdicts``.
        baseline: The goal that others are compared with.
        by: ``language`` reports each language apart.

    Raises:
        DataError: The baseline or another goal was not played.
    """
    found = debates(tables)
    goals = list(dict.fromkeys(found.frame["goal"].astype(str)))
    if len(goals) < 2:
        raise DataError(f"every debate had the goal {goals[0]!r}; a second one shows what a goal changes.")
    if baseline not in goals:
        raise DataError(f"no debate had the goal {baseline!r} to compare with; played: {', '.join(goals)}.")
    rows: list[dict[str, Any]] = []
    for cell, part in found.cells(("experiment",), by):
        goal = part.frame["goal"].astype(str).to_numpy()
        for other in (g for g in goals if g != baseline):
            label = {**cell, "contrast": f"{other} − {baseline}"}
            rows += [{**line, **label} for line in _cell(part, goal == baseline, goal == other)]
    table = estimates(rows, "model", "position", "beside", "experiment", "contrast")
    table["p_holm"] = holm(table["p"].to_numpy())
    sure = table[table["p_holm"] < 0.05]
    strong = sure.loc[sure["estimate"].abs().sort_values(ascending=False, kind="stable").index[:3]]
    told = "; ".join(
        f"{x['term']}{'' if x['model'] != x['model'] else ' of ' + x['model']} ({x['contrast']}, "
        f"{x['experiment']}) {spelled(x)}"
        for _, x in strong.iterrows()
    )
    return Finding(
        name="steering",
        title="What the goal does",
        text=f"{len(sure)} of {len(table)} differences between goals are sure after correction"
        f"{', the largest: ' + told if told else ''}.",
        estimates=table,
        figure="contrasts",
        data=_lines(table),
    )


def _lines(table: pd.DataFrame) -> pd.DataFrame:
    """What the figure draws: a panel a contrast and outcome, a line a model and experiment."""
    who = (table["model"].fillna("") + " in ").where(table["model"].notna(), "")
    return table.assign(
        panel=table["term"] + ", " + table["contrast"],
        line=told_apart(table, ahead=True) + who + table["experiment"],
    )


def _cell(part: Debates, before: Flags, after: Flags) -> list[dict[str, Any]]:
    agreed = consensus(part.panel) > 0
    rows = [line for line in [_compare("consensus", part, agreed, before, after)] if line]
    moved = changed(part.panel)
    for agent, there, seat in part.agents():
        line = _compare("change of verdict", part, moved[:, seat], before & there, after & there)
        if line:
            rows.append({**line, **agent, "beside": others(part, seat)})
    return rows


def _compare(term: str, part: Debates, seen: Flags, before: Flags, after: Flags) -> dict[str, Any]:
    """One row; empty where the two goals share no dilemma."""
    keys = part.frame[["language", "dilemma", "replicate"]].reset_index(drop=True).assign(seen=seen)
    pairs = keys[before].merge(keys[after], on=["language", "dilemma", "replicate"], suffixes=("", "_after"))
    if pairs.empty:
        return {}
    first, second = pairs["seen"].to_numpy(bool), pairs["seen_after"].to_numpy(bool)
    dilemma = pd.factorize(pairs["dilemma"])[0]
    interval, n = paired(second.astype(float) - first, dilemma)
    repeated = n < len(pairs)
    test = mcnemar(first, second)
    z = unpaired(int(first.sum()), first.size, int(second.sum()), second.size)
    line = row(term, interval, n, _REPEATED if repeated else _METHOD)
    if not repeated:
        line["p"] = test.p
    beside = {"first": first.mean(), "second": second.mean(), "only first": test.only_first}
    return {**line, **beside, "only second": test.only_second, "z": z.z, "p_unpaired": z.p}
