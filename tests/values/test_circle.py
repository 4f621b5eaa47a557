import numpy as np
import pytest

from homophily import values
from homophily.errors import DataError
from homophily.values import circle, norms, profiles

ORDER = ("openness", "enhancement", "conservation", "transcendence")


def sample_with(covariance: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """A sample whose covariance is exactly the one asked for."""
    noise = rng.standard_normal((n, len(covariance)))
    noise -= noise.mean(axis=0)
    white = noise @ np.linalg.inv(np.linalg.cholesky(np.cov(noise.T, bias=True))).T
    variances, axes = np.linalg.eigh(covariance)
    return np.asarray(white @ ((axes * np.sqrt(np.clip(variances, 0, None))) @ axes.T))


def test_germany_lies_on_the_circle() -> None:
    """Published figures: .159, −.020, −.171, −.296, −.321 by distance; Spearman −.872."""
    sample = sample_with(norms.population().covariance, 2316, np.random.default_rng(1))
    found = circle.check(sample)
    assert found.n == 2316
    assert found.by_distance == pytest.approx([0.159, -0.020, -0.171, -0.296, -0.321], abs=0.0015)
    # The published covariance is rounded; centring what it gives moves the ranks of two close pairs.
    assert found.rho == pytest.approx(-0.872, abs=0.004)
    assert found.quadrants in (ORDER, (ORDER[0], *reversed(ORDER[1:])))
    assert found.in_order
    assert found.passes


@pytest.mark.parametrize("seed", range(5))
def test_simulated_people_pass(seed: int) -> None:
    found = circle.check(profiles.human(300, np.random.default_rng(seed)))
    assert found.passes
    assert found.by_distance == pytest.approx([0.159, -0.020, -0.171, -0.296, -0.321], abs=0.06)


def test_profiles_without_structure_rarely_pass() -> None:
    passes = [circle.check(profiles.uniform(300, np.random.default_rng(s))).passes for s in range(100)]
    assert sum(passes) <= 1


def test_a_wrong_order_of_values_does_not_pass() -> None:
    people = profiles.human(500, np.random.default_rng(2))
    swapped = people[:, [0, 8, 2, 3, 9, 5, 6, 7, 1, 4]]
    assert not circle.check(swapped).passes


def test_quadrants_out_of_order_do_not_pass() -> None:
    places = 2 * np.pi * np.arange(10) / 10
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)[:, None]
    waves = 3.5 + np.cos(places - angles)
    assert circle.check(waves).passes
    crossed = waves[:, [0, 1, 2, 5, 6, 3, 4, 7, 8, 9]]
    found = circle.check(crossed)
    assert not found.in_order
    assert not found.passes


def test_level_and_direction_of_travel_do_not_matter() -> None:
    people = profiles.human(400, np.random.default_rng(4))
    centred = circle.check(values.centre(people))
    assert circle.check(people + 1.0).rho == pytest.approx(centred.rho)
    assert circle.check(people).positions.shape == (10, 2)


def test_incomplete_profiles_are_left_out() -> None:
    people = profiles.human(50, np.random.default_rng(4))
    people[::2, 3] = np.nan
    assert circle.check(people).n == 25


def test_respondents_who_never_vary_fail_without_a_warning() -> None:
    found = circle.check(np.full((20, 10), 3.5))
    assert np.isnan(found.rho)
    assert found.quadrants == ()
    assert not found.passes


@pytest.mark.parametrize("shape", [(10,), (5, 9), (2, 10)])
def test_what_is_no_sample_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError):
        circle.check(np.ones(shape))
