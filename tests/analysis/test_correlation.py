"""Resampled correlations without sorting, beside sorting every resample; models that are fitted once."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.populations import Population
from scipy import stats

from homophily.analysis import _models, _once, correlation
from homophily.analysis._estimators import reml


@pytest.mark.parametrize("ranked", [True, False])
def test_resamples_give_what_scipy_gives_for_each(ranked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correlation, "_AT_ONCE", 150)  # three draws at a time
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 9, 50).astype(float), rng.normal(0, 1, 50).round(1)
    found = correlation._resampled(x, y, 20, np.random.default_rng(5), ranked=ranked)
    drawn = np.random.default_rng(5).integers(50, size=(20, 50))
    measure = stats.spearmanr if ranked else stats.pearsonr
    assert found == pytest.approx([measure(x[rows], y[rows])[0] for rows in drawn])


def test_a_resample_without_variance_has_no_correlation() -> None:
    x = np.array([1.0, 1.0, 1.0, 2.0])
    found = correlation._resampled(x, x[::-1].copy(), 400, np.random.default_rng(1), ranked=True)
    assert 0 < np.isnan(found).sum() < 400


def test_the_same_model_is_fitted_once_and_another_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings = Population(agents=14, pairs=30).ratings(np.random.default_rng(2))
    fits: list[int] = []
    fit = reml.fit
    monkeypatch.setattr(reml, "fit", lambda *given, **named: fits.append(1) or fit(*given, **named))

    def ask(rows: pd.DataFrame, terms: str = "similarity") -> _models.Model:
        return _models.model(rows, "trust", terms)

    one = ask(ratings)
    assert ask(ratings.copy().assign(other=1.0)) is one
    assert len(fits) == 1
    ask(ratings, "similarity + language")
    changed = ask(ratings.assign(trust=ratings["trust"].iloc[::-1].to_numpy()))
    assert len(fits) == 3
    assert changed.fit.beta[1] != one.fit.beta[1]


def test_a_search_begun_near_the_optimum_ends_there_too() -> None:
    ratings = Population(agents=14, pairs=60).ratings(np.random.default_rng(4))
    far = _models.model(ratings, "trust", "similarity + rater_BE")
    _once._kept.clear()
    near = _models.model(
        ratings, "trust", "similarity + rater_BE", near=_models.model(ratings, "trust", "similarity")
    )
    assert near is not far
    assert near.fit.deviance == pytest.approx(far.fit.deviance, abs=1e-5)
    assert near.fit.beta == pytest.approx(far.fit.beta, abs=1e-5)
