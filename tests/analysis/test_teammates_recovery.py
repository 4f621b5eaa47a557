"""The quick version of benchmarks/teammates_recovery_analysis.py and teammates_power.py: a few data sets."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from benchmarks import _tally
from benchmarks import teammates_power as power
from benchmarks import teammates_recovery_analysis as recovery
from scipy import stats

from homophily import seeds
from homophily.analysis._estimators.repeated import repeated

#: With 16 data sets, a true share of 95 % falls below so many only once in ten thousand.
LEAST = float(stats.binom.ppf(1e-4, 16, 0.95)) / 16


def seen(part: object, replicates: int = 16) -> pd.Series:
    shares = _tally.shares(map(part, range(replicates)))  # type: ignore[arg-type]
    return shares.set_index("quantity")["share"]


@pytest.fixture(scope="module")
def covered() -> pd.Series:
    return seen(partial(recovery.models, people=recovery.PLAIN, name="89 people"))


def test_intervals_hold_what_was_planted(covered: pd.Series) -> None:
    shares = covered[[name for name in covered.index if name.endswith("covers")]]
    assert len(shares) == 9
    assert (shares >= LEAST).all()


def test_nothing_is_found_where_people_differ_but_agents_do_not() -> None:
    found = seen(
        partial(recovery.nothing, people=recovery.replace(recovery.NOTHING, between=0.4), name="b"), 10
    )
    # Twenty-three tests at 5 % in 10 data sets: none should be found in more than four (p < 1e-4 each).
    assert len(found) > 20
    assert (found <= 0.4).all()
    assert found.mean() < 0.12


@pytest.mark.parametrize("r", [0.10, 0.15, 0.20])
def test_the_closed_form_gives_the_power_of_the_design(r: float) -> None:
    assert power.closed(r, 89) == pytest.approx(power.DESIGN[r], abs=0.01)


def test_people_are_made_with_the_correlation_they_should_have() -> None:
    for r in (0.1, 0.3):
        ratings = power.population(r, 4000, 0.0).ratings(seeds.generator("test", r))
        three = [ratings[name].to_numpy() for name in ("similarity_rated", "trust", "participant")]
        assert repeated(*three)[0].estimate == pytest.approx(r, abs=0.02)


def test_power_is_near_the_closed_form() -> None:
    hits = []
    for seed in range(100):
        ratings = power.population(0.15, 89, 0.0).ratings(seeds.generator("test power", seed))
        three = [ratings[name].to_numpy() for name in ("similarity_rated", "trust", "participant")]
        hits.append(repeated(*three)[0].p < 0.05)
    assert np.mean(hits) == pytest.approx(0.81, abs=0.14)
