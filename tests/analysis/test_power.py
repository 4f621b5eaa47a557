import pandas as pd
import pytest
from benchmarks.recovery import STUDY

from homophily import catalogue
from homophily.analysis import power
from homophily.analysis._power import _summary
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
    """A model that drops a variance in some plays says so; two methods of one play stay apart."""
    row = {"term": "within", "estimate": 1.0, "low": 0.5, "high": 1.5, "_place": 0}
    found = pd.DataFrame([{**row, "_replicate": r, "method": "a" if r else "b"} for r in range(3)])
    (share,) = _summary(found, [{"n": 1}], 3).to_dict("records")
    assert (share["method"], share["power"], share["degenerate"]) == ("a", 1, 0)
    both = pd.concat([found.assign(method="a"), found.assign(method="b")])
    assert _summary(both, [{"n": 1}], 3)["method"].tolist() == ["a", "b"]
