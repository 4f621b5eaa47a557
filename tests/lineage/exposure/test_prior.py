"""The prior's spread, and the best guess within a range."""

import numpy as np
import pytest
from scipy import stats

from homophily.lineage.exposure.prior import spread_of, truncated_mean


def test_spread_is_the_root_mean_square_of_the_change() -> None:
    base = np.array([1.0, 2.0, np.nan])
    assert spread_of([np.array([4.0, 6.0, 9.0])], base) == pytest.approx(np.sqrt((9 + 16) / 2))
    assert spread_of([np.array([4.0, 6.0, 9.0]), base], base) == pytest.approx(np.sqrt(25 / 4))
    assert np.isnan(spread_of([], base))


@pytest.mark.parametrize("sigma", [1e-4, 0.02, 3.0])
def test_the_guess_is_the_mean_of_scipys_truncated_normal(sigma: float) -> None:
    chance = np.random.default_rng(0)
    centre = chance.normal(size=300)
    ends = np.sort(chance.uniform(-5, 5, size=(2, 300)), axis=0)
    low, high = centre + sigma * ends[0], centre + sigma * ends[1]
    wanted = stats.truncnorm.mean(*ends, loc=centre, scale=sigma)
    found = truncated_mean(low, high, centre, sigma)
    assert np.abs(found - wanted).max() < 1e-6 * sigma


def test_a_range_far_out_or_narrow_keeps_its_guess_inside() -> None:
    low = np.array([30.0, -40.0, 1.0, 0.0])
    high = np.array([31.0, -39.0, 1.0 + 1e-12, 0.0])
    found = truncated_mean(low, high, np.zeros(4), 1.0)
    assert np.all((low <= found) & (found <= high))
    assert truncated_mean(low, high, np.zeros(4), 0.0).tolist() == [30.0, -39.0, 1.0, 0.0]
