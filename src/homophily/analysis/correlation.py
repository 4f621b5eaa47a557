"""Correlation: similarity of a pair with its mutual trust and closeness, per language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.dyadic import correlation_interval
from homophily.analysis._estimators.influence import pearson, spearman
from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, gather
from homophily.analysis._pairs import together
from homophily.analysis._rows import estimates, listed, row, select
from homophily.errors import DataError

__all__ = ["correlation"]
__references__ = ("aronow2015", "croux2010", "efron1993")

_AT_ONCE = 2_000_000  # draws of a pair held at a time


def correlation(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity",
    condition: str = "dialogue",
    draws: int = 2000,
    seed: int = 1,
) -> Finding:
    """Pearson and Spearman correlations over pairs, the two directions of each pair averaged.

    The first interval of each kind is the one to believe: it allows for agents that sit in several pairs
    (dyadic-cluster-robust, Aronow, Samii & Assenova 2015, on Fisher's z). The second, a percentile bootstrap
    over pairs, takes pairs as independent; it stands beside for comparison with work that does so.

    Args:
        tables: With ``ratings``.
        outcomes: Columns correlated with similarity.
        similarity: The similarity column.
        condition: Rows of which condition.
        draws: Bootstrap resamples; 0 for none.
        seed: Seed of the resampling.

    Raises:
        DataError: No outcome was rated.
    """
    ratings = select(tables, "ratings", ["session", "rater", "language", similarity], condition=condition)
    warnings: list[str] = []
    points = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = ratings[ratings["language"] == label["language"]]
        pairs = together(rows, label["outcome"], similarity)
        points.append(pairs.assign(outcome=label["outcome"]))
        rng = seeds.generator(seed, "correlation", *label.values())
        return _correlate(pairs, similarity, draws, rng)

    languages = sorted(ratings["language"].unique())
    labels = [{"outcome": outcome, "language": spoken} for outcome in outcomes for spoken in languages]
    table = estimates(gather(labels, estimate, warnings))
    if not points:
        raise DataError(f"none of {', '.join(outcomes)} was rated.")
    data = pd.concat(points, ignore_index=True)
    data = data.rename(columns={similarity: "similarity", "mean": "rating"})
    main = table[(table["term"] == "pearson") & table["method"].str.startswith("dyadic")]
    return Finding(
        name="correlation",
        title="Correlation",
        text=f"Similarity and the pair's mean rating, Pearson's r with 95 % interval: {listed(main)}."
        if len(main)
        else "No correlation could be computed.",
        estimates=table,
        warnings=tuple(warnings),
        figure="similarity",
        data=data[["session", "language", "outcome", "similarity", "rating"]],
    )


def _correlate(
    pairs: pd.DataFrame, similarity: str, draws: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    x, y = pairs[similarity].to_numpy(float), pairs["mean"].to_numpy(float)
    rows = []
    for name, measure in (("pearson", pearson), ("spearman", spearman)):
        r, influence = measure(x, y)
        robust = correlation_interval(r, influence, pairs["first"].to_numpy(), pairs["second"].to_numpy())
        found = [("dyadic-cluster-robust, Fisher z", robust)]
        if draws:
            resampled = _resampled(x, y, draws, rng, ranked=name == "spearman")
            found.append(("bootstrap over pairs, percentile", percentile(r, resampled)))
        rows += [row(name, interval, x.size, method) for method, interval in found]
    return rows


def _resampled(
    x: np.ndarray, y: np.ndarray, draws: int, rng: np.random.Generator, *, ranked: bool
) -> np.ndarray:
    """The correlation of each resample of pairs, (draws,), of ranks if so wished; NaN without variance.

    How often a pair was drawn weighs it. The ranks of a resample follow from these numbers, added up in the
    order of the data's own values, so that nothing is sorted again.
    """
    found = np.empty(draws)
    levels = [np.unique(values, return_inverse=True)[1] for values in (x, y)]
    each = max(1, _AT_ONCE // x.size)
    for start in range(0, draws, each):
        for place, drawn in enumerate(rng.integers(x.size, size=(min(each, draws - start), x.size))):
            times = np.bincount(drawn, minlength=x.size).astype(float)
            a, b = (_midranks(times, level) for level in levels) if ranked else (x, y)
            found[start + place] = _weighted(a, b, times)
    return found


def _midranks(times: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Ranks of values drawn so many times, ties at mid-rank; `level` numbers the values in order."""
    tied = np.bincount(level, weights=times)
    return np.asarray((np.cumsum(tied) - (tied - 1) / 2)[level])


def _weighted(x: np.ndarray, y: np.ndarray, times: np.ndarray) -> float:
    """Pearson's r of pairs that count so many times each; NaN without variance."""
    total = times.sum()
    a, b = x - times @ x / total, y - times @ y / total
    size = float(np.sqrt((times @ (a * a)) * (times @ (b * b))))
    return float(times @ (a * b)) / size if size > 1e-12 * total else float("nan")
