"""Constructed agents of teammates: exact for how many people, and how long they take.

    python -m benchmarks.teammates_agents --people 10000

Half of the people rank the ten values at random, half have the values of a surveyed population, rounded to
half points so that nearly all have ties. For each, five agents are made at the published levels; counted is
whether every Spearman correlation, overlap and circle margin is met, taken is CPU time.
"""

from __future__ import annotations

import argparse
import platform
import time

import numpy as np

from homophily import values
from homophily.studies.teammates.agents import agents, profile
from homophily.studies.teammates.design import Agents
from homophily.values import CODES
from homophily.values.ranking import order
from homophily.values.similarity.spearman import spearman

WISHED = tuple(1 - d2 / 165 for d2 in (0, 82, 164, 248, 330))
OVERLAP = (3, 2, 1, 0, 0)


def rankings(n: int, seed: int) -> dict[str, list[tuple[str, ...]]]:
    """Rankings of people, by where they come from."""
    rng = np.random.default_rng(seed)
    evenly = [tuple(CODES[place] for place in rng.permutation(10)) for _ in range(n // 2)]
    scores = np.round(2 * values.profiles.draw("human", n - n // 2, rng).scores) / 2
    places, _ = order(scores, values.centre(scores))
    return {
        "ranked at random": evenly,
        "surveyed, with ties": [tuple(CODES[p] for p in row) for row in places],
    }


def measured(people: list[tuple[str, ...]]) -> dict[str, float]:
    """What is attained for these people, and at what cost."""
    settings, exact, searches, margins, taken = Agents(), 0, list[int](), list[float](), list[float]()
    for seed, codes in enumerate(people):
        began = time.process_time()
        made = agents(codes, settings, np.random.default_rng(seed))
        taken.append(1e3 * (time.process_time() - began))
        own = [profile(codes)[code] for code in CODES]
        rho = [float(spearman(own, [profile(each.codes)[code] for code in CODES])) for each in made]
        met = np.allclose(rho, WISHED, atol=1e-12) and tuple(each.overlap for each in made) == OVERLAP
        exact += met and all(each.margin > settings.margin for each in made[1:-1])
        searches.append(1 + max(each.restarts for each in made))
        margins += [each.margin for each in made[1:-1]]
    return {
        "people": len(people),
        "exact": exact,
        "most searches": max(searches),
        "median margin": float(np.median(margins)),
        "median ms": float(np.median(taken)),
        "99 % ms": float(np.percentile(taken, 99)),
        "most ms": max(taken),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rows = {who: measured(people) for who, people in rankings(given.people, given.seed).items()}
    names = list(next(iter(rows.values())))
    print(f"# Constructed agents, {given.people:,} people × 5 agents\n")
    print(
        f"`python -m benchmarks.teammates_agents --people {given.people} --seed {given.seed}`; CPU time for "
        f"the five agents of one person; {platform.machine()}, Python {platform.python_version()}, "
        f"numpy {np.__version__}. *Exact*: all five correlations, overlaps and circle margins as asked for.\n"
    )
    print("| people | " + " | ".join(names[1:]) + " |")
    print("| --- |" + " ---: |" * (len(names) - 1))
    for who, row in rows.items():
        cells = [f"{row['exact']:,} of {row['people']:,}", f"{row['most searches']:.0f}"]
        cells += [f"{row[name]:.2f}" for name in names[3:]]
        print(f"| {who} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
