"""The cumulative logit against MASS::polr, statsmodels, and the plain logit it becomes with two answers."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.mixed_slopes import SIZES, data, ours

from homophily.analysis._estimators.logistic import clustered
from homophily.analysis._estimators.ordinal import cumulative_logit
from homophily.errors import DataError

REFERENCE = json.loads(Path(__file__).with_name("lmer_slopes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REFERENCE)
def test_estimates_and_errors_are_those_of_polr(name: str) -> None:
    settings, form = SIZES[name]
    mine, theirs = ours(data(**settings), form)[2], REFERENCE[name][2]
    assert mine["estimate"] == pytest.approx(theirs["estimate"], rel=1e-3, abs=1e-4)
    assert mine["se"] == pytest.approx(theirs["se"], rel=1e-4)
    assert mine["deviance"] == pytest.approx(theirs["deviance"], abs=1e-4)


def test_the_clustered_covariance_is_that_of_statsmodels() -> None:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    frame = data(people=60, seed=7)
    x, y = frame[["own", "mean"]].to_numpy(), frame["steps"].to_numpy()
    mine = cumulative_logit(x, y, frame["person"].tolist())
    groups = frame["person"].to_numpy()
    theirs = OrderedModel(y, x, distr="logit").fit(
        method="bfgs", disp=0, gtol=1e-7, cov_type="cluster",
        cov_kwds={"groups": groups, "use_correction": False},
    )  # fmt: skip
    assert mine.beta == pytest.approx(theirs.params[:2], rel=1e-4)
    robust = np.sqrt(np.diag(mine.covariance) * 59 / 60)
    assert robust == pytest.approx(theirs.bse[:2], rel=1e-3)


def test_with_two_answers_it_is_a_logit() -> None:
    frame = data(people=40, seed=9)
    y = (frame["trust"] > 3).to_numpy(float)
    mine = cumulative_logit(frame[["own"]].to_numpy(), y, frame["person"].tolist()).interval(0)
    theirs = clustered(frame["own"].to_numpy(), y, frame["person"].astype(str).to_numpy())
    assert mine.estimate == pytest.approx(theirs.estimate, rel=1e-6)
    assert (mine.low, mine.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_only_order_counts() -> None:
    frame = data(people=40, seed=9)
    x, person = frame[["own"]].to_numpy(), frame["person"].tolist()
    one, other = (cumulative_logit(x, y, person) for y in (frame["steps"], np.exp(frame["steps"])))
    assert one.beta == pytest.approx(other.beta)


@pytest.mark.parametrize(
    ("y", "match"),
    [([1, 1, 1, 1, 1, 1], "too few"), ([1, 2, 3, 4, 5, 6], "perfectly")],
)
def test_what_has_no_finite_maximum_is_refused(y: list[float], match: str) -> None:
    with pytest.raises(DataError, match=match):
        cumulative_logit(np.arange(6.0)[:, None], np.array(y, dtype=float), [1, 1, 2, 2, 3, 3])


def test_a_predictor_without_variance_is_refused() -> None:
    with pytest.raises(DataError, match="does not vary"):
        cumulative_logit(np.ones((6, 1)), np.arange(6.0), [1, 1, 2, 2, 3, 3])
