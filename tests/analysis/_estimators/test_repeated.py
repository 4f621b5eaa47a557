"""Correlation within persons, against the analysis of covariance it is defined by and against scipy."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from benchmarks.mixed_slopes import data
from scipy import stats

from homophily.analysis._estimators.repeated import repeated, spearmans
from homophily.errors import DataError


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_it_is_the_common_slope_of_an_analysis_of_covariance(missing: float) -> None:
    frame = data(people=25, missing=missing, seed=3)
    fit = smf.ols("trust ~ own + C(person)", frame).fit()
    error, slope = fit.ssr, fit.ess - smf.ols("trust ~ C(person)", frame).fit().ess
    found, df = repeated(frame["own"].to_numpy(), frame["trust"].to_numpy(), frame["person"].tolist())
    assert found.estimate == pytest.approx(np.sign(fit.params["own"]) * np.sqrt(slope / (slope + error)))
    assert found.p == pytest.approx(fit.pvalues["own"])
    assert df == fit.df_resid
    assert np.arctanh(found.high) - np.arctanh(found.low) == pytest.approx(2 * 1.959964 / np.sqrt(df - 1))


def test_differences_between_people_count_for_nothing() -> None:
    frame = data(people=10, seed=3)
    x, y, person = (frame[name].to_numpy() for name in ("own", "trust", "person"))
    moved = repeated(x + 9.0 * person, y - 5.0 * person, person)[0]
    assert moved.estimate == pytest.approx(repeated(x, y, person)[0].estimate)


def test_each_persons_rank_correlation_is_scipys() -> None:
    frame = data(people=30, missing=0.2, seed=4).assign(own=lambda f: f["own"].round(0))
    each = spearmans(frame["own"].to_numpy(), frame["trust"].to_numpy(), frame["person"].tolist())
    # Labels sort as text, so that person 10 comes before person 2.
    for name, found in zip(sorted(frame["person"].astype(str).unique()), each, strict=True):
        part = frame[frame["person"].astype(str) == name]
        if len(part) < 3 or part["own"].nunique() == 1:
            assert np.isnan(found)
        else:
            assert found == pytest.approx(stats.spearmanr(part["own"], part["trust"])[0])


def test_a_perfect_correlation_has_no_width() -> None:
    found, _ = repeated(np.arange(6.0), 2 * np.arange(6.0), [1, 1, 1, 2, 2, 2])
    assert (found.estimate, found.low, found.high, found.p) == (1, 1, 1, 0)


@pytest.mark.parametrize(
    ("y", "person", "match"),
    [
        ([1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2], "does not vary"),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], "few"),
    ],
)  # fmt: skip
def test_what_cannot_correlate_is_refused(y: list[float], person: list[int], match: str) -> None:
    with pytest.raises(DataError, match=match):
        repeated(np.arange(6.0), np.array(y, dtype=float), person)


def test_means_of_items_that_tie_tie() -> None:
    thirds = pd.Series([0.1 + 0.2, 0.3, 0.5, 0.1])
    same = pd.Series([0.3, 0.3, 0.5, 0.1])
    y = np.array([1.0, 2.0, 3.0, 4.0])
    assert spearmans(thirds.to_numpy(), y, [1] * 4) == pytest.approx(spearmans(same.to_numpy(), y, [1] * 4))
