"""Correlation: similarity of a pair with its mutual trust and closeness, per language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from homophily import seeds
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.dyadic import correlation_interval
from homophily.analysis._estimators.influence import pearson, spearman
from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, gather
from homophily.analysis._pairs import together
from homophily.analysis._rows import estimates, listed, row, select

__all__ = ["correlation"]


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
            drawn = rng.integers(x.size, size=(draws, x.size))
            a, b = x[drawn], y[drawn]
            if name == "spearman":
                a, b = stats.rankdata(a, axis=1), stats.rankdata(b, axis=1)
            found.append(("bootstrap over pairs, percentile", percentile(r, _rowwise(a, b))))
        rows += [row(name, interval, x.size, method) for method, interval in found]
    return rows


def _rowwise(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson's r of each row of x with the same row of y; NaN without variance."""
    a, b = (block - block.mean(axis=1, keepdims=True) for block in (x, y))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1)))
