"""Two one-sided tests against statsmodels, and by simulation at the margin's border, within it and beyond."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.weightstats import ttost_paired

from homophily.analysis._estimators.concord import icc, kappa, same
from homophily.analysis._estimators.tost import by_cluster, by_members, tost


def drawn(rng: np.random.Generator, n: int = 40, shift: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    reference = rng.normal(4, 1, n)
    return reference + shift + rng.normal(0, 0.8, n), reference


@pytest.mark.parametrize("shift", [0.0, 0.15, 0.6])
def test_without_clusters_it_is_the_paired_test_of_statsmodels(shift: float) -> None:
    run, reference = drawn(np.random.default_rng(3), shift=shift)
    spread = by_cluster(range(run.size))
    found = tost(run, reference, spread, margin=0.3, scaled=False, level=0.05)
    p, *_ = ttost_paired(run, reference, -0.3, 0.3)
    assert found.p == pytest.approx(p, rel=1e-9)
    assert found.df == pytest.approx(run.size - 1)
    plain = sm.OLS(run - reference, np.ones(run.size)).fit()
    assert found.difference.p == pytest.approx(float(plain.pvalues[0]))
    assert [found.scaled.low, found.scaled.high] == pytest.approx(plain.conf_int(0.10)[0].tolist())


def test_equal_clusters_have_the_sandwich_of_statsmodels() -> None:
    rng = np.random.default_rng(4)
    group = np.repeat(np.arange(12), 5)
    gap = rng.normal(0, 1, 60) + rng.normal(0, 1, 12)[group]
    fit = sm.OLS(gap, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": group})
    se, df = by_cluster(group)(gap - gap.mean())
    assert se == pytest.approx(float(fit.bse[0]))
    assert df == pytest.approx(11)


def test_unequal_clusters_have_the_adjusted_sandwich_written_out() -> None:
    """CR2 as Bell & McCaffrey define it: a cluster's residuals times (I − H_gg)^(−1/2), in matrices."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(6), [1, 2, 3, 5, 8, 13])
    n, gap = group.size, rng.normal(size=group.size)
    hat = np.full((n, n), 1 / n)
    total, columns = 0.0, []
    for g in range(6):
        mine = group == g
        values, axes = np.linalg.eigh(np.eye(mine.sum()) - hat[np.ix_(mine, mine)])
        root = (axes / np.sqrt(values)) @ axes.T
        total += (np.ones(mine.sum()) @ root @ (gap - gap.mean())[mine]) ** 2
        columns.append((np.eye(n) - hat)[:, mine] @ root @ np.ones(mine.sum()))
    inner = np.array(columns) @ np.array(columns).T
    se, df = by_cluster(group)(gap - gap.mean())
    assert se == pytest.approx(np.sqrt(total) / n)
    assert df == pytest.approx(np.trace(inner) ** 2 / (inner**2).sum())


def rejected(truth: float, *, times: int, scaled: bool, within: float = 0.8, seed: int = 1) -> np.ndarray:
    """(times, 2): whether the test says equivalent, and whether the 95 % interval holds the true difference.

    Sixty sessions of one to five ratings; sessions differ in level, and in what filtering does to them.
    """
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(60), rng.integers(1, 6, 60))
    spread = by_cluster(group)
    sd = 1.0 if scaled else 1 / np.sqrt(1.25)
    found = np.zeros((times, 2))
    for each in range(times):
        reference = (rng.normal(0, 1, 60)[group] + rng.normal(0, 0.5, group.size)) / np.sqrt(1.25) * sd
        gap = truth + within * (rng.normal(0, 0.3, 60)[group] + rng.normal(0, 0.5, group.size))
        told = tost(reference + gap, reference, spread, margin=0.2, scaled=scaled, level=0.05)
        found[each] = told.p < 0.05, told.difference.low <= truth <= told.difference.high
    return found


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("within", [0.8, 0.1])
def test_at_the_border_it_errs_as_rarely_as_it_says(scaled: bool, within: float) -> None:
    """Also where the runs agree so closely (0.1) that the error of the margin itself counts most."""
    equivalent, held = rejected(0.2, times=800, scaled=scaled, within=within).mean(axis=0)
    assert equivalent < 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / 800)
    assert equivalent > 0.01
    assert abs(held - 0.95) < 2.6 * np.sqrt(0.05 * 0.95 / 800) + 0.005


def test_inside_it_sees_and_beyond_it_does_not() -> None:
    assert rejected(0.0, times=300, scaled=True)[:, 0].mean() > 0.9
    assert rejected(0.4, times=300, scaled=True)[:, 0].mean() < 0.01


def test_ratings_among_agents_are_no_independent_rows() -> None:
    """What filtering does to an agent comes back in all its ratings: taken as independent, tests err."""
    rng = np.random.default_rng(6)
    agents, times = 24, 400
    first, second = np.triu_indices(agents, 1)
    chosen = rng.permutation(first.size)[:90]
    first, second = first[chosen], second[chosen]
    wrong = {"members": 0, "rows": 0}
    spreads = {"members": by_members(first, second), "rows": by_cluster(range(first.size))}
    for _ in range(times):
        agent = rng.normal(0, 0.5, agents)
        reference = rng.normal(0, 1, first.size)
        gap = 0.3 + agent[first] + agent[second] + rng.normal(0, 0.4, first.size)
        for name, spread in spreads.items():
            found = tost(reference + gap, reference, spread, margin=0.3, scaled=False, level=0.05)
            wrong[name] += found.p < 0.05
    assert wrong["members"] / times < 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / times)
    assert wrong["rows"] / times > 0.15


def test_what_does_not_vary_is_not_tested() -> None:
    flat = np.full(8, 3.0)
    assert np.isnan(tost(flat, flat, by_cluster(range(8)), margin=0.2, scaled=True, level=0.05).p)
    alone = tost(flat + np.arange(8), flat, by_cluster([1] * 8), margin=0.2, scaled=False, level=0.05)
    assert np.isnan(alone.p)
    assert alone.difference.estimate == 3.5


def test_agreement_has_its_published_values() -> None:
    """Shrout & Fleiss (1979), table 2: four judges, six targets, ICC(2,1) = .29."""
    judged = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert icc(np.array(judged, dtype=float)) == pytest.approx(0.29, abs=0.005)
    one, other = list("aabbccabca"), list("aabbcaabcb")
    table = np.zeros((3, 3))
    for a, b in zip(one, other, strict=True):
        table["abc".index(a), "abc".index(b)] += 1
    assert kappa(one, other) == pytest.approx(cohens_kappa(table).kappa)
    assert same(one, other) == 0.8
    assert np.isnan(kappa("aaa", "aaa"))


def test_as_many_cases_as_it_asks_for_have_the_power_it_says() -> None:
    rng = np.random.default_rng(8)

    def drawn_(n: int) -> tuple[np.ndarray, np.ndarray]:
        reference = rng.normal(0, 1, n)
        return reference + rng.normal(0, 1, n), reference

    def told(n: int):
        return tost(*drawn_(n), by_cluster(range(n)), margin=0.2, scaled=True, level=0.05)

    wanted = round(np.mean([told(100).more for _ in range(200)]) * 100)
    assert wanted == pytest.approx((2.927 / 0.2) ** 2, rel=0.08)
    assert np.mean([told(wanted).p < 0.05 for _ in range(400)]) == pytest.approx(0.8, abs=0.06)
