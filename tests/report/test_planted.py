import pandas as pd
import pytest

from homophily.analysis import Finding
from homophily.lab.design import Design
from homophily.report import planted
from homophily.report._planted import mark

SLOPE = {"kind": "synthetic", "similarity_slope": {"trust": 0.8, "closeness": 0.5}}


def finding(rows: list[dict[str, object]]) -> Finding:
    table = pd.DataFrame(rows).assign(p=0.01, n=100.0, method="m")
    return Finding(name="mixed", title="Mixed", text="t", estimates=table)


ROWS = finding(
    [
        {"term": "slope", "outcome": "trust", "language": "en", "estimate": 0.7, "low": 0.6, "high": 0.9},
        {"term": "slope", "outcome": "closeness", "language": "ja", "estimate": 0.7, "low": 0.6, "high": 0.9},
        {
            "term": "similarity",
            "outcome": "trust",
            "language": None,
            "estimate": 0.7,
            "low": 0.6,
            "high": 0.9,
        },
        {"term": "slope", "outcome": "circles", "language": "en", "estimate": 0.7, "low": 0.6, "high": 0.9},
    ]
)


def design(**respondents: dict[str, object]) -> Design:
    return Design(study="x", respondents=respondents)


def test_the_truth_stands_beside_what_was_found() -> None:
    found = planted([ROWS], design(a=SLOPE))
    assert found[["outcome", "language", "planted", "inside"]].values.tolist() == [
        ["trust", "en", 0.8, True],
        ["closeness", "ja", 0.5, False],
    ]


def test_a_slope_of_one_language_carries_what_that_language_adds() -> None:
    found = planted([ROWS], design(a={**SLOPE, "language_slope": {"ja": 0.25}}))
    assert found["planted"].tolist() == [0.8, 0.75]


@pytest.mark.parametrize(
    "respondents",
    [{"a": SLOPE, "b": {"kind": "random"}}, {"a": SLOPE, "b": {"kind": "synthetic", "actor_sd": 0.1}}],
)
def test_no_truth_is_claimed_of_a_mixture(respondents: dict[str, dict[str, object]]) -> None:
    assert planted([ROWS], design(**respondents)).empty
    assert "planted" not in mark([ROWS], design(**respondents))[0].estimates


def test_respondents_that_differ_in_their_seed_alone_share_one_truth() -> None:
    assert len(planted([ROWS], design(a=SLOPE, b={**SLOPE, "seed": 2}))) == 2
