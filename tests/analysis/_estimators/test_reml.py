"""REML against lmerTest, whose figures lie in lmertest.json (from benchmarks/mixed.py --reference)."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.mixed import SIZES, data

from homophily.analysis._estimators import reml
from homophily.analysis._estimators.equations import Equations
from homophily.analysis._estimators.terms import matrix
from homophily.errors import DataError

REFERENCE = json.loads(Path(__file__).with_name("lmertest.json").read_text(encoding="utf-8"))


def fitted(settings: dict, factors: tuple[str, ...]) -> reml.Fit:
    frame = data(**settings)
    design = matrix(frame, "similarity * language")
    return reml.fit(frame["trust"].to_numpy(), design.columns, {k: frame[k].tolist() for k in factors})


@pytest.mark.parametrize("name", REFERENCE)
def test_estimates_errors_and_degrees_of_freedom_are_those_of_lmertest(name: str) -> None:
    fit, theirs = fitted(*SIZES[name]), REFERENCE[name]
    found = [fit.contrast(weights) for weights in np.eye(fit.beta.size)]
    assert [c.estimate for c in found] == pytest.approx(theirs["estimate"], rel=1e-5)
    assert [c.se for c in found] == pytest.approx(theirs["se"], rel=1e-4)
    assert [c.df for c in found] == pytest.approx(theirs["df"], rel=5e-3)
    assert fit.variances == pytest.approx(theirs["variances"], abs=2e-5)
    assert fit.deviance <= theirs["deviance"] + 1e-5
    assert fit.converged
    assert fit.warnings == ()


def test_a_variance_at_zero_is_named() -> None:
    fit = fitted(*SIZES["800 ratings, boundary"])
    assert fit.singular == ("pair",)
    assert fit.variances["pair"] == 0
    assert np.isnan(fit.variance_covariance[2]).all()


def test_the_gradient_is_that_of_the_deviance() -> None:
    frame = data(agents=15, pairs=40, missing=0.2)
    codes = [np.unique(frame[k], return_inverse=True)[1] for k in ("rater", "partner", "pair", "session")]
    x = matrix(frame, "similarity + language").columns
    equations = Equations(frame["trust"].to_numpy(), x, codes)
    theta = np.array([0.7, 0.4, 0.2, 0.3])
    gradient = equations.deviance_and_gradient(theta)[1]
    for k in range(theta.size):
        step = 1e-5 * (np.arange(theta.size) == k)
        numeric = (equations.deviance(theta + step) - equations.deviance(theta - step)) / 2e-5
        assert gradient[k] == pytest.approx(numeric, rel=1e-5)


def test_the_likelihood_is_the_dense_one() -> None:
    frame = data(agents=8, pairs=15, missing=0.1)
    factors = ("rater", "partner", "pair", "direction", "session")
    codes = [np.unique(frame[k], return_inverse=True)[1] for k in factors]
    x, y = matrix(frame, "similarity + language").columns, frame["trust"].to_numpy()
    theta = np.array([0.7, 0.4, 0.2, 0.3, 0.5])
    v = np.eye(y.size)
    for code, t in zip(codes, theta, strict=True):
        v += t**2 * (code[:, None] == code[None])
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    beta = np.linalg.solve(information, x.T @ inverse @ y)
    rss = (y - x @ beta) @ inverse @ (y - x @ beta)
    logdet = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    solution = Equations(y, x, codes).solve(theta)
    assert solution is not None
    assert solution.beta == pytest.approx(beta)
    assert solution.rss == pytest.approx(rss)
    assert solution.logdet == pytest.approx(logdet)
    assert solution.scatter == pytest.approx(np.linalg.inv(information))
    projection = inverse - inverse @ x @ np.linalg.solve(information, x.T @ inverse)
    for k, code in enumerate(codes):
        z = 1.0 * (code[:, None] == np.arange(code.max() + 1))
        assert solution.spread[k] == pytest.approx(np.sum((z.T @ projection @ y) ** 2))
        assert solution.trace[k] == pytest.approx(np.trace(z.T @ projection @ z))


def test_large_data_take_the_sparse_way_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, factors = SIZES["720 ratings, five factors"]
    dense = fitted(settings, factors)
    monkeypatch.setattr("homophily.analysis._estimators.blocks._DENSE", 0)
    assert fitted(settings, factors).variances == pytest.approx(dense.variances, rel=1e-6)


def test_one_way_balanced_data_have_the_textbook_estimate() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(0, 1, (30, 1)) + rng.normal(0, 0.7, (30, 5))
    fit = reml.fit(y.ravel(), np.ones((150, 1)), {"group": np.repeat(np.arange(30), 5).tolist()})
    within = y.var(axis=1, ddof=1).mean()
    assert fit.variances["residual"] == pytest.approx(within, rel=1e-6)
    assert fit.variances["group"] == pytest.approx(y.mean(axis=1).var(ddof=1) - within / 5, rel=1e-6)
    found = fit.contrast(np.ones(1))
    assert found.df == pytest.approx(29, rel=1e-3)
    assert found.se == pytest.approx(np.sqrt(y.mean(axis=1).var(ddof=1) / 30), rel=1e-6)


def test_factors_that_tell_nothing_are_left_out_by_name() -> None:
    frame = data(agents=10, pairs=20)
    factors = {"rater": frame["rater"].tolist(), "row": list(range(len(frame))), "all": [0] * len(frame)}
    fit = reml.fit(frame["trust"].to_numpy(), np.ones((len(frame), 1)), factors)
    assert list(fit.variances) == ["rater", "residual"]
    assert "'row' left out" in fit.warnings[0]
    assert "'all' left out" in fit.warnings[1]


@pytest.mark.parametrize(
    ("y", "message"),
    [(np.full(20, 3.0), "does not vary"), (np.arange(2.0), "too few")],
)
def test_data_without_information_are_refused(y: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        reml.fit(y, np.ones((y.size, 1)), {"group": [k % 2 for k in range(y.size)]})
