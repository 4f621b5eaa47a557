"""Human agreement: how near are verdicts to those of people, before and after debate?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import Debates, debates
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import DataError

__all__ = ["human_agreement"]
__references__ = ("efron1993", "wilson1927")

Array = NDArray[np.float64]
_MEASURES = ("agreement with the plurality", "log score", "Jensen–Shannon divergence")

_NO_VOTES = "these dilemmas come without people's votes; some that have them show how near verdicts are."


def human_agreement(
    tables: Mapping[str, pd.DataFrame], *, smoothing: float = 0.5, draws: int = 1000, seed: int = 1
) -> Finding:
    """Each model's first and last verdicts against people's votes on the same dilemmas.

    *Agreement with the plurality*: the verdict most people gave; where several tie, one of m tied verdicts
    counts 1/m. *Log score*: the log (base 2) of the share of people who gave the agent's verdict.
    *Jensen–Shannon divergence* (base 2, 0 to 1): of a model's verdicts on a dilemma, over all its debates,
    from people's; few debates a dilemma make it larger than it is. Each before (first verdicts), after
    (last), and the difference.

    Args:
        tables: With ``verdicts``, and ``debates`` with ``human_YTA`` … ``human_INFO``, counts of votes.
        smoothing: Votes added to each verdict for the log score and the divergence.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.

    Raises:
        DataError: No dilemma has people's votes.
    """
    found = debates(tables)
    columns = [f"human_{code}" for code in VERDICTS]
    if any(name not in found.frame for name in columns):
        raise DataError(_NO_VOTES)
    votes = found.frame[columns].to_numpy(float)
    known = np.isfinite(votes).all(axis=1) & (votes.sum(axis=1) > 0)
    if not known.any():
        raise DataError(_NO_VOTES)
    found, votes = found.take(known), votes[known]
    clusters = Clusters(len(found.dilemmas), draws, seed, "human agreement")
    rows = []
    for model, name in enumerate(found.models):
        rows += [{**line, "model": name} for line in _model(found, votes, model, smoothing, clusters)]
    table = estimates(rows, "model", "when")
    shown = table[(table["term"] == _MEASURES[0]) & (table["when"] != "difference")]
    spoken = "; ".join(f"{x['model']} {x['when']} {spelled(x)}" for _, x in shown.iterrows())
    return Finding(
        name="human_agreement",
        title="Agreement with people",
        text=f"Share of verdicts that are people's commonest: {spoken}.",
        estimates=table,
        warnings=(f"{int((~known).sum())} debates are on dilemmas without votes; left out.",)
        if not known.all()
        else (),
        figure="contrasts",
        data=table.assign(panel=table["term"], line=table["model"] + ", " + table["when"]),
    )


def _model(
    found: Debates, votes: Array, model: int, smoothing: float, clusters: Clusters
) -> list[dict[str, Any]]:
    panel = found.panel
    debate, seat = np.nonzero((panel.models == model) & (panel.first() >= 0))
    if not debate.size:
        return []
    dilemma, counts = panel.dilemma[debate], votes[debate]
    people = (counts + smoothing) / (counts + smoothing).sum(axis=1, keepdims=True)
    top = counts == counts.max(axis=1, keepdims=True)
    plurality = top / top.sum(axis=1, keepdims=True)
    stages = {"before": panel.first()[debate, seat], "after": panel.final()[debate, seat]}
    measured: dict[str, dict[str, tuple[Array, NDArray[np.int64]]]] = {name: {} for name in _MEASURES}
    for when, said in stages.items():
        each = np.arange(said.size)
        measured[_MEASURES[0]][when] = (plurality[each, said], dilemma)
        measured[_MEASURES[1]][when] = (np.log2(people[each, said]), dilemma)
        measured[_MEASURES[2]][when] = _divergence(said, dilemma, people)
    rows = []
    for term, values in measured.items():
        for when, (value, where) in values.items():
            rows.append({**row(term, clusters.mean(value, where), len(value), BOOTSTRAP), "when": when})
        change = clusters.compare(values["before"], values["after"])
        rows.append({**row(term, change, len(values["after"][0]), BOOTSTRAP), "when": "difference"})
    return rows


def _divergence(said: NDArray[np.int64], dilemma: NDArray[np.int64], people: Array) -> tuple[Array, Any]:
    """Of each dilemma: of the model's shares of verdicts from people's."""
    names, first, code = np.unique(dilemma, return_index=True, return_inverse=True)
    given = np.zeros((names.size, people.shape[1]))
    np.add.at(given, (code.reshape(-1), said), 1.0)
    p, q = given / given.sum(axis=1, keepdims=True), people[first]
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(x > 0, x * np.log2(x / middle), 0.0).sum(axis=1) for x in (p, q)]
    return np.asarray((parts[0] + parts[1]) / 2), names
