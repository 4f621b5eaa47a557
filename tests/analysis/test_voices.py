"""The values of debates: by hand on a few messages, and on populations where they are planted."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.debates import Debates, Voiced, tables

from homophily import catalogue
from homophily.analysis._voices import labelled, voices
from homophily.errors import DataError
from tests.analysis.test_debates import Tables, estimate, find, joined, told

HONEST, FAMILY, GROWTH = "honest-communication", "family-bonds-and-cohesion", "personal-growth"
KIN = "intergenerational-respect-and-relationships"


def spoken(found: Tables, *sets: set[str], judge: str = "one") -> Tables:
    """Judgements of every reply in turn, with the values of each."""
    keys = found["verdicts"].drop(columns="verdict")
    assert len(keys) == len(sets)
    judged = keys.assign(judge=judge, missing=None, n=[len(s) for s in sets])
    replies = zip(keys.to_dict("records"), sets, strict=True)
    rows = [{**reply, "judge": judge, "value": value} for reply, said in replies for value in sorted(said)]
    return {**found, "judgements": judged, "labels": pd.DataFrame(rows, columns=[*keys, "judge", "value"])}


def several(*parts: Tables) -> Tables:
    names = ("verdicts", "judgements", "labels")
    return {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in names}


def planted(seed: int, dilemmas: int = 60, **how: float) -> Tables:
    made, said = Debates(dilemmas=dilemmas), Voiced(**how)  # type: ignore[arg-type]
    rng = np.random.default_rng(seed)
    panel = made.panel(rng)
    found = tables(panel, made.schedule()[1], made.models)
    return {**found, **said.tables(found["verdicts"], said.labels(panel, rng))}


@pytest.mark.parametrize(
    ("rule", "kept"), [("majority", {HONEST}), ("any", {HONEST, FAMILY, GROWTH}), ("all", {HONEST})]
)
def test_judges_agree_by_a_rule(rule: str, kept: set[str]) -> None:
    found = told("Y", order="a")
    pair = [spoken(found, {HONEST, FAMILY}, judge="one"), spoken(found, {HONEST, GROWTH}, judge="two")]
    both = {**found, **{name: pd.concat([p[name] for p in pair]) for name in ("judgements", "labels")}}
    assert set(labelled(both, rule)["value"]) == kept  # type: ignore[arg-type]


def test_a_missing_judgement_does_not_count() -> None:
    found = told("Y", order="a")
    pair = [spoken(found, {HONEST}, judge="one"), spoken(found, set(), judge="two")]
    both = {**found, **{name: pd.concat([p[name] for p in pair]) for name in ("judgements", "labels")}}
    assert labelled(both).empty
    both["judgements"]["missing"] = [None, "unreadable"]
    assert set(labelled(both)["value"]) == {HONEST}


def test_without_judgements_there_are_no_values() -> None:
    found = spoken(told("YN"), {HONEST}, {HONEST})
    found["judgements"]["missing"] = "unreadable"
    with pytest.raises(DataError, match="no message was judged"):
        voices(found)


def test_shares_are_of_judged_messages() -> None:
    table = find("value_profile", spoken(told("YN", "NN"), {HONEST}, set(), {HONEST, FAMILY}, {FAMILY}))
    assert estimate(table, model="a", value=HONEST) == 1
    assert estimate(table, model="b", value=FAMILY) == 0.5
    assert estimate(table, verdict="NTA", value=FAMILY) == pytest.approx(2 / 3)


def test_overlap_by_hand() -> None:
    found = spoken(told("YN", "NN"), {HONEST, FAMILY}, {HONEST, KIN}, {FAMILY}, {FAMILY, GROWTH})
    table = find("value_overlap", found)
    plain, aware = ({"measure": m, "round": 1.0} for m in ("Jaccard", "group-aware Jaccard"))
    assert estimate(table, term="disagreement", **plain) == pytest.approx(1 / 3)
    # Family bonds and respect between generations are of one group: (1 + 1/2) / (2 + 2 − 1 − 1/2).
    assert estimate(table, term="disagreement", **aware) == pytest.approx(1.5 / 2.5)
    growth = "growth from first to last round, with consensus"
    assert estimate(table, term=growth, measure="Jaccard") == pytest.approx(0.5 / (1 / 3) - 1)


def test_without_a_weight_groups_count_nothing() -> None:
    found = spoken(told("YN", "NN"), {HONEST, FAMILY}, {HONEST, KIN}, {FAMILY}, {FAMILY, GROWTH})
    table = find("value_overlap", found, group_weight=0.0)
    for term in ("agreement", "disagreement"):
        both = table[(table["term"] == term) & table["round"].isna()]["estimate"]
        assert both.nunique() == 1


def test_inheritance_by_hand() -> None:
    """In d1 a changes and takes over honesty; in d2 it changes and takes nothing that b had voiced first."""
    found = several(
        spoken(told("YN", "NN", dilemma="d1"), {FAMILY}, {HONEST}, {HONEST, FAMILY}, {HONEST}),
        spoken(told("YN", "NN", dilemma="d2"), {FAMILY}, {GROWTH}, {HONEST}, {HONEST}),
    )
    table = find("value_inheritance", found, permutations=200)
    assert estimate(table, term="inherited", model="a", value="any value") == 0.5
    assert estimate(table, term="inherited", model="a", value=HONEST) == 0.5
    assert set(table["model"]) == {"a"}


def test_planted_inheritance_is_found_and_none_is_not() -> None:
    with_it, without = (planted(3, values=20, inherit=x) for x in (1.5, 0.0))
    of = {"term": "inherited − without a change", "model": "claude"}
    for given, found in ((with_it, True), (without, False)):
        row = find("value_inheritance", given, draws=300, permutations=50)
        row = row[(row["term"] == of["term"]) & (row["model"] == of["model"])].iloc[0]
        assert (row["low"] > 0) == found
        assert row["low"] <= row["high"]


def test_models_that_differ_are_told_apart_and_equal_ones_are_not() -> None:
    for habit, expected in ((1.0, True), (0.0, False)):
        table = find("value_differences", planted(4, values=10, habit=habit))
        models = table[table["term"] == "models"]
        assert ((models["p_holm"] < 0.05).sum() > 3) == expected


def test_a_value_that_precedes_changes_comes_back() -> None:
    """Honesty voiced adds 1 to the log odds of a change, on dilemmas that differ by 1."""
    rng = np.random.default_rng(6)
    parts = []
    for dilemma in range(120):
        lean = rng.normal(0, 1)
        for copy in range(6):
            honest = bool(rng.random() < 0.4)
            moved = rng.random() < 1 / (1 + np.exp(-(-0.5 + lean + honest)))
            found = told("YN", "EN" if moved else "YN", dilemma=f"d{dilemma}")
            found["verdicts"] = found["verdicts"].assign(
                session=f"d{dilemma}/{copy}", debate=f"{copy}", replicate=copy
            )
            own = {HONEST} if honest else {FAMILY}
            parts.append(spoken(found, own, {GROWTH}, own, {GROWTH}))
    given = several(*parts)
    judged = given["judgements"]["model"] == "a"
    given["verdicts"].loc[
        (given["verdicts"]["model"] == "b") & (given["verdicts"]["round"] == 2), "verdict"
    ] = None
    assert judged.any()
    finding = catalogue.get("analysis", "value_change")(given)
    row = finding.estimates[
        (finding.estimates["value"] == HONEST) | (finding.estimates["value"] == FAMILY)
    ].iloc[0]
    sign = 1 if row["value"] == HONEST else -1
    assert abs(sign * row["estimate"] - 1) < 0.55
    assert row["p_holm"] < 0.05
    spread = estimate(finding.estimates, term="sd between dilemmas")
    assert 0.6 < spread < 1.5


def test_values_too_rare_are_refused() -> None:
    found = spoken(joined(told("YN", "NN")), {HONEST}, {HONEST}, set(), set())
    with pytest.raises(DataError, match="no value was both voiced"):
        catalogue.get("analysis", "value_change")(found)
