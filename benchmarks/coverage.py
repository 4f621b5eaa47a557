"""Coverage of intervals and false positives of tests, on ratings simulated directly.

    python -m benchmarks.coverage --replicates 500

Every interval is at 95 %. A covered truth should be seen in 93–97 %, a false positive in 3–7 % of replicates.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
from benchmarks import _tally
from benchmarks.populations import Population

from homophily import seeds
from homophily.analysis._estimators.bootstrap import bootstrap, members
from homophily.analysis._estimators.components import intervals
from homophily.analysis._estimators.influence import pearson
from homophily.analysis._models import model
from homophily.analysis._pairs import together
from homophily.analysis.correlation import correlation
from homophily.analysis.partner_control import partner_control
from homophily.analysis.permutation import permutation
from homophily.analysis.reciprocity import reciprocity
from homophily.analysis.surface import surface

EFFECT = Population(slope=0.6, slope_difference=0.3)
NULL = Population()
PARTNER = Population(partner_values=0.4)
DENSE = Population(agents=25, pairs=200)
Hits = list[tuple[str, bool]]


def inside(row: object, truth: float) -> bool:
    return bool(row.low <= truth <= row.high)  # type: ignore[attr-defined]


def effect(seed: int) -> Hits:
    """A planted similarity effect that differs between languages."""
    ratings = EFFECT.ratings(seeds.generator("coverage", "effect", seed))
    table = partner_control({"ratings": ratings}, outcomes=("trust",)).estimates
    hits = []
    for row in table[table["term"] != "naive correlation"].itertuples():
        truth = {"en": 0.6, "ja": 0.9, "all": 0.75}[row.language]
        hits.append((f"effect: {row.term} ({row.language}) covers", inside(row, truth)))
    fitted = model(ratings, "trust", "similarity * language")
    difference = fitted.row(
        "",
        fitted.matrix.slope("similarity", language="ja") - fitted.matrix.slope("similarity", language="en"),
    )
    hits.append(("effect: slope difference covers", difference["low"] <= 0.3 <= difference["high"]))
    return hits


def null(population: Population, name: str, seed: int) -> Hits:
    """No similarity effect: what is found is false. Variances and agreement are known."""
    ratings = population.ratings(seeds.generator("coverage", name, seed))
    tables = {"ratings": ratings[ratings["language"] == "en"]}
    hits: Hits = []
    table = partner_control(tables, outcomes=("trust",)).estimates
    for row in table[table["language"] == "en"].itertuples():
        if row.term != "naive correlation":
            hits.append((f"{name}: {row.term} false positive", not inside(row, 0)))
    for row in correlation(tables, outcomes=("trust",), draws=500).estimates.itertuples():
        kind = row.method.split(",")[0]
        hits.append((f"{name}: {row.term}, {kind}, false positive", not inside(row, 0)))
    pairs = together(tables["ratings"], "trust", "similarity")
    x, y = pairs["similarity"].to_numpy(), pairs["mean"].to_numpy()
    rng = seeds.generator("coverage", name, seed, "bootstrap")
    scheme = members(pairs["first"].tolist(), pairs["second"].tolist())
    found = bootstrap(lambda rows: pearson(x[rows], y[rows])[0], x.size, scheme, draws=500, rng=rng)
    hits.append((f"{name}: pearson, bootstrap over members, false positive", not inside(found, 0)))
    p = permutation(tables, outcomes=("trust",), draws=300).estimates["p"].iloc[0]
    hits.append((f"{name}: permutation false positive", bool(p < 0.05)))
    if population.partner_values == 0:
        hits += _variances(population, name, tables)
    return hits


def _variances(population: Population, name: str, tables: dict) -> Hits:
    parts = {
        "rater": population.actor**2,
        "partner": population.partner**2,
        "pair": population.pair**2,
        "residual": population.residual**2,
    }
    total = sum(parts.values())
    agreement = next(reciprocity(tables, outcomes=("trust",)).estimates.itertuples())
    hits = [(f"{name}: intraclass correlation covers", inside(agreement, parts["pair"] / total))]
    fit = model(tables["ratings"], "trust", "", ("rater", "partner", "pair")).fit
    for part, found in intervals(fit).items():
        hits.append((f"{name}: variance of {part} covers", inside(found.variance, parts[part])))
        hits.append((f"{name}: share of {part} covers", inside(found.share, parts[part] / total)))
    shape = surface(tables, outcomes=("trust",), codes=("UN",)).estimates
    hits.append((f"{name}: surface a4 false positive", not inside(shape.iloc[3], 0)))
    return hits


def correlated(seed: int, *, truth: tuple[float, float]) -> Hits:
    """The correlation that a very large study would find, from a small one."""
    ratings = EFFECT.ratings(seeds.generator("coverage", "correlated", seed))
    tables = {"ratings": ratings[ratings["language"] == "en"]}
    hits = []
    for row in correlation(tables, outcomes=("trust",), draws=500).estimates.itertuples():
        kind = row.method.split(",")[0]
        hits.append((f"effect: {row.term}, {kind}, covers", inside(row, truth[row.term == "spearman"])))
    return hits


def _large(draws: int = 12) -> tuple[float, float]:
    """Pearson's and Spearman's correlation in studies of 1,500 agents."""
    big = Population(slope=0.6, agents=1500, pairs=15000, languages=("en",))
    found = [
        correlation(
            {"ratings": big.ratings(seeds.generator("coverage", "large", draw))}, outcomes=("trust",), draws=0
        ).estimates["estimate"]
        for draw in range(draws)
    ]
    return float(np.mean([f.iloc[0] for f in found])), float(np.mean([f.iloc[1] for f in found]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    truth = _large()
    parts = []
    for play in (
        effect,
        partial(correlated, truth=truth),
        partial(null, NULL, "null"),
        partial(null, DENSE, "null, 25 agents"),
        partial(null, PARTNER, "partner effect only"),
    ):
        parts.append(_tally.markdown(_tally.run(play, given.replicates, given.workers)))
        print(parts[-1], flush=True)
    heading = f"# Coverage and false positives, {given.replicates} replicates each"
    _tally.save("coverage.md", "\n".join([heading, "", *parts]))


if __name__ == "__main__":
    main()
