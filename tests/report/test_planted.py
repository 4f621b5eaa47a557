import pandas as pd
import pytest

from homophily.analysis import Finding
from homophily.lab.design import Design
from homophily.report import planted
from homophily.report._planted import mark, note
from homophily.report.tables import of_planted
from homophily.respondents.volunteer import Volunteer

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


PULLS = Finding(
    name="conformity",
    title="Conformity",
    text="t",
    estimates=pd.DataFrame(
        [
            {"term": term, "model": model, "protocol": protocol, "estimator": estimator, "estimate": 1.0}
            for term in ("inertia", "previous", "within")
            for model in ("ann", "bob")
            for protocol in ("all", "synchronous")
            for estimator in ("map", "marginal")
        ]
    ).assign(low=0.5, high=1.5, p=0.01, n=100.0, method="m"),
)
ANN = {"kind": "panelist", "inertia": {"synchronous": 1.2, "round_robin": 0.1}, "conformity_within": 2.0}


def test_each_panellist_has_a_truth_of_its_own() -> None:
    found = planted(
        [PULLS], design(ann=ANN, bob={"kind": "panelist", "inertia": 0.9}, judge={"kind": "lexicon"})
    )
    truth = {(r.effect, r.outcome, r.language): r.planted for r in found.itertuples()}
    assert truth == {
        ("Inertia", "ann", "synchronous"): 1.2,
        ("Inertia", "bob", "all"): 0.9,
        ("Inertia", "bob", "synchronous"): 0.9,
        **{
            ("Conformity to rounds before", m, p): 0.4 for m in ("ann", "bob") for p in ("all", "synchronous")
        },
        **{("Conformity within a round", "ann", p): 2.0 for p in ("all", "synchronous")},
        **{("Conformity within a round", "bob", p): 0.8 for p in ("all", "synchronous")},
    }
    assert len(found) == len(truth)  # the estimate that priors shrink is left out
    assert "same dilemmas" in note(design(ann=ANN))


def test_nothing_is_claimed_of_models_or_of_panellists_moved_by_values() -> None:
    known = {**ANN, "moved_by": {"child-welfare": 1.0}}
    assert planted([PULLS], design(ann=known, bob={"kind": "chat", "model": "m", "url": "http://x/v1"})).empty


def test_the_table_names_protocols_and_models_as_they_are() -> None:
    table = of_planted(planted([PULLS], design(ann=ANN, bob={"kind": "panelist"})))
    assert [head.text for head in table.heads][:3] == ["Effect", "Of", "Protocol"]
    assert {row[1].text for row in table.rows} == {"ann", "bob"}
    assert {row[2].text for row in table.rows} == {"All", "Synchronous"}


WITHIN = finding([{"term": "within", "outcome": "trust", "estimate": 0.3, "low": 0.25, "high": 0.34}])
PEOPLE = {"person": {"kind": "person"}}


def test_bots_have_a_truth_and_people_have_none() -> None:
    bots = {"kind": "volunteer", **Volunteer().describe()}
    (found,) = planted([WITHIN], design(**PEOPLE), bots=bots).to_dict("records")
    assert (found["effect"], found["planted"], found["inside"]) == ("Slope within persons", 0.35 * 0.95, True)
    assert planted([WITHIN], design(**PEOPLE)).empty
    assert planted([WITHIN], design(**PEOPLE), bots={"kind": "random"}).empty
    assert not planted([WITHIN], design(a={"kind": "volunteer"})).empty


def test_what_a_noisier_scale_shows_is_not_claimed_to_be_known() -> None:
    noisy = {"kind": "volunteer", **Volunteer(similarity_noise=2.0).describe()}
    assert planted([WITHIN], design(**PEOPLE), bots=noisy).empty
    null = {**noisy, "trust_slope": 0.0}
    assert planted([WITHIN], design(**PEOPLE), bots=null)["planted"].tolist() == [0.0]
