"""Parameter recovery: are planted effects found, and is nothing found where nothing was planted?

    python -m benchmarks.recovery --replicates 200
    python -m benchmarks.recovery --quick

Each replicate is a whole dyad study of synthetic respondents: new profiles, pairs, talks and ratings, through
the same protocol, tables and analyses as a real one. "Planted" is the latent slope, in points of the
seven-point scale per unit of similarity; ratings are rounded and clipped to the scale, and the mean estimate
less the planted slope shows what that costs.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from benchmarks import _tally

from homophily import analysis, catalogue, seeds
from homophily.lab import rehearse
from homophily.lab.study import Step

#: The study, trimmed to what the analyses judged here need: short talks, trust and closeness alone.
STUDY: dict[str, Any] = {
    "agents": 40,
    "pairs": {"n": 100},
    "dialogue": {"topics": ("weekend",), "utterances": 2},
    "values": {"instrument": ""},
    "ratings": {"trust_global": "", "circles": "", "subjective": ""},
}
SLOPES = {"trust": 1.0, "closeness": 0.7}
MORE_IN_JA = 0.4
NOTHING = {"kind": "synthetic", "similarity_slope": 0.0}
POPULATIONS: dict[str, dict[str, Any]] = {
    "similarity effect": {
        "kind": "synthetic",
        "similarity_slope": SLOPES,
        "language_slope": {"ja": MORE_IN_JA},
    },
    "no effect": NOTHING,
    "partner effect only": {**NOTHING, "partner_values": {"BE": 0.5, "UN": 0.3, "PO": -0.4}},
    "random respondents": {"kind": "random"},
    "midpoint respondents": {"kind": "midpoint"},
}
ANALYSES = ("partner_control", "language", "correlation", "permutation", "criterion")


def study(name: str, seed: int, **changes: Any) -> list[analysis.Finding]:
    """The findings of one replicate."""
    respondent = dict(POPULATIONS[name])
    if respondent["kind"] != "midpoint":
        respondent["seed"] = seeds.derive("recovery", name, seed) % 2**31
    dyads = catalogue.get("studies", "dyads")
    design = dyads.design.model_validate(
        {
            **STUDY,
            **changes,
            "respondents": {"made": respondent},
            "seed": seeds.derive("recovery", seed) % 2**31,
        }
    )
    options = {"correlation": {"draws": 0}, "permutation": {"draws": 300}}
    plan = tuple(Step(step, step, options.get(step, {})) for step in ANALYSES)
    return analysis.run(replace(dyads, plan=plan), rehearse(dyads, design), design)


def replicate(seed: int, *, name: str, changes: dict[str, Any]) -> list[tuple[str, bool]]:
    """What one replicate found, as statements that hold or not."""
    hits: list[tuple[str, bool]] = []
    for finding in study(name, seed, **changes):
        if finding.name == "criterion":
            hits.append((f"{name}: criterion met in all four", finding.text.startswith("Reproduced")))
            continue
        for row in finding.estimates.itertuples():
            hits += _judge(name, finding.name, row)
    return hits


def _judge(name: str, step: str, row: Any) -> list[tuple[str, bool]]:
    if row.term == "not estimable":
        return [(f"{name}: {step} reported as not estimable", True)]
    if row.term == "naive correlation" or (row.term == "level difference"):
        return []
    found = bool(row.p < 0.05) if step == "permutation" else bool(row.low > 0 or row.high < 0)
    if name != "similarity effect":
        return [(f"{name}: {row.term} found", found)]
    truth = _truth(row)
    if truth is None:
        return [(f"{name}: {row.term} found", found)]
    return [
        (f"{name}: {row.term} covers, {row.outcome}", bool(row.low <= truth <= row.high)),
        (f"{name}: {row.term} found", found),
        (f"mean: {row.term} less planted, {row.outcome}", row.estimate - truth),
    ]


def _truth(row: Any) -> float | None:
    if row.term == "slope difference":
        return MORE_IN_JA
    if row.term in ("controlled slope", "naive slope"):
        return SLOPES[row.outcome] + {"en": 0.0, "ja": MORE_IN_JA, "all": MORE_IN_JA / 2}[row.language]
    return None


def table(
    replicates: int, workers: int, names: tuple[str, ...] = tuple(POPULATIONS), **changes: Any
) -> pd.DataFrame:
    """The share of replicates in which each statement holds."""
    parts = []
    for name in names:
        parts.append(_tally.run(partial(replicate, name=name, changes=changes), replicates, workers))
        print(_tally.markdown(parts[-1]), flush=True)
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="eight small replicates; stores nothing")
    given = parser.parse_args()
    if given.quick:
        table(8, given.workers, agents=24, pairs={"n": 50})
        return
    found = table(given.replicates, given.workers)
    text = f"# Parameter recovery, {given.replicates} studies each\n\n{_tally.markdown(found)}"
    _tally.save("recovery.md", text)


if __name__ == "__main__":
    main()
