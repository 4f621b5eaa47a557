"""Behaviour: do forced choices follow the values that were set?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._estimators.logistic import clustered
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._rows import estimates, groups, row, select, spelled

__all__ = ["behaviour"]
__references__ = ("liang1986",)


def behaviour(tables: Mapping[str, pd.DataFrame], *, draws: int = 2000, seed: int = 1) -> Finding:
    """Share of choices for the option whose value stands higher in the target profile, and logistic slope.

    Choices between values set equally high predict nothing and enter the slope alone. The share has bootstrap
    percentiles over profiles, the slope (log odds per scale point of difference) a standard error clustered
    by profile.

    Args:
        tables: With ``choices``.
        draws: Bootstrap resamples.
        seed: Seed of the resampling.
    """
    choices = select(tables, "choices", ["profile", "target_difference", "chose_first"])
    known = choices.dropna(subset=["target_difference", "chose_first"])
    cells = list(groups(known, ("respondent", "design", "language")))
    rows = {tuple(label.values()): part for label, part in cells}
    warnings: list[str] = []

    def share(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            _share(rows[tuple(label.values())], draws, seeds.generator(seed, "behaviour", *label.values()))
        ]

    def slope(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [_slope(rows[tuple(label.values())])]

    labels = [label for label, _ in cells]
    table = estimates([*gather(labels, share, warnings), *gather(labels, slope, warnings)])
    shares = table[table["term"] == "share as predicted"]
    spoken = "; ".join(f"{_name(line)} {spelled(line)}" for _, line in shares.head(6).iterrows())
    lost = len(choices) - len(known)
    if lost:
        warnings.append(f"{lost} of {len(choices)} choices are missing and left out.")
    return Finding(
        name="behaviour",
        title="Behaviour",
        text=f"Choices in the direction of the higher target value (chance is 0.50): {spoken}"
        f"{' and others' if len(shares) > 6 else ''}.",
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )


def _name(line: pd.Series[Any]) -> str:
    return ", ".join(str(line[part]) for part in ("respondent", "design", "language") if part in line)


def _share(cell: pd.DataFrame, draws: int, rng: np.random.Generator) -> dict[str, Any]:
    telling = cell[cell["target_difference"].abs() > 1e-9]
    hit = (telling["target_difference"] > 0) == (telling["chose_first"] > 0.5)
    by_profile = hit.groupby(telling["profile"]).agg(["sum", "size"]).to_numpy(float)
    total = by_profile.sum(axis=0)
    found: dict[str, Any] = {"term": "share as predicted", "n": len(telling)}
    if len(by_profile) > 1:
        drawn = counts(len(by_profile), draws, rng) @ by_profile
        found["low"], found["high"] = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    found["estimate"] = total[0] / total[1] if total[1] else np.nan
    return {**found, "method": "bootstrap over profiles, percentile"}


def _slope(cell: pd.DataFrame) -> dict[str, Any]:
    found = clustered(
        cell["target_difference"].to_numpy(float),
        cell["chose_first"].to_numpy(float),
        cell["profile"].astype(str).to_numpy(),
    )
    return row("logistic slope", found, len(cell), "maximum likelihood, clustered by profile")
