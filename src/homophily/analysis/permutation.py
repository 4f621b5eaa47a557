"""Permutation null: raters and partners paired anew by shuffling profiles among the agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily import catalogue, seeds
from homophily.analysis._estimators.relabel import relabelling
from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, gather
from homophily.analysis._pairs import together
from homophily.analysis._rows import estimates, number, row, select
from homophily.values import CODES

__all__ = ["permutation"]
__references__ = ("krackhardt1988",)


def permutation(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    measure: str = "pearson",
    condition: str = "dialogue",
    draws: int = 2000,
    seed: int = 1,
) -> Finding:
    """A test of similarity that assumes neither normality nor independent pairs.

    Profiles are shuffled among the agents; who met whom and what was rated stay
    (`homophily.analysis._estimators.relabel`). What the two members give and get everywhere is projected out,
    so that partner effects are no evidence. The interval is the estimate ∓ the null distribution's quantiles.

    Args:
        tables: With ``ratings`` and the agents' target values in it.
        outcomes: Columns tested.
        measure: Similarity measure, by name, computed anew for every shuffled pair.
        condition: Rows of which condition.
        draws: Number of shuffles.
        seed: Seed of the shuffling.
    """
    columns = [f"rater_{code}" for code in CODES]
    ratings = select(tables, "ratings", ["session", "rater", "language", *columns], condition=condition)
    agents = ratings.groupby("rater", sort=True)[columns].first()
    profiles = agents.to_numpy(float)
    similarity = np.asarray(
        catalogue.get("values.similarity", measure)(profiles[:, None, :], profiles[None, :, :])
    )
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        pairs = together(ratings[ratings["language"] == label["language"]], label["outcome"])
        found, _ = relabelling(
            pairs["mean"].to_numpy(),
            similarity,
            agents.index.get_indexer(pd.Index(pairs["first"])),
            agents.index.get_indexer(pd.Index(pairs["second"])),
            draws=draws,
            rng=seeds.generator(seed, "permutation", *label.values()),
        )
        method = f"profiles shuffled among agents, {draws} draws"
        return [row("partial correlation", found, len(pairs), method)]

    languages = sorted(ratings["language"].unique())
    labels = [{"outcome": outcome, "language": spoken} for outcome in outcomes for spoken in languages]
    table = estimates(gather(labels, estimate, warnings))
    spoken = "; ".join(
        f"{line['outcome']} ({line['language']}) {number(line['estimate'])}, p = {line['p']:.4f}"
        for _, line in table.dropna(subset=["p"]).iterrows()
    )
    return Finding(
        name="permutation",
        title="Permutation null",
        text=f"Similarity and the pair's rating, both agents' own levels removed, against shuffled profiles: "
        f"{spoken}."
        if spoken
        else "The permutation test could not be made.",
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )
