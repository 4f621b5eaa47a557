"""Controllability: how far are measured values the values that were set, per model and persona design?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._agreement import STATISTICS, counts, summarise, sums
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, groups, row, select, spelled
from homophily.values import CODES

__all__ = ["controllability"]
__references__ = ("efron1993",)

_CELL = ("respondent", "design", "language")


def controllability(tables: Mapping[str, pd.DataFrame], *, draws: int = 2000, seed: int = 1) -> Finding:
    """Agreement of target and measured values in every cell, and which respondent and design win.

    Intervals are bootstrap percentiles over profiles, the same resamples in every cell, so that the
    probability of winning is the share of resamples in which a cell comes first: highest mean within-profile
    Spearman to two decimals, ties by slope nearest 1, then by the lower rate of invalid answers; languages
    together, the control ``none`` not competing.

    Args:
        tables: With ``profiles``.
        draws: Bootstrap resamples.
        seed: Seed of the resampling.
    """
    needed = [*_CELL, "profile", "n_items", "n_missing"]
    profiles = select(tables, "profiles", [*needed, *(f"target_{code}" for code in CODES)])
    names = np.unique(profiles["profile"].astype(str))
    weights = counts(names.size, draws, seeds.generator(seed, "controllability"))
    rows = []
    for label, cell in groups(profiles, _CELL):
        rows += [{**label, **line} for line in _cell(_by_profile(cell, names), weights, len(cell))]
    table = estimates([*rows, *_winners(profiles, names, weights)])
    matrix = table[table["term"] == "spearman"]
    return Finding(
        name="controllability",
        title="Controllability",
        text=_text(table),
        estimates=table,
        warnings=_warnings(profiles),
        figure="controllability",
        data=matrix[[*_CELL, "estimate", "low", "high", "n"]].reset_index(drop=True),
    )


def _by_profile(cell: pd.DataFrame, names: np.ndarray) -> np.ndarray:
    """Sums of each profile, replicates together; items missing and asked last, (profiles, terms + 2)."""
    target, measured = (
        cell[[f"{kind}_{code}" for code in CODES]].to_numpy(float) for kind in ("target", "measured")
    )
    each = np.column_stack([sums(target, measured), cell[["n_missing", "n_items"]].to_numpy(float)])
    gathered = np.zeros((names.size, each.shape[1]))
    np.add.at(gathered, np.searchsorted(names, cell["profile"].astype(str)), each)
    return gathered


def _statistics(total: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        invalid = total[..., -2] / total[..., -1]
    return np.concatenate([summarise(total[..., :-2]), invalid[..., None]], axis=-1)


def _cell(gathered: np.ndarray, weights: np.ndarray, n: int) -> list[dict[str, Any]]:
    point, drawn = _statistics(gathered.sum(axis=0)), _statistics(weights @ gathered)
    rows = []
    for place, term in enumerate((*STATISTICS, "invalid answers")):
        finite = drawn[np.isfinite(drawn[:, place]), place]
        enough = finite.size > len(drawn) / 2
        low, high = np.quantile(finite, [0.025, 0.975]) if enough else (np.nan, np.nan)
        found = Interval(float(point[place]), float(low), float(high))
        rows.append(row(term, found, n, "bootstrap over profiles, percentile"))
    return rows


def _winners(profiles: pd.DataFrame, names: np.ndarray, weights: np.ndarray) -> list[dict[str, Any]]:
    """The probability of winning of each respondent and design, languages together."""
    competing = list(groups(profiles[profiles["design"] != "none"], ("respondent", "design")))
    if not competing:
        return []
    drawn = np.stack([_statistics(weights @ _by_profile(cell, names)) for _, cell in competing])
    first = np.bincount([_first(drawn[:, draw]) for draw in range(len(weights))], minlength=len(competing))
    return [
        {
            "term": "probability of winning",
            **label,
            "language": "all",
            "estimate": won / len(weights),
            "n": len(cell),
            "method": "share of bootstrap resamples",
        }
        for (label, cell), won in zip(competing, first, strict=True)
    ]


def _first(cells: np.ndarray) -> int:
    spearman, slope, invalid = cells[:, 0], cells[:, STATISTICS.index("slope")], cells[:, -1]
    keys = (np.nan_to_num(invalid, nan=9.0), np.nan_to_num(abs(slope - 1), nan=9.0))
    return int(np.lexsort((*keys, -np.nan_to_num(spearman, nan=-9.0).round(2)))[0])


def _text(table: pd.DataFrame) -> str:
    chances = table[table["term"] == "probability of winning"]
    if chances.empty:
        return "No persona design but the control was measured: there is no winner."
    best = chances.iloc[int(chances["estimate"].to_numpy().argmax())]
    own = (table["respondent"] == best["respondent"]) & (table["design"] == best["design"])
    found = table[own & (table["term"] == "spearman")]
    spoken = "; ".join(f"{line['language']} {spelled(line)}" for _, line in found.iterrows())
    return (
        f"{best['design']!r} with {best['respondent']!r} controls values best (first in "
        f"{100 * best['estimate']:.0f} % of resamples): mean within-profile Spearman {spoken}."
    )


def _warnings(profiles: pd.DataFrame) -> tuple[str, ...]:
    measured = profiles[[f"measured_{code}" for code in CODES]].to_numpy(float)
    flat = np.nanmax(np.nan_to_num(measured), axis=1) - np.nanmin(np.nan_to_num(measured), axis=1) < 1e-9
    unknown = np.isnan(measured).all(axis=1)
    found = []
    if (flat & ~unknown).any():
        found.append(
            f"{int((flat & ~unknown).sum())} of {len(profiles)} sittings rate all values alike; they have no "
            "within-profile correlation and count in slope and error only."
        )
    if unknown.any():
        found.append(f"{int(unknown.sum())} of {len(profiles)} sittings have no scorable answers.")
    return tuple(found)
