"""Coverage of intervals and false positives of tests, on ratings simulated directly.

    python -m benchmarks.coverage --replicates 500

Every interval is at 95 %. A covered truth should be seen in 93–97 %, a false positive in 3–7 % of replicates.
"""

from __future__ import annotations

import argparse
from functools import partial

import pandas as pd
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
PARTNER = Population(partner_values=0.4)
SIZES = ({"agents": 25, "pairs": 200}, {"agents": 40, "pairs": 100}, {"agents": 60, "pairs": 200})
#: What studies of 1,500 agents and 15,000 pairs find at a slope of 0.6: Pearson's and Spearman's correlation.
LARGE = {"pearson": 0.2315, "spearman": 0.2241}
Hits = list[tuple[str, float]]


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


def correlations(seed: int) -> Hits:
    """Correlations and agreement of pairs that share agents, in studies of several sizes."""
    hits: Hits = []
    for size in SIZES:
        name = f"{size['agents']} agents in {size['pairs']} pairs"
        for slope, truth in ((0.0, {"pearson": 0.0, "spearman": 0.0}), (0.6, LARGE)):
            population = Population(slope=slope, languages=("en",), **size)
            ratings = population.ratings(seeds.generator("coverage", "correlations", name, slope, seed))
            found = correlation({"ratings": ratings}, outcomes=("trust",), draws=400).estimates
            for row in found.itertuples():
                kind = row.method.split(",")[0]
                held = inside(row, truth[row.term])
                hits.append((f"{name}, slope {slope}: {row.term}, {kind}, covers", held))
            if slope == 0:
                hits += _agreement(population, name, ratings, seed)
    return hits


def _agreement(population: Population, name: str, ratings: pd.DataFrame, seed: int) -> Hits:
    pairs = together(ratings, "trust", "similarity")
    x, y = pairs["similarity"].to_numpy(), pairs["mean"].to_numpy()
    scheme = members(pairs["first"].tolist(), pairs["second"].tolist())
    rng = seeds.generator("coverage", name, seed, "bootstrap")
    drawn = bootstrap(lambda rows: pearson(x[rows], y[rows])[0], x.size, scheme, draws=400, rng=rng)
    agreement = next(reciprocity({"ratings": ratings}, outcomes=("trust",)).estimates.itertuples())
    truth = population.pair**2 / sum(_parts(population).values())
    return [
        (f"{name}, slope 0.0: pearson, bootstrap over members, covers", inside(drawn, 0)),
        (f"{name}, slope 0.0: intraclass correlation covers", inside(agreement, truth)),
    ]


def nothing(seed: int, *, population: Population, name: str) -> Hits:
    """No similarity effect: what is found is false."""
    ratings = population.ratings(seeds.generator("coverage", name, seed))
    tables = {"ratings": ratings[ratings["language"] == "en"]}
    table = partner_control(tables, outcomes=("trust",)).estimates
    hits: Hits = [
        (f"{name}: {row.term} false positive", not inside(row, 0))
        for row in table[table["term"] != "naive correlation"].itertuples()
    ]
    for row in correlation(tables, outcomes=("trust",), draws=0).estimates.itertuples():
        hits.append((f"{name}: {row.term} (controls for nothing) away from 0", not inside(row, 0)))
    p = permutation(tables, outcomes=("trust",), draws=300).estimates["p"].iloc[0]
    hits.append((f"{name}: permutation false positive", bool(p < 0.05)))
    shape = surface(tables, outcomes=("trust",), codes=("UN",)).estimates
    hits.append((f"{name}: surface a4 false positive", not inside(shape.iloc[3], 0)))
    return hits


def variances(seed: int) -> Hits:
    """Variance components and their shares, with 60 agents in 200 pairs."""
    population = Population(languages=("en",))
    ratings = population.ratings(seeds.generator("coverage", "variances", seed))
    fit = model(ratings, "trust", "", ("rater", "partner", "pair")).fit
    parts, hits = _parts(population), []
    for part, found in intervals(fit).items():
        hits.append((f"variance of {part} covers", inside(found.variance, parts[part])))
        hits.append((f"share of {part} covers", inside(found.share, parts[part] / sum(parts.values()))))
    return hits


def _parts(population: Population) -> dict[str, float]:
    names = {"rater": "actor", "partner": "partner", "pair": "pair", "residual": "residual"}
    return {name: getattr(population, sd) ** 2 for name, sd in names.items()}


PARTS = {
    "effect": effect,
    "correlations": correlations,
    "no effect": partial(nothing, population=Population(), name="no effect"),
    "partner effect only": partial(nothing, population=PARTNER, name="partner effect only"),
    "variances": variances,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--only", action="append", choices=list(PARTS), help="this part; prints, keeps nothing"
    )
    given = parser.parse_args()
    parts = []
    for name in given.only or PARTS:
        parts.append(_tally.markdown(_tally.run(PARTS[name], given.replicates, given.workers)))
        print(parts[-1], flush=True)
    if given.only:
        return
    heading = f"# Coverage and false positives, {given.replicates} replicates each"
    _tally.save("coverage.md", "\n".join([heading, "", *parts]))


if __name__ == "__main__":
    main()
