import numpy as np
import pytest

from homophily.errors import UnknownName
from homophily.values import CODES, norms

WEIGHTS = np.array([2.0] * 9 + [3.0])


def test_23_countries_germany_s_spread_and_the_whole_survey() -> None:
    assert len([name for name in norms.names() if name.startswith("ESS11-")]) == 23
    assert {norms.DEFAULT, "ESS-all"} <= set(norms.names())


@pytest.mark.parametrize("name", norms.names())
def test_every_population_says_where_it_comes_from(name: str) -> None:
    found = norms.population(name)
    assert found.mean.shape == (10,)
    assert found.source
    assert found.citation == "European Social Survey rounds 9–11"
    assert found.spread_of == "ESS9-DE"
    weights = np.ones(10) if found.centring == "mean of the ten values" else WEIGHTS
    assert found.mean @ weights / weights.sum() == pytest.approx(0, abs=0.002)


@pytest.mark.parametrize("name", norms.names())
def test_benevolence_stands_high_and_power_low_everywhere(name: str) -> None:
    mean = dict(zip(CODES, norms.population(name).mean, strict=True))
    assert mean["BE"] > 0.2
    assert mean["PO"] < -0.2


def test_the_spread_is_the_published_one() -> None:
    """Centred sd of values.md, ESS 9 Germany."""
    covariance = norms.population().covariance
    published = [0.73, 0.99, 0.90, 0.93, 0.84, 0.90, 1.01, 0.93, 0.58, 0.64]
    assert np.sqrt(np.diag(covariance)) == pytest.approx(published, abs=0.006)
    assert (covariance == covariance.T).all()
    assert covariance @ WEIGHTS / 21 == pytest.approx(np.zeros(10), abs=0.002)


def test_an_unknown_population_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName, match="ESS11-FI"):
        norms.population("ESS11-FN")
