"""The agents of a participant: exact for everybody, whatever their ranking."""

import numpy as np
import pytest

from homophily import values
from homophily.studies.teammates.agents import agents, profile, rung
from homophily.studies.teammates.design import Agents
from homophily.values import CODES
from homophily.values.ranking import order
from homophily.values.similarity.spearman import spearman


def rankings(n):
    """Rankings drawn evenly, and those of people of a population, whose rounded scores have many ties."""
    rng = np.random.default_rng(5)
    evenly = [tuple(CODES[place] for place in rng.permutation(10)) for _ in range(n // 2)]
    people = np.round(2 * values.profiles.draw("human", n - n // 2, rng).scores) / 2
    places, _ = order(people, values.centre(people))
    return evenly + [tuple(CODES[place] for place in row) for row in places]


def test_levels_and_overlaps_are_exact_for_everybody():
    settings, wished = Agents(), (1.0, 1 - 82 / 165, 1 - 164 / 165, 1 - 248 / 165, -1.0)
    for seed, codes in enumerate(rankings(500)):
        made = agents(codes, settings, np.random.default_rng(seed))
        assert tuple(each.rho for each in made) == pytest.approx(wished, abs=1e-12)
        assert tuple(each.overlap for each in made) == (3, 2, 1, 0, 0)
        assert all(each.margin > 0 for each in made[1:-1])
        own = [profile(codes)[code] for code in CODES]
        attained = [spearman(own, [profile(each.codes)[code] for code in CODES]) for each in made]
        assert attained == pytest.approx(wished)


def test_the_papers_levels_are_rungs_of_the_ladder():
    assert [rung(level) for level in Agents().levels] == [0, 82, 164, 248, 330]
    assert rung(0.0) == 164  # of two that are equally near the more similar


def test_a_profile_keeps_the_ranking():
    made = profile(CODES[::-1])
    assert sorted(CODES, key=made.__getitem__, reverse=True) == list(CODES[::-1])
    assert (max(made.values()), min(made.values())) == (6, 1)
