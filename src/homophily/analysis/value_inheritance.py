"""Value inheritance: does an agent that changes its verdict take over the other's values?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily import seeds
from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._estimators.chains import changed
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._voices import Rule, Voices, voices

__all__ = ["value_inheritance"]
__references__ = ("efron1993", "wilson1927")

Flags = NDArray[np.bool_]
_NONE = float("nan")
ANY = "any value"


def value_inheritance(
    tables: Mapping[str, pd.DataFrame],
    *,
    rule: Rule = "majority",
    permutations: int = 1000,
    draws: int = 1000,
    seed: int = 1,
) -> Finding:
    """Values of an agent's last message that it did not voice in its first and that another voiced first.

    Of each agent that changed its verdict in a debate of more than one round: the share of its changed
    debates in which any value, and each value, was so inherited. Two baselines stand beside. *By chance*:
    others' first values exchanged at random among the debates of the same models and protocol, which shows
    what common themes alone would give; its p is for the excess. *Without a change*: the same share where
    the agent kept its verdict, which shows what hearing alone gives.

    Args:
        tables: With ``verdicts``, ``judgements`` and ``labels``.
        rule: When several judges agree on a value.
        permutations: Exchanges for the baseline by chance.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of both.
    """
    found = voices(tables, rule=rule)
    clusters = Clusters(len(found.debates.dilemmas), draws, seed, "value inheritance")
    cases = _cases(found)
    rows: list[dict[str, Any]] = []
    for number, model in enumerate(found.debates.models):
        own = cases.take(cases.model == number)
        if own.changed.any():
            rng = seeds.generator(seed, "inheritance", model)
            rows += [{**x, "model": model} for x in _model(own, found.codes, clusters, permutations, rng)]
    table = estimates(rows, "model", "value")
    shown = table[table["value"] == ANY]
    main = shown[shown["term"] == "inherited"]
    spoken = "; ".join(f"{x['model']} {spelled(x)}" for _, x in main.iterrows())
    return Finding(
        name="value_inheritance",
        title="Inherited values",
        text=f"Share of changed debates in which an agent took over a value of another: {spoken}."
        if spoken
        else "Nobody changed a verdict in a debate whose first and last messages were judged.",
        estimates=table,
        figure="contrasts",
        data=shown.assign(panel="Inherited: " + shown["value"], line=shown["model"] + ", " + shown["term"]),
    )


class _Cases:
    """Agents in debates of more than one round: what each gained, and what others voiced first."""

    def __init__(
        self, model: NDArray[np.int64], dilemma: NDArray[np.int64], cell: NDArray[np.int64], *flags: Flags
    ) -> None:
        self.model, self.dilemma, self.cell = model, dilemma, cell
        self.changed, self.gained, self.others = flags

    def take(self, chosen: Flags) -> _Cases:
        numbers = (self.model[chosen], self.dilemma[chosen], self.cell[chosen])
        return _Cases(*numbers, self.changed[chosen], self.gained[chosen], self.others[chosen])


def _cases(found: Voices) -> _Cases:
    panel = found.debates.panel
    last = np.maximum(panel.rounds - 1, 0)
    n = np.arange(len(last))
    ready = (panel.rounds > 1)[:, None] & found.judged[:, 0] & found.judged[n, last]
    first = found.labels[:, 0]
    gained = found.labels[n, last] & ~first
    total = first.sum(axis=1, keepdims=True)
    others = (total - first) > 0
    cell = found.debates.frame.groupby(["experiment", "goal", "language"], sort=False).ngroup().to_numpy()
    debate, seat = np.nonzero(ready & (panel.models >= 0))
    at = (debate, seat)
    seats = panel.models.shape[1]
    return _Cases(
        panel.models[at],
        panel.dilemma[debate],
        cell[debate] * seats + seat,
        changed(panel)[at],
        gained[at],
        others[at],
    )


def _model(
    cases: _Cases, codes: tuple[str, ...], clusters: Clusters, permutations: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    moved, kept = cases.take(cases.changed), cases.take(~cases.changed)
    taken = _with_any(moved.gained & moved.others)
    chance = _by_chance(moved, permutations, rng)
    rows, names = [], [ANY, *codes]
    for place in np.flatnonzero(taken.any(axis=0) | (np.arange(len(names)) == 0)):
        share = clusters.mean(taken[:, place], moved.dilemma, share=True)
        line = row("inherited", share, len(taken), BOOTSTRAP)
        if permutations:
            line["p"] = float((1 + (chance[:, place] >= share.estimate - 1e-12).sum()) / (1 + permutations))
        rows.append({**line, "value": names[place]})
    if permutations:
        low, high = np.quantile(chance[:, 0], [0.025, 0.975])
        by_chance = Interval(float(chance[:, 0].mean()), float(low), float(high))
        method = "others' values exchanged among debates, central 95 %"
        rows.append({**row("by chance", by_chance, len(taken), method), "value": ANY})
    if len(kept.model):
        stayed = _with_any(kept.gained & kept.others)
        share = clusters.mean(stayed[:, 0], kept.dilemma, share=True)
        rows.append({**row("without a change", share, len(stayed), BOOTSTRAP), "value": ANY})
        gap = clusters.compare(
            (stayed[:, 0].astype(float), kept.dilemma), (taken[:, 0].astype(float), moved.dilemma)
        )
        line = row("inherited − without a change", gap, len(stayed) + len(taken), BOOTSTRAP)
        rows.append({**line, "value": ANY})
    return rows


def _with_any(flags: Flags) -> Flags:
    return np.column_stack([flags.any(axis=1), flags])


def _by_chance(moved: _Cases, permutations: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Shares with others' values exchanged within each cell, (permutations, 1 + values)."""
    order = np.argsort(moved.cell, kind="stable")
    blocks = np.split(order, np.cumsum(np.bincount(moved.cell))[:-1])
    blocks = [block for block in blocks if block.size]
    found = np.empty((permutations, 1 + moved.gained.shape[1]))
    for place in range(permutations):
        dealt = np.empty(len(order), dtype=int)
        for block in blocks:
            dealt[block] = rng.permutation(block)
        found[place] = _with_any(moved.gained & moved.others[dealt]).mean(axis=0)
    return found
