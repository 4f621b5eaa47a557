import numpy as np
import pytest
from benchmarks.mixed import SIZES, data
from scipy import stats

from homophily.analysis._estimators import reml
from homophily.analysis._estimators.components import intervals
from homophily.analysis._estimators.profile import _bracketed, _joint
from homophily.analysis._estimators.terms import matrix


def test_the_residual_of_a_balanced_design_has_its_chi_square_interval() -> None:
    rng = np.random.default_rng(8)
    y = rng.normal(0, 1, (60, 1)) + rng.normal(0, 0.7, (60, 4))
    fit = reml.fit(y.ravel(), np.ones((240, 1)), {"group": np.repeat(np.arange(60), 4).tolist()})
    sums = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum()
    exact = sums / stats.chi2.ppf([0.975, 0.025], 180)
    for profile in (True, False):
        found = intervals(fit, profile=profile)["residual"].variance
        assert (found.low, found.high) == pytest.approx(tuple(exact), rel=0.02)


def test_profile_ends_are_where_the_likelihood_says() -> None:
    frame = data(agents=25, pairs=60)
    levels = {name: frame[name].tolist() for name in ("rater", "partner", "pair")}
    fit = reml.fit(frame["trust"].to_numpy(), np.ones((len(frame), 1)), levels)
    for name, found in intervals(fit).items():
        assert found.variance.low < fit.variances[name] < found.variance.high
        assert 0 <= found.share.low < found.share.estimate < found.share.high <= 1
    assert sum(part.share.estimate for part in intervals(fit, profile=False).values()) == pytest.approx(1)


def test_a_variance_at_zero_has_an_upper_end() -> None:
    frame = data(**SIZES["800 ratings, boundary"][0])
    levels = {name: frame[name].tolist() for name in ("rater", "partner", "pair")}
    fit = reml.fit(frame["trust"].to_numpy(), matrix(frame, "similarity * language").columns, levels)
    assert fit.singular
    found = intervals(fit)[fit.singular[0]]
    assert found.variance.low == 0
    assert found.variance.high > 0
    assert found.share.estimate == 0
    assert found.share.high > 0


@pytest.mark.parametrize("size", ["800 ratings, 60 agents", "800 ratings, boundary"])
def test_joint_steps_end_where_bracketing_does(size: str) -> None:
    frame = data(**SIZES[size][0])
    levels = {name: frame[name].tolist() for name in ("rater", "partner", "pair")}
    fit = reml.fit(frame["trust"].to_numpy(), matrix(frame, "similarity * language").columns, levels)
    threshold, settled = float(stats.chi2.ppf(0.95, 1)), 0
    for place, name in enumerate(fit.variances):
        if name in fit.singular:
            continue
        low, high = _bracketed(fit, place, threshold, True, True)
        for side, end in ((-1.0, low), (1.0, high)):
            found = _joint(fit, place, threshold, side)
            if found is not None:
                settled += 1
                assert np.sqrt(found) == pytest.approx(np.sqrt(end), abs=3e-3 * np.sqrt(high))
    assert settled >= 4
