"""Recovery in debates: are planted parameters found, and is nothing found where nothing was planted?

    python -m benchmarks.debate_recovery --replicates 200
    python -m benchmarks.debate_recovery --only nothing --replicates 200    # one population, printed
    python -m benchmarks.debate_recovery --quick

Each replicate draws new dilemmas and plays the fifteen published experiments forward from known parameters,
by the simulator, into the tables that the analyses read. *Published*, *Priors*, *Outcomes*: the published
coefficients; the truth of shares, order effects and strengths is what 4,000 further dilemmas show. *Nothing*:
three models alike without inertia or conformity, two goals alike, values unrelated to verdicts. *By
protocol*: inertia differs between protocols, so that one pooled over them is wrong; a form is exposed where
the check itself warns, with more than 15 % of its quantities outside.
"""

from __future__ import annotations

import argparse
from functools import cache, partial

import numpy as np
import pandas as pd
from benchmarks import _tally
from benchmarks.debates import MODELS, PUBLISHED, Debates, Voiced, tables

from homophily import catalogue
from homophily.analysis._estimators.conformity import FORMS, Prior, Process, fit, rows
from homophily.dilemmas.verdict import VERDICTS

DRAWS = 100
NULL = {name: (0.0, 0.0, 0.0) for name in PUBLISHED}
BY_PROTOCOL = {**PUBLISHED, "inertia": ((3.6, 2.6, 2.0), (1.4, 1.0, 0.6))}


def base() -> np.ndarray:
    """Base rates, the same in every replicate, so that there is one truth."""
    drawn = np.random.default_rng(99).normal(0, 1, (len(MODELS), len(VERDICTS)))
    return drawn - drawn.mean(axis=1, keepdims=True)


def played(population: Debates, rng: np.random.Generator, *, alike: bool = False) -> dict[str, pd.DataFrame]:
    drawn = population.process(rng)
    rates = np.zeros_like(drawn.base) if alike else base()
    process = Process(base=rates, leaning=drawn.leaning, effects=drawn.effects)
    panel = population.panel(rng, process)
    found = tables(panel, population.schedule()[1], population.models)
    if alike:
        said = Voiced()
        found.update(said.tables(found["verdicts"], said.labels(panel, rng)))
    return found


def find(analysis: str, found: dict[str, pd.DataFrame], **options: object) -> pd.DataFrame:
    table: pd.DataFrame = catalogue.get("analysis", analysis)(found, **options).estimates
    return table


@cache
def truth(analysis: str) -> pd.Series:
    """What an analysis finds in 4,000 further dilemmas."""
    options = {} if analysis == "order_effects" else {"draws": 2}
    return keyed(find(analysis, further(), **options), analysis)["estimate"]


@cache
def further() -> dict[str, pd.DataFrame]:
    return played(Debates(dilemmas=4000), np.random.default_rng(98))


def keyed(table: pd.DataFrame, analysis: str) -> pd.DataFrame:
    keys = {
        "revision": ["term", "model", "experiment", "position"],
        "order_effects": ["term", "model", "panel"],
        "persuasion": ["term", "model", "by"],
    }
    told = table[keys[analysis]].astype(str)
    return table.set_index(pd.MultiIndex.from_frame(told))


def published(seed: int, *, dilemmas: int) -> list[tuple[str, float]]:
    """The analysis itself: intervals of refits."""
    found = played(Debates(dilemmas=dilemmas), np.random.default_rng([1, seed]))
    seen: list[tuple[str, float]] = []
    for _, row in find("conformity", found, draws=DRAWS, seed=seed).iterrows():
        planted = PUBLISHED[row["term"]][MODELS.index(row["model"])]
        kind = f"{row['term']}, {row['estimator']}"
        seen.append((f"covered: {kind}", row["low"] <= planted <= row["high"]))
        seen.append((f"mean: {kind}, estimate − planted", row["estimate"] - planted))
    return seen


