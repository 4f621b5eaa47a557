"""Slopes by person against lme4, whose figures lie in lmer_slopes.json (from benchmarks/mixed_slopes.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.mixed_slopes import SIZES, data, ours

from homophily.analysis._estimators.likelihood import Likelihood
from homophily.analysis._estimators.slopes import Slopes, slopes
from homophily.errors import DataError

REFERENCE = json.loads(Path(__file__).with_name("lmer_slopes.json").read_text(encoding="utf-8"))


def fitted(name: str, **options: object) -> Slopes:
    settings, form = SIZES[name]
    frame = data(**settings)
    x = np.column_stack([np.ones(len(frame)), frame["own"], frame["mean"]])
    given = {"form": form, **options}
    return slopes(frame["trust"].to_numpy(), x, x[:, :2], frame["person"].tolist(), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", REFERENCE)
def test_estimates_errors_variances_and_r2_are_those_of_lme4(name: str) -> None:
    settings, form = SIZES[name]
    for mine, theirs in zip(ours(data(**settings), form)[:2], REFERENCE[name][:2], strict=True):
        assert mine["estimate"] == pytest.approx(theirs["estimate"], rel=1e-5)
        assert mine["se"] == pytest.approx(theirs["se"], rel=1e-5)
        assert mine["variances"] == pytest.approx(theirs["variances"], abs=1e-6)
        assert mine["deviance"] == pytest.approx(theirs["deviance"], abs=1e-5)
        assert mine["marginal"] == pytest.approx(theirs["marginal"], abs=1e-6)
        assert mine["conditional"] == pytest.approx(theirs["conditional"], abs=1e-6)


def balanced(people: int = 20, seed: int = 1) -> tuple[np.ndarray, np.ndarray, list[int]]:
    rng = np.random.default_rng(seed)
    level = np.tile(np.arange(5) - 2.0, people)
    person = np.repeat(np.arange(people), 5)
    own = rng.normal(0, 1, people), 0.3 + rng.normal(0, 0.5, people)
    y = own[0][person] + own[1][person] * level + rng.normal(0, 0.5, level.size)
    return y, np.column_stack([np.ones_like(level), level]), person.tolist()


def test_the_mean_slope_of_a_balanced_design_is_students_t_over_people() -> None:
    y, x, person = balanced()
    each = (y.reshape(-1, 5) @ np.arange(-2, 3)) / 10
    found = slopes(y, x, x, person).contrast([0, 1])
    assert found.estimate == pytest.approx(each.mean())
    assert found.se == pytest.approx(each.std(ddof=1) / np.sqrt(20), rel=1e-4)
    assert found.df == pytest.approx(19, rel=1e-3)


def test_the_slope_without_varying_slopes_has_the_freedom_of_rows_within_people() -> None:
    y, x, person = balanced()
    assert slopes(y, x, x, person, form="intercepts").contrast([0, 1]).df == pytest.approx(79, rel=1e-3)


@pytest.mark.parametrize("reml", [True, False])
def test_the_gradient_is_that_of_the_deviance(reml: bool) -> None:
    y, x, person = balanced(seed=3)
    likelihood = Likelihood(y, x, x, np.array(person), reml=reml)
    at = np.array([[0.8, 0.0], [0.3, 0.5]])
    value, slope = likelihood.deviance_and_gradient(at)
    assert value == pytest.approx(likelihood.deviance(at))
    for place in ((0, 0), (1, 0), (1, 1)):
        step = np.zeros((2, 2))
        step[place] = 1e-5
        numeric = (likelihood.deviance(at + step) - likelihood.deviance(at - step)) / 2e-5
        assert slope[place] == pytest.approx(numeric, rel=1e-5)


def test_the_likelihood_is_the_dense_one() -> None:
    y, x, person = balanced(people=6, seed=4)
    at = np.array([[0.8, 0.0], [0.3, 0.5]])
    v = np.eye(y.size)
    for one in range(6):
        rows = np.flatnonzero(np.array(person) == one)
        v[np.ix_(rows, rows)] += x[rows] @ at @ at.T @ x[rows].T
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    beta = np.linalg.solve(information, x.T @ inverse @ y)
    solved = Likelihood(y, x, x, np.array(person), reml=True).solve(at)
    assert solved.beta == pytest.approx(beta)
    assert solved.rss == pytest.approx((y - x @ beta) @ inverse @ (y - x @ beta))
    assert solved.logdet == pytest.approx(np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1])


def test_predicted_deviations_are_the_best_linear_ones() -> None:
    y, x, person = balanced(people=8, seed=5)
    fit = slopes(y, x, x, person)
    rows = slice(10, 15)
    v = x[rows] @ fit.random @ x[rows].T + fit.residual * np.eye(5)
    expected = fit.random @ x[rows].T @ np.linalg.solve(v, y[rows] - x[rows] @ fit.beta)
    assert fit.effects[list(fit.persons).index("2")] == pytest.approx(expected, rel=1e-5)


def test_a_slope_that_does_not_vary_is_singular() -> None:
    rng = np.random.default_rng(8)
    _, x, person = balanced(people=12)
    # Residuals that are the same everywhere within a person but for pure noise made smaller than chance.
    y = np.repeat(rng.normal(0, 1, 12), 5) + 0.2 * x[:, 1] + np.tile([0.3, -0.6, 0.6, -0.6, 0.3], 12)
    fit = slopes(y, x, x, person)
    assert fit.singular
    assert fit.random[1, 1] == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(
    ("y", "people", "match"),
    [
        ([1.0, 2, 3, 4], [1, 1, 2, 2], "too few"),
        ([0.0, 1] * 5, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "does not vary"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(y: list[float], people: list[int], match: str) -> None:
    x = np.column_stack([np.ones(len(y)), np.tile([0.0, 1.0], len(y) // 2)])
    with pytest.raises(DataError, match=match):
        slopes(np.array(y), x, x, people)


def test_predictors_that_imply_one_another_are_refused() -> None:
    y, x, person = balanced()
    with pytest.raises(DataError, match="imply it"):
        slopes(y, np.column_stack([x, x[:, 1]]), x, person)


def test_convergence_and_names_are_told() -> None:
    fit = fitted("89 people × 5")
    assert fit.converged
    assert not fit.singular
    assert len(fit.persons) == len(fit.effects) == 89
