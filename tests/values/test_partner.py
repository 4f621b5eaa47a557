import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homophily import values
from homophily.errors import DataError, UsageError
from homophily.values import profiles, similarity
from tests.values import strategies


@given(profile=strategies.scored, wish=st.floats(-1, 1), seed=st.integers(0, 99))
def test_the_partner_is_exactly_as_similar_as_wished(profile: np.ndarray, wish: float, seed: int) -> None:
    assume(not strategies.flat(profile))
    made = values.partner(profile, wish, np.random.default_rng(seed))
    assert similarity.pearson(profile, made) == pytest.approx(wish, abs=1e-9)
    assert ((made >= 1) & (made <= 6)).all()


def test_many_partners_at_once() -> None:
    people = profiles.human(60, np.random.default_rng(0)).reshape(20, 3, 10)
    wishes = np.linspace(-0.9, 0.9, 3)
    made = values.partner(people, wishes, np.random.default_rng(1))
    assert made.shape == (20, 3, 10)
    assert similarity.pearson(people, made) == pytest.approx(np.broadcast_to(wishes, (20, 3)))


def test_partners_of_one_person_differ() -> None:
    person = profiles.human(1, np.random.default_rng(0))[0]
    rng = np.random.default_rng(1)
    one, other = values.partner(person, 0.3, rng), values.partner(person, 0.3, rng)
    assert similarity.pearson(one, other) < 0.999


def test_partners_spread_like_people() -> None:
    people = profiles.human(2000, np.random.default_rng(0))
    made = values.partner(people, 0.4, np.random.default_rng(1))
    assert made.std(axis=1).mean() == pytest.approx(people.std(axis=1).mean(), rel=0.03)


def test_impossible_partners_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(UsageError, match="within −1 to 1"):
        values.partner(np.arange(10.0), 1.1, rng)
    with pytest.raises(UsageError, match="similar to nobody"):
        values.partner(np.full(10, 3.0), 0.5, rng)
    with pytest.raises(DataError, match="ten values"):
        values.partner(np.arange(9.0), 0.5, rng)