def priors(seed: int, *, dilemmas: int) -> list[tuple[str, float]]:
    """Marginal fits under the paper's prior and a wide one: is it the prior that shrinks?"""
    population, rng = Debates(dilemmas=dilemmas), np.random.default_rng([1, seed])
    drawn = population.process(rng)
    panel = population.panel(rng, Process(base=base(), leaning=drawn.leaning, effects=drawn.effects))
    seen: list[tuple[str, float]] = []
    for spread in (0.5, 5.0):
        fitted = fit(
            rows(panel),
            FORMS["model"],
            models=len(MODELS),
            dilemmas=dilemmas,
            protocols=2,
            prior=Prior(effect=spread),
            estimator="marginal",
        )
        errors = np.sqrt(np.diag(fitted.solution.sandwich()))[-len(fitted.effects) :]
        for (effect, model, _), found, error in zip(
            fitted.problem.names, fitted.effects, errors, strict=True
        ):
            gap, kind = found - PUBLISHED[effect][model], f"{effect}, prior sd {spread:g}"
            seen.append((f"covered by the sandwich: {kind}", abs(gap) < 1.96 * error))
            seen.append((f"mean: {kind}, estimate − planted", gap))
    return seen


def outcomes(seed: int, *, dilemmas: int) -> list[tuple[str, float]]:
    """Shares, order effects and strengths, under the published coefficients."""
    found = played(Debates(dilemmas=dilemmas), np.random.default_rng([1, seed]))
    seen: list[tuple[str, float]] = []
    drawn = {"draws": 400, "seed": seed}
    for analysis, options in (("revision", drawn), ("order_effects", {}), ("persuasion", drawn)):
        table = keyed(find(analysis, found, **options), analysis)
        for key, row in table.iterrows():
            true = truth(analysis).get(key, np.nan)
            if np.isfinite([true, row["low"], row["high"]]).all():
                seen.append((f"covered: {analysis}, {key[0]}", row["low"] <= true <= row["high"]))
    return seen


def nothing(seed: int, *, dilemmas: int) -> list[tuple[str, float]]:
    population = Debates(dilemmas=dilemmas, effects=NULL, goals=("original", "balanced"))
    found = played(population, np.random.default_rng([2, seed]), alike=True)
    seen: list[tuple[str, float]] = []
    for _, row in find("order_effects", found).iterrows():
        seen.append((f"found (5 % wanted): order effect, {row['term']}", row["p"] < 0.05))
    strengths = find("persuasion", found, draws=50)
    for _, row in strengths[strengths["term"] == "strength"].iterrows():
        seen.append(("found (5 % wanted): strength of a persuader", row["p"] < 0.05))
    for _, row in find("steering", found).dropna(subset=["p"]).iterrows():
        seen.append(("found: steering, paired", row["p"] < 0.05))
        seen.append(("found: steering, the published unpaired z", row["p_unpaired"] < 0.05))
    changes = find("value_change", found)
    for _, row in changes[changes["value"].notna()].iterrows():
        seen.append((f"found (5 % wanted): value before a change, {row['term']}", row["p"] < 0.05))
    return seen


def by_protocol(seed: int, *, dilemmas: int) -> list[tuple[str, float]]:
    found = played(Debates(dilemmas=dilemmas, effects=BY_PROTOCOL), np.random.default_rng([3, seed]))
    table = find("conformity_check", found, forms=("model", "protocol"), draws=DRAWS, seed=seed)
    outside = (table["seen"] < table["low"]) | (table["seen"] > table["high"])
    missed = outside.groupby(table["form"]).mean()
    return [
        *((f"mean: share of quantities missed by the form {form!r}", missed[form]) for form in missed.index),
        *((f"exposed: the form {form!r}", missed[form] > 0.15) for form in missed.index),
    ]


POPULATIONS = {
    "published": published,
    "priors": priors,
    "outcomes": outcomes,
    "nothing": nothing,
    "by protocol": by_protocol,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--replicates", type=int, default=60)
    parser.add_argument("--dilemmas", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=tuple(POPULATIONS), help="one population; stores nothing")
    parser.add_argument("--quick", action="store_true", help="8 replicates of 60 dilemmas; stores nothing")
    given = parser.parse_args()
    count, dilemmas = (8, 60) if given.quick else (given.replicates, given.dilemmas)
    parts = [f"# Recovery in debates\n\n{__doc__.split(chr(10), 2)[2].strip(chr(10))}\n"]
    for name in (given.only,) if given.only else POPULATIONS:
        table = _tally.run(partial(POPULATIONS[name], dilemmas=dilemmas), count, given.workers)
        heading = f"## {name.capitalize()}: {count} replicates of {dilemmas} dilemmas"
        parts.append(f"{heading}, {DRAWS} refits or plays\n\n{_tally.markdown(table)}")
        print(parts[-1], flush=True)
    if not given.quick and not given.only:
        _tally.save("debate_recovery.md", "\n".join(parts))


if __name__ == "__main__":
    main()
