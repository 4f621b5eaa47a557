"""The conformity model as a finding: what was planted comes back, and a wrong form is exposed."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.debates import MODELS, PUBLISHED, Debates

from homophily import catalogue
from homophily.analysis import Finding
from homophily.errors import DataError, UnknownName

#: Of each protocol, by model: the first model hardly ever changes when all answer at once.
DIFFERS = {**PUBLISHED, "inertia": ((4.0, 1.6, 1.0), (1.2, 1.4, 1.0))}


def find(name: str, given: dict[str, pd.DataFrame], **options: object) -> Finding:
    finding: Finding = catalogue.get("analysis", name)(given, **options)
    return finding


@pytest.fixture(scope="module")
def published() -> dict[str, pd.DataFrame]:
    return Debates(dilemmas=80).tables(np.random.default_rng(11))


def test_published_parameters_lie_within_their_intervals(published: dict[str, pd.DataFrame]) -> None:
    how = {"estimators": ("marginal",), "draws": 60, "published": True, "effect_sd": 5.0}
    finding = find("conformity", published, **how)
    table = finding.estimates
    assert not finding.warnings
    assert len(table) == 9
    inside = (table["low"] <= table["published"]) & (table["published"] <= table["high"])
    # Nine intervals of sixty refits each: fewer than seven that cover are all but impossible.
    assert inside.sum() >= 7
    for _, row in table.iterrows():
        assert row["published"] == PUBLISHED[row["term"]][MODELS.index(row["model"])]


def test_a_prior_that_pulls_is_told(published: dict[str, pd.DataFrame]) -> None:
    """Eighty dilemmas do not outweigh the published prior, sd .5, on effects of 2 log odds."""
    finding = find("conformity", published, draws=0)
    assert any("of gpt towards 0 by" in warning for warning in finding.warnings)
    assert finding.estimates["low"].isna().all()


def test_a_wrong_pooled_inertia_is_exposed() -> None:
    found = Debates(dilemmas=120, effects=DIFFERS).tables(np.random.default_rng(12))
    finding = find("conformity_check", found, draws=60)
    table = finding.estimates
    outside = (table["seen"] < table["low"]) | (table["seen"] > table["high"])
    shares = outside.groupby(table["form"]).mean()
    assert shares["model"] > 0.15
    assert shares["protocol"] < 0.15
    assert any("'model' does not reproduce" in warning for warning in finding.warnings)
    assert not any("'protocol'" in warning for warning in finding.warnings)


def test_inertia_by_protocol_comes_back() -> None:
    found = Debates(dilemmas=120, effects=DIFFERS).tables(np.random.default_rng(13))
    table = find(
        "conformity", found, form="protocol", estimators=("marginal",), effect_sd=5.0, draws=0
    ).estimates
    inertia = table[table["term"] == "inertia"].set_index(["protocol", "model"])["estimate"]
    assert inertia["synchronous", "gpt"] == pytest.approx(4.0, abs=0.6)
    assert inertia["round_robin", "gpt"] == pytest.approx(1.2, abs=0.3)


@pytest.mark.parametrize("unit", ["debate", "dilemma"])
def test_the_better_form_foretells_better(published: dict[str, pd.DataFrame], unit: str) -> None:
    finding = find(
        "conformity_forms", published, forms=("fixed effects", "pooled", "model"), unit=unit, draws=50
    )
    table = finding.estimates
    loss = table[table["term"] == "log loss"].set_index("form")["estimate"]
    assert loss["model"] < loss["pooled"] < loss["fixed effects"] < np.log(5) + 0.05
    aic = table[table["term"] == "AIC"].set_index("form")["estimate"]
    assert aic["model"] < aic["pooled"] < aic["fixed effects"]
    error = table[(table["term"] == "calibration error") & (table["form"] == "model")]["estimate"].iloc[0]
    assert error < 0.03
    assert any("never given on a dilemma" in warning for warning in finding.warnings)


def test_seats_relabelled_relabel_the_parameters(published: dict[str, pd.DataFrame]) -> None:
    names = {"gpt": "zeta", "claude": "alpha", "gemini": "mid"}
    again = {key: table.replace({"model": names}) for key, table in published.items()}
    one, two = (
        find("conformity", t, draws=0).estimates.set_index(["term", "model", "estimator"])["estimate"]
        for t in (published, again)
    )
    for (term, model, kind), value in one.items():
        assert two[term, names[model], kind] == pytest.approx(value, abs=1e-6)


def test_a_form_that_nobody_knows_is_refused(published: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(UnknownName, match="form of the conformity model"):
        find("conformity", published, form="modell")


def test_debates_that_all_end_at_once_show_no_inertia() -> None:
    rows = Debates(dilemmas=5, rounds=1, experiments=(("synchronous", (0, 1)),))
    with pytest.raises(DataError, match="no debate went on"):
        find("conformity", rows.tables(np.random.default_rng(1)), form="model", draws=0)
