"""Designed levels: do trust and its companions differ between the five agents, by ranks alone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._clusters import holm
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.signed import signed
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._teammates import OUTCOMES, by_level, chance, curves, means, over_people, rated, wide
from homophily.errors import DataError

__all__ = ["designed_levels"]
__references__ = (
    "efron1993",
    "friedman1937",
    "hesterberg2015",
    "hodges1963",
    "hollander2014",
    "holm1979",
    "kendall1939",
    "kerby2014",
    "wilcoxon1945",
)

Array = NDArray[np.float64]
_PAIR = "Wilcoxon signed rank; difference by Hodges and Lehmann"


def designed_levels(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    draws: int = 2000,
    seed: int = 1,
) -> Finding:
    """Friedman's test over levels with Kendall's W, and every pair of levels by Wilcoxon's signed ranks.

    (Friedman 1937; Kendall & Babington Smith 1939; Wilcoxon 1945.) People who lack a level are left out. W
    runs from 0 (no common order) to 1 (all people order the agents alike); as it cannot be negative, its
    bootstrap interval over people is drawn towards higher values when W is near 0. The difference of a pair
    is Hodges and Lehmann's, with ``effect`` the matched-pairs rank-biserial correlation; ``p_holm`` is
    corrected over the pairs of an outcome (Holm 1979).

    Args:
        tables: With ``ratings``.
        outcomes: Columns compared between levels.
        draws: Bootstrap resamples of people.
        seed: Seed of the resampling.
    """
    ratings = rated(tables)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        kept = by_level(ratings, outcome, warnings)
        rows = means(kept, outcome)
        try:  # the means stand, even where no ranks do
            answers, levels = wide(kept, outcome, warnings)
            rng = seeds.generator(seed, "designed_levels", outcome)
            return _friedman(answers, counts(len(answers), draws, rng)) + rows + _pairs(answers, levels)
        except DataError as error:
            warnings.append(f"{outcome}: {error}")
            return rows

    table = estimates(
        gather([{"outcome": name} for name in outcomes], estimate, warnings), "outcome", "level"
    )
    return Finding(
        name="designed_levels",
        title="Trust by designed similarity",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="levels",
        data=curves(ratings, table, outcomes),
    )


def _friedman(answers: Array, times: Array) -> list[dict[str, Any]]:
    n, k = answers.shape
    ranks = stats.rankdata(answers, axis=1)
    found = _concordance(np.ones((1, n)), ranks)[0]
    if not np.isfinite(found):
        raise DataError("nobody told any two levels apart.")
    chi2 = n * (k - 1) * found
    p = float(stats.chi2.sf(chi2, k - 1))
    interval = over_people(float(found), _concordance(times, ranks), n)
    test = row(
        "Friedman's χ²", Interval(float(chi2), np.nan, np.nan, p), n, "Friedman's test, ties corrected"
    )
    w = Interval(interval.estimate, interval.low, interval.high)
    return [{**test, "df": k - 1}, row("Kendall's W", w, n, "bootstrap over people, expanded percentile")]


def _concordance(times: Array, ranks: Array) -> Array:
    """Kendall's W, ties corrected, with each person counted so often, (draws, people) to (draws,)."""
    n, k = ranks.shape
    sums = times @ ranks
    spread = ((sums - sums.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    # A person's k³ − k, less what ties take away, is 12 times the squares of the ranks' deviations.
    most = times @ ((ranks - (k + 1) / 2) ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(most > 0, spread / (n * most), np.nan))


def _pairs(answers: Array, levels: Sequence[int]) -> list[dict[str, Any]]:
    rows = []
    for low, high in combinations(range(len(levels)), 2):
        found, effect = signed(answers[:, high] - answers[:, low])
        line = row("difference", found, len(answers), _PAIR)
        rows.append({**line, "contrast": f"{levels[high]} − {levels[low]}", "effect": effect})
    corrected = holm(np.array([line["p"] for line in rows]))
    return [{**line, "p_holm": float(p)} for line, p in zip(rows, corrected, strict=True)]


def _text(table: pd.DataFrame) -> str:
    known = table[table["term"] == "Kendall's W"]
    if known.empty:
        return "No outcome could be compared between levels."
    first = known.iloc[0]
    part = table[table["outcome"] == first["outcome"]]
    p = float(part.loc[part["term"] == "Friedman's χ²", "p"].iloc[0])
    pairs = part[part["term"] == "difference"]
    sure = int((pairs["p_holm"] < 0.05).sum())
    return (
        f"{first['outcome'].replace('_', ' ').capitalize()} by level: Friedman's p {chance(p)}, "
        f"Kendall's W {spelled(first)}; {sure} of {len(pairs)} pairs of levels differ after correction."
    )
