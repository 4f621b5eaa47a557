"""Coverage and false positives of the analyses of ratings of agents, on people simulated directly.

    python -m benchmarks.teammates_recovery_analysis --replicates 400

Every interval is at 95 %. A covered truth should be seen in 93–97 %, a false positive in 3–7 % of replicates.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache, partial

import numpy as np
import pandas as pd
from benchmarks import _tally
from benchmarks.teammates_people import People

from homophily import seeds
from homophily.analysis._estimators.ordinal import cumulative_logit
from homophily.analysis._estimators.repeated import repeated, spearmans
from homophily.analysis.carry_over import carry_over
from homophily.analysis.designed_levels import designed_levels
from homophily.analysis.following import following
from homophily.analysis.manipulation_check import manipulation_check
from homophily.analysis.mediation import mediation
from homophily.analysis.themes import themes
from homophily.analysis.trust_robust import trust_robust
from homophily.analysis.within_between import within_between

TRUST = ("trust",)
DRAWS = 400
Hits = list[tuple[str, float]]

PLAIN = People(rounded=False, direct=0.05)
NOTHING = People(within=0.0, between=0.0, slope_sd=0.0)


def inside(found: pd.DataFrame, term: str, truth: float) -> bool:
    row = found[found["term"] == term].iloc[0]
    return bool(row["low"] <= truth <= row["high"])


def false(found: pd.DataFrame, terms: Iterable[str], name: str) -> Hits:
    """Whether each term is found where nothing is."""
    rows = found[found["term"].isin(terms)]
    return [(f"{name}: {row.term}, false positive", bool(row.p < 0.05)) for row in rows.itertuples()]


def models(seed: int, *, people: People, name: str) -> Hits:
    """Slopes within and between persons, and paths, where ratings are what the models take them to be."""
    tables = {"ratings": people.ratings(seeds.generator("recovery", name, seed))}
    found = within_between(tables, outcomes=TRUST).estimates
    slope = people.within + _spill(people)
    truths = {"within": slope, "between": people.between, "contextual": people.between - slope}
    hits = [(f"{name}: {term} covers", inside(found, term, truth)) for term, truth in truths.items()]
    checked = manipulation_check(tables, draws=DRAWS).estimates
    hits.append(
        (f"{name}: trend of rated similarity covers", inside(checked, "linear trend", people.noticed))
    )
    paths = mediation(tables, draws=DRAWS).estimates
    a, b, c = people.noticed, people.within, people.direct
    for term, truth in (("a", a), ("b", b), ("direct", c), ("indirect", a * b), ("total", c + a * b)):
        hits.append((f"{name}: path {term} covers", inside(paths, term, truth)))
    for term in ("R², marginal", "R², conditional"):
        value = found.loc[found["term"] == term, "estimate"].iloc[0]
        hits.append((f"mean: {name}: {term}", value))
    return hits


def _spill(people: People) -> float:
    """What the slope of rated similarity takes over of the direct effect, where level is not in the model."""
    return people.direct * people.noticed * 2.5 / (people.noticed**2 * 2.5 + people.rating_sd**2)


@cache
def _truth(given: tuple[tuple[str, object], ...]) -> dict[str, float]:
    """What 20,000 people of a kind have."""
    ratings = People(**{**dict(given), "n": 20_000}).ratings(seeds.generator("recovery", "truth"))  # type: ignore[arg-type]
    x, y = ratings["similarity_rated"].to_numpy(), ratings["trust"].to_numpy()
    person = ratings["participant"].tolist()
    middle = ratings.groupby("participant")["similarity_rated"].transform("mean").to_numpy()
    return {
        "repeated-measures correlation": repeated(x, y, person)[0].estimate,
        "mean Spearman correlation": float(np.nanmean(spearmans(x, y, person))),
        "log odds of more": float(cumulative_logit(np.column_stack([x - middle, middle]), y, person).beta[0]),
    }


def robust(seed: int, *, people: People, name: str) -> Hits:
    """Correlations within and the ordinal model, on answers rounded to their scales."""
    tables = {"ratings": people.ratings(seeds.generator("recovery", "robust", name, seed))}
    found = trust_robust(tables, outcomes=TRUST, draws=DRAWS).estimates
    truth = _truth(tuple(asdict(people).items()))
    return [(f"{name}: {term} covers", inside(found, term, value)) for term, value in truth.items()]


def nothing(seed: int, *, people: People, name: str) -> Hits:
    """No effect of rated similarity, of level on trust, or of order: what is found is false."""
    tables = people.tables(seeds.generator("recovery", "nothing", name, seed))
    ratios = ("likelihood ratio, within slope", "likelihood ratio, variance of the slope")
    hits = false(within_between(tables, outcomes=TRUST).estimates, ("within", *ratios), name)
    twins = trust_robust(tables, outcomes=TRUST, draws=DRAWS).estimates
    hits += false(twins, twins["term"].unique(), name)
    hits += false(mediation(tables, draws=DRAWS).estimates, ("b", "direct", "indirect", "total"), name)
    ranks = designed_levels(tables, outcomes=TRUST, draws=10).estimates
    hits += false(ranks, ("Friedman's χ²",), name)
    hits.append(
        (
            f"{name}: any pair of levels, Wilcoxon and Holm, false positive",
            bool((ranks["p_holm"] < 0.05).any()),
        )
    )
    follow = following(tables, nodes=7).estimates
    for row in follow[follow["p"].notna()].itertuples():
        hits.append((f"{name}: {row.outcome}: {row.term}, false positive", bool(row.p < 0.05)))
    order = carry_over(tables, outcomes=TRUST).estimates
    terms = (
        "position, per place",
        "agent before, per level",
        "level × position",
        "any position",
        "any sequence",
    )
    return hits + false(order, terms, name)


def unnoticed(seed: int) -> Hits:
    """Levels that nobody notices."""
    tables = {"ratings": People(noticed=0.0).ratings(seeds.generator("recovery", "unnoticed", seed))}
    found = manipulation_check(tables, draws=DRAWS).estimates
    return false(found, ("linear trend", "Page's L", "mean Spearman"), "unnoticed")


def order(seed: int) -> Hits:
    """Trust that falls along the row and with the similarity of the agent before."""
    people = replace(PLAIN, position=-0.05, carry=-0.08)
    tables = {"ratings": people.ratings(seeds.generator("recovery", "order", seed))}
    found = carry_over(tables, outcomes=TRUST).estimates
    truths = {"agent before, per level": -0.08, "level trend, adjusted": 0.15}
    return [(f"order: {term} covers", inside(found, term, truth)) for term, truth in truths.items()]


def coders(seed: int) -> Hits:
    """Kappa of two coders, and the trend of a theme over levels."""
    people = People(n=60)
    found = themes(people.tables(seeds.generator("recovery", "coders", seed)), draws=DRAWS).estimates
    kappas = found[found["term"] == "kappa"]
    there, hit, slip = np.array([0.34, *[0.15] * 6]), *people.coders
    said = there * hit + (1 - there) * slip
    both = there * hit**2 + (1 - there) * slip**2
    observed, expected = 1 - 2 * said + 2 * both, said**2 + (1 - said) ** 2
    truth = (observed - expected) / (1 - expected)
    hits: Hits = [
        ("coders: kappa of a theme covers", row.low <= value <= row.high)
        for row, value in zip(kappas.itertuples(), truth, strict=True)
    ]
    pooled = (observed.mean() - expected.mean()) / (1 - expected.mean())
    hits.append(("coders: pooled kappa covers", inside(found, "kappa, pooled", pooled)))
    trends = found[(found["term"] == "log odds per level") & (found["theme"] != "Shared values")]
    return hits + [("coders: trend of a theme over levels, false positive", p < 0.05) for p in trends["p"]]


PARTS = {
    "89 people": partial(models, people=PLAIN, name="89 people"),
    "20 people": partial(models, people=replace(PLAIN, n=20), name="20 people"),
    "89 people, 10 % missing": partial(
        models, people=replace(PLAIN, missing=0.1), name="89 people, 10 % missing"
    ),
    "rounded": partial(robust, people=People(slope_sd=0.0), name="rounded answers, one slope"),
    "rounded, slopes": partial(robust, people=People(slope_sd=0.15), name="rounded answers, slopes vary"),
    "nothing": partial(nothing, people=NOTHING, name="nothing"),
    "between": partial(
        nothing, people=replace(NOTHING, between=0.4), name="between people only"
    ),
    "20 people, nothing": partial(nothing, people=replace(NOTHING, n=20), name="20 people, nothing"),
    "unnoticed": unnoticed,
    "order": order,
    "coders": coders,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part; keeps nothing")
    given = parser.parse_args()
    parts = []
    for name in given.only or PARTS:
        parts.append(_tally.markdown(_tally.run(PARTS[name], given.replicates, given.workers)))
        print(parts[-1], flush=True)
    if not given.only:
        heading = f"# Analyses of Teammates: coverage and false positives, {given.replicates} replicates each"
        _tally.save("teammates_recovery_analysis.md", "\n".join([heading, "", *parts]))


if __name__ == "__main__":
    main()
