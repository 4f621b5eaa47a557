"""Which respondent plays which agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily import seeds

if TYPE_CHECKING:
    from homophily.studies.dyads.design import DyadDesign
    from homophily.studies.dyads.population import Population

__all__ = ["seat"]


def seat(design: DyadDesign, population: Population) -> list[tuple[str, str]]:
    """The two respondents of every pair, first seat first, by the design's seating rule."""
    names = list(design.respondents)
    rule = design.seating.rule
    if rule == "seats":
        return [(str(design.seating.a), str(design.seating.b))] * len(population.pairs)
    if rule == "crossed":
        combinations = [(a, b) for a in names for b in names]
        return [combinations[i % len(combinations)] for i in population.rounds.tolist()]
    if rule == "shares":
        played = _shares(design, len(population.profiles))
    else:
        turns = [*range(population.pool), *population.rounds.tolist()]  # agents made for a pair: by round
        played = [names[turns[place] % len(names)] for place in range(len(population.profiles))]
    return [(played[a], played[b]) for a, b in population.pairs]


def _shares(design: DyadDesign, agents: int) -> list[str]:
    """A respondent for each agent: counts as near to the shares as whole numbers come, then shuffled."""
    names = list(design.seating.shares)
    shares = np.array([design.seating.shares[name] for name in names], dtype=float)
    edges = np.round(np.cumsum(shares) / shares.sum() * agents).astype(int)
    played = np.repeat(names, np.diff(edges, prepend=0))
    return [str(name) for name in seeds.generator(design.seed, "seating").permutation(played)]
