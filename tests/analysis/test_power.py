import pandas as pd
import pytest
from benchmarks.recovery import STUDY

from homophily import catalogue
from homophily.analysis import power
from homophily.errors import UsageError
from homophily.lab.design import Design
from homophily.lab.study import Study

SLOPE = "respondents.synthetic.similarity_slope"


@pytest.fixture(scope="module")
def dyads() -> Study:
    return catalogue.get("studies", "dyads")


@pytest.fixture(scope="module")
def design(dyads: Study) -> Design:
    return dyads.design.model_validate({**STUDY, "agents": 16, "pairs": {"n": 24}, "languages": ("en",)})


@pytest.fixture(scope="module")
def table(dyads: Study, design: Design) -> pd.DataFrame:
    grid = {"pairs.n": [24], SLOPE: [0.0, 3.0]}
    return power(dyads, design, grid=grid, replicates=3, options={"outcomes": ("trust",)})


def test_a_large_effect_is_found_more_often_than_none(table: pd.DataFrame) -> None:
    rows = table[(table["term"] == "naive slope") & (table["language"] == "en")].set_index(SLOPE)
    assert rows.loc[3.0, "power"] == 1
    assert rows.loc[0.0, "power"] < 1
    assert rows.loc[3.0, "mean"] == pytest.approx(3, abs=1)
    assert (rows["low"] <= rows["power"]).all()
    assert (rows["power"] <= rows["high"]).all()
    assert set(table["n"]) == {24}
    assert set(table["replicates"]) == {3}


def test_respondents_without_variance_are_degenerate(dyads: Study, design: Design) -> None:
    grid = {"respondents.synthetic.kind": ["midpoint"]}
    table = power(dyads, design, grid=grid, replicates=1, options={"outcomes": ("trust",)})
    assert table["power"].tolist() == [0]
    assert table["degenerate"].tolist() == [1]
    assert table["term"].tolist() == ["not estimable"]


def test_equal_seeds_give_equal_tables(dyads: Study, design: Design, table: pd.DataFrame) -> None:
    grid = {"pairs.n": [24], SLOPE: [0.0, 3.0]}
    again = power(dyads, design, grid=grid, replicates=3, options={"outcomes": ("trust",)}, workers=2)
    pd.testing.assert_frame_equal(again, table)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({}, "nothing to vary"),
        ({"pairs.size.n": [1]}, "'size' is not a part"),
        ({"pairs.size": [1]}, "unknown key"),
    ],
)
def test_a_grid_that_fits_no_design_is_refused(
    dyads: Study, design: Design, grid: dict, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        power(dyads, design, grid=grid, replicates=1)


def test_a_method_that_differs_from_play_to_play_does_not_split_an_estimate() -> None:
    """Volunteers of few people: the slopes' variance is dropped in some replicates and kept in others."""
    study = catalogue.get("studies", "teammates")
    design = study.design.model_validate({"participants": 8, "languages": ("en",)})
    options = {"outcomes": ("trust", "trust_risk")}
    grid = {"participants": [8]}
    table = power(study, design, grid=grid, replicates=6, analysis="within_between", options=options)
    slopes = table[table["term"] == "within"]
    assert sorted(slopes["outcome"]) == ["trust", "trust_risk"]
    assert (slopes["degenerate"] == 0).all()
    assert (slopes["power"] > 0.5).all()
