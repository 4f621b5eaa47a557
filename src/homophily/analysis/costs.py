"""Costs of two runs: how much longer or shorter a model in this process computed for the same asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._estimators.bootstrap import bootstrap, clusters
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, select, spelled

__all__ = ["costs"]
__references__ = ("efron1993",)

_KEYS = ["session", "seat", "path"]
_METHOD = "ratio of totals, bootstrap over sessions, percentile"
_MIB = 2**20


def costs(tables: Mapping[str, pd.DataFrame], *, draws: int = 500, seed: int = 1) -> Finding:
    """Time that the model computed, run over reference, on the same asks; below 1 is faster.

    Each step of the model is shared by tokens among the asks it served, so that times add up to what the
    model took, and waiting is not in them. They are of the machine and the hour: two runs played while other
    work ran beside them differ by that work too, and an ask whose beginning another ask had read took less
    for it. A text that was longer in one run took longer.

    Args:
        tables: ``spent`` and ``spent_reference``, each one row an answer (`homophily.lab.spent`).
        draws: Bootstrap resamples of sessions.
        seed: Seed of the resampling.

    Returns:
        A row a respondent and way of answering: the ratio with its interval, seconds and milliseconds an
        answer of both, and the share of attention skipped in each.
    """
    one, other = (select(tables, name, [*_KEYS, "kind", "computed"]) for name in ("spent", "spent_reference"))
    both = one.merge(other, on=_KEYS, suffixes=("", "_reference")).dropna(
        subset=["computed", "computed_reference"]
    )
    written = both["kind"].isin(["text", "verdict"])
    both = both.assign(answers=np.where(written, "written", "scored"))
    rows = [
        _row(part, draws, seed) | {"respondent": name, "answers": how}
        for (name, how), part in both.groupby(["respondent", "answers"], sort=True)
    ]
    table = estimates(rows, "respondent", "answers")
    told = "; ".join(f"{x['respondent']}, {x['answers']} {spelled(x)}" for _, x in table.iterrows())
    return Finding(
        name="costs",
        title="What the two runs took",
        text=f"Time computed for the same asks, run over reference: {told}."
        if told
        else "Nothing to compare.",
        estimates=table,
    )


def _row(part: pd.DataFrame, draws: int, seed: int) -> dict[str, Any]:
    run, reference = part["computed"].to_numpy(float), part["computed_reference"].to_numpy(float)
    found = bootstrap(
        lambda rows: float(run[rows].sum() / reference[rows].sum()),
        len(part),
        clusters(part["session"].tolist()),
        draws=draws,
        rng=seeds.generator(seed, "costs"),
    )
    told = {
        "seconds": run.sum(),
        "reference_seconds": reference.sum(),
        "ms_per_answer": 1000 * run.mean(),
        "reference_ms": 1000 * reference.mean(),
    }
    for name, column in (("skipped", "skipped"), ("reference_skipped", "skipped_reference")):
        steps = part["attended" if column == "skipped" else "attended_reference"]
        told[name] = part[column].fillna(0).sum() / steps.sum()
    saved = part["saved_bytes"].fillna(0) - part["saved_bytes_reference"].fillna(0)
    told["MiB_saved"] = saved.mean() / _MIB
    return row("time, run / reference", found, len(part), _METHOD) | {"p": np.nan} | told
