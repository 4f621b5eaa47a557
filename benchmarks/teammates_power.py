"""Power of 89 people × 5 agents for correlations within persons, against the closed form.

    python -m benchmarks.teammates_power --replicates 1000

Trust rises with rated similarity within a person so that the two correlate by r there; people differ in their
means and not in their slopes, unless ``--slope-sd`` says so. A replicate counts if p < .05, two-sided.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np
from benchmarks import _tally
from benchmarks.teammates_people import People
from scipy import stats

from homophily import seeds
from homophily.analysis._estimators.repeated import repeated, spearmans
from homophily.analysis._teammates import averaged
from homophily.analysis.within_between import within_between

SIZES = (0.0, 0.10, 0.15, 0.20, 0.30)
DESIGN = {0.10: 0.47, 0.15: 0.81, 0.20: 0.97, 0.30: 1.00}
"""What the design of the study promises."""


def closed(r: float, people: int, agents: int = 5) -> float:
    """Power by Fisher's z, its standard error 1 / √(degrees − 1), degrees people × (agents − 1) − 1."""
    z = np.arctanh(r) * np.sqrt(people * (agents - 1) - 2)
    edge = stats.norm.ppf(0.975)
    return float(stats.norm.sf(edge - z) + stats.norm.cdf(-edge - z))


def population(r: float, people: int, slope_sd: float) -> People:
    """People in whom similarity and trust correlate by r within persons."""
    plain = People(n=people, between=0.0, slope_sd=slope_sd, rounded=False)
    spread = plain.noticed**2 * 2.5 + plain.rating_sd**2  # of similarity within persons, five levels
    noise = plain.noise**2 + slope_sd**2 * spread
    return People(
        n=people, between=0.0, slope_sd=slope_sd, rounded=False,
        within=r / np.sqrt(1 - r * r) * np.sqrt(noise / spread),
    )  # fmt: skip


def once(seed: int, *, people: int, slope_sd: float) -> list[tuple[str, float]]:
    seen = []
    for r in SIZES:
        rng = seeds.generator("power", people, slope_sd, r, seed)
        ratings = population(r, people, slope_sd).ratings(rng)
        found = within_between({"ratings": ratings}, outcomes=("trust",)).estimates
        p = found.set_index("term")["p"].to_dict()
        three = [ratings[name].to_numpy() for name in ("similarity_rated", "trust", "participant")]
        p["repeated-measures correlation"] = repeated(*three)[0].p
        p["mean Spearman correlation"] = averaged(spearmans(*three), 1000, rng)[0].p
        seen += [(f"{r:.2f}|{term}", float(p[term] < 0.05)) for term in NAMES]
    return seen


NAMES = {
    "within": "mixed model",
    "likelihood ratio, within slope": "likelihood ratio",
    "repeated-measures correlation": "repeated-measures r",
    "mean Spearman correlation": "mean Spearman",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--people", type=int, default=89)
    parser.add_argument("--slope-sd", type=float, default=0.0, help="spread of the slope between people")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    one = partial(once, people=given.people, slope_sd=given.slope_sd)
    found = _tally.run(one, given.replicates, given.workers).set_index("quantity")
    lines = [
        f"# Power of {given.people} people × 5 agents, {given.replicates} replicates\n",
        f"`python -m benchmarks.teammates_power`; spread of slopes {given.slope_sd:g}. Percent of\n"
        "replicates with p < .05, with Wilson's interval for the mixed model; r = 0 shows false positives.\n",
        f"| r within persons | design | closed form | {' | '.join(NAMES.values())} |",
        "| ---: " * (3 + len(NAMES)) + "|",
    ]
    for r in SIZES:
        cells = []
        for term in NAMES:
            row = found.loc[f"{r:.2f}|{term}"]
            ends = f" [{100 * row['low']:.1f}, {100 * row['high']:.1f}]" if term == "within" else ""
            cells.append(f"{100 * row['share']:.1f}{ends}")
        promised = f"{100 * DESIGN[r]:.0f}" if r in DESIGN and given.people == 89 else "–"
        lines.append(f"| {r:.2f} | {promised} | {100 * closed(r, given.people):.1f} | {' | '.join(cells)} |")
    plain = given.people == 89 and given.slope_sd == 0
    if plain:
        _tally.save("teammates_power.md", "\n".join(lines) + "\n")
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
