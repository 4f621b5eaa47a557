"""Designs of debates: who plays, in which orders, on which dilemmas; and faults named in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.dilemmas import VERDICTS, shipped
from homophily.errors import UsageError
from homophily.lab.loading import load_design
from homophily.studies.debate.cases import cases
from homophily.studies.debate.experiments import balanced, experiments

PANEL = {name: {"kind": "panelist"} for name in ("ann", "bob", "cat", "dan")}


def design(members: int = 3, **changes: Any) -> Any:
    settings = {
        "respondents": dict(list(PANEL.items())[:members]),
        "judges.panel": [],
        **{key.replace("__", "."): value for key, value in changes.items()},
    }
    return load_design("debate", settings)[1]


def names(**changes: Any) -> list[str]:
    return [experiment.name for experiment in experiments(design(**changes))]


def test_every_pair_plays_in_every_order_and_each_member_alone() -> None:
    assert names() == [
        "solo:ann", "solo:bob", "solo:cat",
        "sync:ann+bob", "rr:ann>bob", "rr:bob>ann",
        "sync:ann+cat", "rr:ann>cat", "rr:cat>ann",
        "sync:bob+cat", "rr:bob>cat", "rr:cat>bob",
    ]  # fmt: skip


def test_the_fifteen_published_experiments_are_one_design() -> None:
    played = names(panels__sizes=[2, 3], panels__solo=False)
    assert sum(name.startswith("sync") and name.count("+") == 1 for name in played) == 3
    assert sum(name.startswith("rr") and name.count(">") == 1 for name in played) == 6
    assert sum(name.startswith("rr") and name.count(">") == 2 for name in played) == 6
    assert len(played) == 15 + 1  # a synchronous trio beside them


def test_certain_panels_of_any_size_and_a_model_with_itself() -> None:
    played = names(
        members=4, panels__groups=[["bob", "bob"], ["dan", "cat", "bob", "ann"]], panels__orders="given",
        panels__solo=False,
    )  # fmt: skip
    assert played == ["sync:bob+bob", "rr:bob>bob", "sync:dan+cat+bob+ann", "rr:dan>cat>bob>ann"]
    assert names(panels__groups=[["bob", "bob"]], panels__solo=False) == ["sync:bob+bob", "rr:bob>bob"]


def test_only_alone() -> None:
    assert names(protocols=[]) == ["solo:ann", "solo:bob", "solo:cat"]


@given(k=st.integers(2, 9))
def test_a_balanced_subset_is_a_latin_square(k: int) -> None:
    orders = balanced([str(place) for place in range(k)])
    assert len(orders) == k
    for place in range(k):
        assert len({order[place] for order in orders}) == k
        assert len(set(orders[place])) == k
    if k % 2 == 0:
        following = [(order[i], order[i + 1]) for order in orders for i in range(k - 1)]
        assert len(set(following)) == len(following) == k * (k - 1)


def test_session_ids_stay_when_the_design_grows() -> None:
    study = load_design("debate")[0]
    small = design(dilemmas__number=3, languages=["en"])
    large = design(
        dilemmas__number=9, goals=["original", "balanced"], replicates=2, deliberation__rounds=[4, 2],
        panels__sizes=[2, 3],
    )  # fmt: skip
    ids = [session.id for session in study.sessions(small)]
    grown = [session.id for session in study.sessions(large)]
    assert set(ids) <= set(grown)
    assert len(set(grown)) == len(grown)
    assert ids[3] == f"en/sync:ann+bob/original/rounds-4/{shipped()[0].id}/1"


def test_a_run_cut_short_has_whole_dilemmas() -> None:
    study = load_design("debate")[0]
    order = [session.condition["dilemma"] for session in study.sessions(design(dilemmas__number=4))]
    assert order == sorted(order, key=order.index)


def test_the_first_shipped_dilemmas_are_balanced() -> None:
    chosen = cases(design(dilemmas__number=10))
    assert sorted(str(dilemma.invites) for dilemma in chosen) == sorted(VERDICTS * 2)


def test_drawn_dilemmas_keep_their_order_when_more_are_drawn() -> None:
    few = [d.id for d in cases(design(dilemmas__order="drawn", dilemmas__number=5))]
    many = [d.id for d in cases(design(dilemmas__order="drawn", dilemmas__number=20))]
    other = [d.id for d in cases(design(dilemmas__order="drawn", dilemmas__number=5, seed=2))]
    assert many[:5] == few != other


def posts(folder: Path) -> Path:
    file = folder / "posts.csv"
    lines = [f'p{n},"Told {n}.",{n},{9 - n},0,0,0' for n in range(8)]
    head = "id,selftext,votes_YTA,votes_NTA,votes_ESH,votes_NAH,votes_INFO"
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return file


def test_dilemmas_of_a_file_by_entropy_with_votes_in_the_tables(tmp_path: Path) -> None:
    given = design(
        dilemmas={"file": str(posts(tmp_path)), "order": "entropy", "number": 3,
                  "cleaning": {"above_characters": 0}},
        languages=["en"],
    )  # fmt: skip
    assert [d.id for d in cases(given)] == ["p4", "p5", "p3"]
    session = next(iter(load_design("debate")[0].sessions(given)))
    assert session.condition["human_YTA"] == 4.0
    assert session.condition["human"] == "NTA"


def test_a_changed_file_is_another_run(tmp_path: Path) -> None:
    file = posts(tmp_path)
    settings = {"file": str(file), "cleaning": {"above_characters": 0}}
    first = design(dilemmas=settings, languages=["en"])
    again = type(first).model_validate(first.model_dump(mode="json"))
    assert again == first
    assert len(first.dilemmas.digest) == 24
    file.write_text(file.read_text().replace("Told 3", "Told three"))
    assert design(dilemmas=settings, languages=["en"]).dilemmas.digest != first.dilemmas.digest
    with pytest.raises(UsageError, match="has changed since the run began"):
        type(first).model_validate(first.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"languages": ["fr"]}, "debates are worded in en, ja, not in 'fr'"),
     ({"judges__panel": ["jude"]}, "no respondent named 'jude'"),
     ({"panels__groups": [["ann", "bib"]]}, "no respondent named 'bib'. Did you mean 'bob'"),
     ({"panels__groups": [["ann"]]}, r"\['ann'\] is no panel"),
     ({"panels__sizes": [4]}, "a panel has from 2 to 3 members here"),
     ({"panels__sizes": [], "panels__solo": False}, "nobody plays"),
     ({"deliberation__rounds": [0]}, "at least one round"),
     ({"goals": ["balanced", "balanced"]}, "names one thing twice"),
     ({"protocols": ["debate"]}, "protocols"),
     ({"dilemmas__file": "nowhere.csv"}, "'nowhere.csv' cannot be read"),
     ({"respondents": {"a>b": {"kind": "panelist"}, "c": {"kind": "panelist"}}}, "have a meaning in names")],
)  # fmt: skip
def test_faults_are_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        design(**changes)


def test_unknown_dilemmas_are_named() -> None:
    known = shipped()[0].id
    with pytest.raises(UsageError, match=f"Did you mean '{known}'"):
        cases(design(dilemmas__names=[f"{known}x"]))
    with pytest.raises(UsageError, match="needs people's votes"):
        cases(design(dilemmas__order="entropy"))


def test_a_dilemma_must_be_told_in_every_language(tmp_path: Path) -> None:
    settings = {"file": str(posts(tmp_path)), "cleaning": {"above_characters": 0}}
    with pytest.raises(UsageError, match="is told in en, not in 'ja'"):
        cases(design(dilemmas=settings))
