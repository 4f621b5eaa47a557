import numpy as np
import pytest

from homophily.analysis._estimators.bootstrap import bootstrap, clusters, members, percentile
from homophily.analysis._estimators.logistic import clustered
from homophily.analysis._estimators.relabel import relabelling
from homophily.errors import DataError


def test_a_cluster_drawn_twice_brings_its_rows_twice() -> None:
    labels = ["a", "b", "b", "c", "c", "c"]
    draw = clusters(labels)
    seen = set()
    for seed in range(40):
        rows = draw(np.random.default_rng(seed))
        times = np.bincount(rows, minlength=6)
        assert times[1] == times[2]
        assert times[3] == times[4] == times[5]
        assert times[0] + times[1] + times[3] == 3
        seen.add(int(times[1]))
    assert seen == {0, 1, 2, 3}


def test_a_pair_comes_as_often_as_its_members_multiply_to() -> None:
    draw = members(["a", "a", "b"], ["b", "c", "c"])
    for seed in range(20):
        times = np.bincount(draw(np.random.default_rng(seed)), minlength=3)
        # (ab)(ac)/(bc) is the square of a's own count.
        assert times[2] == 0 or round((times[0] * times[1] / times[2]) ** 0.5, 6).is_integer()


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_mean_has_its_known_interval(method: str) -> None:
    x = np.random.default_rng(0).normal(2, 1, 400)
    interval = bootstrap(
        lambda rows: float(x[rows].mean()),
        400,
        clusters(np.arange(400)),
        draws=2000,
        rng=np.random.default_rng(1),
        method=method,  # type: ignore[arg-type]
    )
    assert (interval.low, interval.high) == pytest.approx(
        (x.mean() - 1.96 * x.std() / 20, x.mean() + 1.96 * x.std() / 20), abs=0.01
    )
    assert interval.p < 0.002


def test_bca_follows_the_skew() -> None:
    x = np.random.default_rng(2).exponential(1, 40)
    draws = {
        method: bootstrap(
            lambda rows: float(x[rows].mean()),
            40,
            clusters(np.arange(40)),
            draws=3000,
            rng=np.random.default_rng(3),
            method=method,  # type: ignore[arg-type]
        )
        for method in ("percentile", "bca")
    }
    assert draws["bca"].high > draws["percentile"].high
    assert draws["bca"].low > draws["percentile"].low


def test_a_statistic_mostly_without_value_has_no_interval() -> None:
    interval = percentile(1.0, np.array([np.nan, np.nan, 1.0]))
    assert np.isnan(interval.low)


def test_shuffled_profiles_find_an_effect_and_none() -> None:
    rng = np.random.default_rng(6)
    similarity = np.corrcoef(rng.normal(size=(25, 10)))
    first, second = np.triu_indices(25, 1)
    levels = rng.normal(size=25)
    nothing = levels[first] + levels[second] + rng.normal(0, 0.5, first.size)
    something = nothing + similarity[first, second]
    found, null = relabelling(something, similarity, first, second, draws=200, rng=rng)
    assert found.p == pytest.approx(1 / 201)
    assert abs(null.mean()) < 0.05
    assert found.low > 0
    assert relabelling(nothing, similarity, first, second, draws=200, rng=rng)[0].p > 0.05


def test_agents_levels_alone_leave_nothing_to_test() -> None:
    rng = np.random.default_rng(6)
    similarity = np.corrcoef(rng.normal(size=(12, 10)))
    first, second = np.triu_indices(12, 1)
    levels = rng.normal(size=12)
    with pytest.raises(DataError, match="no variance"):
        relabelling(levels[first] + levels[second], similarity, first, second, draws=10, rng=rng)


def test_the_logistic_slope_is_found_with_its_error() -> None:
    estimates, covered = [], 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(0, 1, 400)
        chosen = 1.0 * (rng.random(400) < 1 / (1 + np.exp(-0.2 - 0.8 * x)))
        found = clustered(x, chosen, np.repeat(np.arange(40), 10).astype(str))
        estimates.append(found.estimate)
        covered += found.low < 0.8 < found.high
    assert np.mean(estimates) == pytest.approx(0.8, abs=0.06)
    assert covered >= 51  # of 60; fewer than one in a thousand at a true 95 %


def test_choices_without_exception_have_no_slope() -> None:
    x = np.linspace(-1, 1, 30)
    with pytest.raises(DataError, match="no finite slope"):
        clustered(x, 1.0 * (x > 0), np.repeat(np.arange(10), 3).astype(str))


def test_permutation_needs_more_pairs_than_agents() -> None:
    rng = np.random.default_rng(3)
    first = np.arange(20)
    second = (first + 1) % 20
    with pytest.raises(DataError, match="20 pairs among 20 agents"):
        relabelling(rng.normal(size=20), rng.normal(size=(20, 20)), first, second, draws=10, rng=rng)
