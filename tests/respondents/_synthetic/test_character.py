"""Characters: similarity as the theory has it, and chance that follows names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import values
from homophily.asks import Persona
from homophily.respondents._synthetic.chance import coin, normal, uniform
from homophily.respondents._synthetic.character import alike, character
from homophily.values import CODES

PROFILES = st.lists(st.floats(1, 6).map(lambda x: round(x, 2)), min_size=10, max_size=10).map(tuple)


@given(PROFILES, PROFILES)
def test_similarity_is_that_of_the_values_package(one, other):
    if np.std(one) < 1e-6 or np.std(other) < 1e-6:
        assert alike(one, other) == 0
    else:
        assert alike(one, other) == pytest.approx(float(values.similarity.pearson(one, other)), abs=1e-9)


@given(PROFILES)
def test_a_character_is_centred_as_the_values_package_centres(scores):
    who = character(Persona(id="x", name="X", profile=dict(zip(CODES, scores, strict=True))), {})
    assert who.centred == pytest.approx(values.centre(scores).tolist())
    assert who.score("UN") == who.centred[-1]
    assert who.score("trust.faith") == 0


def test_chance_has_the_distribution_it_claims():
    n = 20_000
    drawn = np.array([normal("seed", k) for k in range(n)])
    assert abs(drawn.mean()) < 4 / np.sqrt(n)
    assert abs(drawn.std() - 1) < 4 / np.sqrt(2 * n)
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 4 / np.sqrt(n)
    shares = np.bincount([coin(3, "seed", k) for k in range(n)], minlength=3) / n
    assert np.abs(shares - 1 / 3).max() < 4 * np.sqrt(2 / 9 / n)
    assert all(0 < uniform("seed", k) < 1 for k in range(1000))
