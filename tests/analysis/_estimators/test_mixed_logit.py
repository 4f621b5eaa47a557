"""The mixed logit against lme4, whose figures lie in glmer.json (benchmarks/mixed_logit.py --reference)."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.mixed_logit import SIZES, data, ours

from homophily.analysis._estimators.mixed_logit import _Problem, mixed_logit
from homophily.errors import DataError, UsageError

REFERENCE = json.loads(Path(__file__).with_name("glmer.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REFERENCE)
def test_estimates_and_errors_are_those_of_glmer(name: str) -> None:
    how, nodes = SIZES[name]
    fitted, theirs = ours(data(**how), nodes), REFERENCE[name]
    assert fitted.beta == pytest.approx(theirs["estimate"], rel=1e-4)
    assert np.sqrt(np.diag(fitted.covariance)) == pytest.approx(theirs["se"], rel=1e-4)
    assert fitted.sd == pytest.approx(theirs["sd"], rel=1e-4)
    assert fitted.converged


def test_the_slope_is_that_of_the_likelihood() -> None:
    frame = data(20, 6, 1.0)
    x = np.column_stack([np.ones(len(frame)), frame[["x1", "x3"]].to_numpy()])
    problem = _Problem(x, frame["y"].to_numpy(float), frame["cluster"].to_numpy(), 25)
    at = np.array([-0.5, 0.3, 0.2, 0.8])
    for place, unit in enumerate(np.eye(4)):
        up, down = (problem.likelihood(at + s * 1e-5 * unit)[0] for s in (1, -1))
        assert problem.likelihood(at)[1][place] == pytest.approx((up - down) / 2e-5, rel=1e-5)


def test_clusters_more_alike_than_chance_have_no_spread() -> None:
    x = np.column_stack([np.ones(400), np.tile([0.0, 0.0, 1.0, 1.0, 1.0], 80)])
    y = np.tile([0.0, 1.0, 0.0, 1.0, 1.0], 80)
    fitted = mixed_logit(x, y, np.arange(400) // 5)
    assert fitted.sd < 1e-3
    assert fitted.beta == pytest.approx([0, np.log(2)], abs=1e-4)
    information = x.T @ (x * np.where(x[:, 1] > 0, 2 / 9, 1 / 4)[:, None])
    assert fitted.covariance == pytest.approx(np.linalg.inv(information), rel=1e-3)


def test_perfect_separation_is_refused() -> None:
    x = np.column_stack([np.ones(60), np.repeat([0.0, 1.0], 30)])
    with pytest.raises(DataError, match="perfectly"):
        mixed_logit(x, x[:, 1], np.arange(60) // 4)


def test_columns_that_imply_one_another_are_refused() -> None:
    frame = data(20, 6, 1.0)
    x = np.column_stack([np.ones(len(frame)), frame["x1"], 2 * frame["x1"]])
    with pytest.raises(DataError, match="imply"):
        mixed_logit(x, frame["y"].to_numpy(float), frame["cluster"].to_numpy())


def test_too_few_nodes_are_refused() -> None:
    with pytest.raises(UsageError, match="5 or more"):
        ours(data(20, 6, 1.0), 3)
