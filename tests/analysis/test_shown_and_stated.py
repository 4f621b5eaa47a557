"""Profiles shown and stated: found to belong together where they do, by chance as rarely as said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from homophily.analysis._estimators.matching import across_models, across_values, standardised
from homophily.analysis._stated import beside, stated
from homophily.analysis.shown_and_stated import shown_and_stated
from homophily.errors import DataError, UsageError
from homophily.lab.loading import load_design
from homophily.studies.debate.design import DebateDesign
from homophily.values import CODES
from homophily.values.taxonomy import taxonomy

MODELS = ("ann", "ben", "cat", "dan", "eve")
WEIGHTS = taxonomy().weights


def planted(seed: int, *, same: bool, common: float = 1.0) -> dict[str, pd.DataFrame]:
    """A debate's tables and questionnaires: models share a profile, and each has something of its own.

    A message voices each label with a probability that rises with the basic values it speaks for, as the
    model shows them; what it states is the same, or drawn anew.
    """
    rng = np.random.default_rng(seed)
    shared, own = rng.normal(0, common, 10), rng.normal(0, 1, (len(MODELS), 10))
    says = shared + (own if same else rng.normal(0, 1, own.shape))
    codes = list(WEIGHTS)
    load = np.array([[WEIGHTS[code].get(value, 0) for value in CODES] for code in codes])
    verdicts, labels = [], []
    for dilemma in range(12):
        for turn in (1, 2):
            for place, model in enumerate(MODELS, start=1):
                key = {"session": f"d{dilemma}", "debate": f"d{dilemma}/1", "experiment": "x", "replicate": 1,
                       "protocol": "synchronous", "goal": "none", "language": "en", "dilemma": f"d{dilemma}",
                       "round": turn, "position": place, "model": model}  # fmt: skip
                verdicts.append({**key, "verdict": "NTA", "missing": None, "judge": "j"})
                odds = -2.2 + load @ (shared + own[place - 1])
                named = rng.random(len(codes)) < 1 / (1 + np.exp(-odds))
                labels += [
                    {**key, "judge": "j", "value": code}
                    for code, yes in zip(codes, named, strict=True)
                    if yes
                ]
    sittings = [{"model": model, **dict(zip(CODES, says[i] + rng.normal(0, 0.3, 10), strict=True))}
                for i, model in enumerate(MODELS) for _ in range(4)]  # fmt: skip
    basic = [(code, value, weight) for code, parts in WEIGHTS.items() for value, weight in parts.items()]
    frame = pd.DataFrame(verdicts)
    return {
        "verdicts": frame, "judgements": frame, "labels": pd.DataFrame(labels),
        "stated": pd.DataFrame(sittings),
        "basic": pd.DataFrame(basic, columns=["code", "value", "weight"]),
    }  # fmt: skip


def test_what_is_planted_the_same_is_found_to_belong_together() -> None:
    found = shown_and_stated(planted(1, same=True), draws=300)
    table = found.estimates
    (match,) = table[table["term"] == "own less others'"].to_dict("records")
    assert match["p"] == pytest.approx(1 / 120)
    assert match["estimate"] > 0.3
    own = table[table["measure"] == "distinctive"]
    assert len(own) == len(MODELS)
    assert own["estimate"].mean() > 0.6
    assert set(table[table["term"] == "difference"]["value"]) == set(CODES)
    assert set(found.data.columns) == {"group", "value", "shown", "stated"}
    assert any("not a value held" in warning for warning in found.warnings)


def test_what_models_have_in_common_is_no_match_of_models() -> None:
    """All share a strong profile: raw similarity is high, and says nothing of who belongs to whom."""
    alike, p, own = [], [], []
    for seed in range(40):
        table = shown_and_stated(planted(seed, same=False, common=2.0), draws=100, seed=seed).estimates
        alike.append(table[table["measure"] == "pearson"].iloc[:-1]["estimate"].mean())
        own.append(table[table["measure"] == "distinctive"]["estimate"].mean())
        p.append(float(table.loc[table["term"] == "own less others'", "p"].iloc[0]))
    assert np.mean(alike) > 0.35
    assert abs(np.mean(own)) < 0.1
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / 40)
    assert abs(np.mean(p) - 0.5) < 0.15


def test_shuffles_of_values_and_models_are_exact_where_they_can_be() -> None:
    rng = np.random.default_rng(2)
    one = standardised(rng.normal(size=10))
    assert across_values(one, one, 999, rng) == pytest.approx(0.001)
    p = [across_values(one, standardised(rng.normal(size=10)), 99, rng) for _ in range(400)]
    assert abs(np.mean(np.array(p) <= 0.05) - 0.05) < 2.6 * np.sqrt(0.05 * 0.95 / 400)
    assert across_models(np.eye(3), 10, rng) == (1.0, pytest.approx(1 / 6))
    assert across_models(np.eye(9), 199, rng)[1] == pytest.approx(1 / 200)
    assert np.isnan(across_models(np.eye(1), 10, rng)[1])
    assert np.isnan(standardised(np.ones(10))).all()


def test_intervals_of_differences_cover() -> None:
    """The truth is what many dilemmas would show; sittings and dilemmas are drawn anew each time."""
    inside = []
    big = [shown_and_stated(planted(seed, same=True), draws=200, seed=seed) for seed in range(12)]
    for seed, found in enumerate(big):
        table = found.estimates[found.estimates["term"] == "difference"]
        rng = np.random.default_rng(seed)
        shared, own = rng.normal(0, 1.0, 10), rng.normal(0, 1, (len(MODELS), 10))
        load = np.array([[WEIGHTS[code].get(value, 0) for value in CODES] for code in WEIGHTS])
        for i, model in enumerate(MODELS):
            voiced = 1 / (1 + np.exp(2.2 - load @ (shared + own[i])))
            draws = (rng.random((4000, len(load))) < voiced) @ load
            truth = standardised(np.minimum(draws, 1).mean(axis=0)) - standardised(shared + own[i])
            rows = table[table["model"] == model].set_index("value").loc[list(CODES)]
            inside += ((rows["low"] <= truth) & (truth <= rows["high"])).tolist()
    assert 0.90 < np.mean(inside) < 0.98


def test_a_model_with_one_side_only_is_left_out_and_none_is_an_error() -> None:
    tables = planted(1, same=True)
    tables["stated"] = tables["stated"][tables["stated"]["model"] == "ann"]
    found = shown_and_stated(tables, draws=50)
    assert set(found.estimates["model"]) == {"ann"}
    with pytest.raises(DataError, match="no model of the debates"):
        shown_and_stated({**tables, "stated": tables["stated"].assign(model="zoe")}, draws=50)


def test_models_are_known_by_name_by_server_or_as_they_are_told() -> None:
    panel = pd.DataFrame({"model": ["opus", "mini"], "served": ["c-4", "g-5"], "role": "agent"})
    rows = {code: [0.0, 0.0] for code in CODES}
    asked = pd.DataFrame({"model": ["mini", "claude"], "served": ["other", "c-4"], **rows})
    tables = beside({"panel": panel}, DebateDesign(), asked, {})
    assert tables["stated"]["model"].tolist() == ["opus", "mini"]
    assert tables["basic"].groupby("code")["weight"].sum().eq(1).all()
    alone = asked.assign(served=None, model=["a", "b"])
    with pytest.raises(UsageError, match=r"no model is in both runs: .* --same NAME=NAME"):
        beside({"panel": panel}, DebateDesign(), alone, {})
    assert beside({"panel": panel}, DebateDesign(), alone, {"opus": "b"})["stated"]["model"].tolist() == [
        "opus"
    ]
    with pytest.raises(UsageError, match="'opos'"):
        beside({"panel": panel}, DebateDesign(), alone, {"opos": "b"})


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [("controllability", {"personas": ["portrait"]}, "without a persona"), ("dyads", {}, "persona.design"),
     ("teammates", {}, "no questionnaire")],
)  # fmt: skip
def test_personas_values_are_not_taken_for_a_model_s_own(
    name: str, settings: dict[str, object], said: str
) -> None:
    study, design = load_design(name, settings)
    tables = {"profiles": pd.DataFrame({"design": ["portrait"]}), "ratings": pd.DataFrame()}
    with pytest.raises(UsageError, match=said):
        stated(study, tables, design)
