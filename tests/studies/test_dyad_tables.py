"""Tables of the dyad study against answers made by hand."""

import numpy as np
import pandas as pd
import pytest

from homophily.asks import Ask
from homophily.items import Likert, Value
from homophily.studies.dyads.population import populate
from homophily.values import CODES, centre
from homophily.values.similarity.pearson import pearson
from homophily.values.similarity.spearman import spearman
from tests.studies.recording import played

SMALL = {"agents": 8, "pairs__n": 6, "pairs__bins": 2, "conditions__swapped": 1.0, "dialogue__utterances": 1}


def script(ask: Ask) -> Value | None:
    """Seat a trusts at 6 and holds what measures BE at 6; seat b trusts at 2; one item stays open."""
    item = ask.item
    if not isinstance(item, Likert):
        return "My tradition is power." if ask.seat == "a" else "Yes."
    if item.id == "closeness/01" and ask.seat == "b":
        return None
    if ask.path.startswith("values/"):
        return 6 if item.measures == "BE" else 2
    point = 6 if ask.seat == "a" else 2
    return item.low + item.high - point if item.reverse else point


@pytest.fixture(scope="module")
def found() -> tuple[object, dict[str, pd.DataFrame]]:
    study, design, _, answers = played("dyads", script, **SMALL)
    return design, study.tables(answers, design)


def test_one_row_a_directed_rating_and_one_a_session(found: tuple[object, dict[str, pd.DataFrame]]) -> None:
    _, tables = found
    assert len(tables["ratings"]) == 2 * 2 * 6 * 2
    assert len(tables["pairs"]) == 2 * 6 * 2
    assert not tables["ratings"].duplicated(["session", "seat"]).any()


def test_outcomes_are_scored_per_direction_and_averaged_per_pair(
    found: tuple[object, dict[str, pd.DataFrame]],
) -> None:
    _, tables = found
    by_seat = tables["ratings"].groupby("seat")
    for outcome in (
        "trust", "trust_predictability", "trust_dependability", "trust_faith", "trust_global",
        "circles", "closeness", "subjective",
    ):  # fmt: skip
        assert (by_seat.get_group("a")[outcome] == 6).all()
        assert (by_seat.get_group("b")[outcome] == 2).all()
        assert (tables["pairs"][outcome] == 4).all()
    assert (by_seat.get_group("a")["n_missing"] == 0).all()
    assert (by_seat.get_group("b")["n_missing"] == 1).all()
    assert (tables["pairs"]["n_missing"] == 1).all()


def test_partners_are_each_others(found: tuple[object, dict[str, pd.DataFrame]]) -> None:
    ratings = found[1]["ratings"]
    a, b = (ratings[ratings["seat"] == seat].set_index("session") for seat in "ab")
    assert (a["rater"] == b["partner"]).all()
    assert (a["partner"] == b["rater"]).all()
    for code in CODES:
        assert (a[f"rater_{code}"] == b[f"partner_{code}"]).all()


def test_similarity_is_of_those_who_talked(found: tuple[object, dict[str, pd.DataFrame]]) -> None:
    design, tables = found
    population = populate(design)  # type: ignore[arg-type]
    place = {population.agent(i): i for i in range(len(population.profiles))}
    ratings = tables["ratings"]
    mine, theirs = (population.profiles[ratings[who].map(place)] for who in ("rater", "partner"))
    assert ratings["similarity"].to_numpy() == pytest.approx(pearson(mine, theirs))
    assert ratings["similarity_spearman"].to_numpy() == pytest.approx(spearman(mine, theirs))
    assert ratings[[f"rater_{code}" for code in CODES]].to_numpy() == pytest.approx(centre(mine))


def test_the_assigned_similarity_is_that_of_the_pair_swapped_from(
    found: tuple[object, dict[str, pd.DataFrame]],
) -> None:
    ratings = found[1]["ratings"]
    talked = ratings[ratings["condition"] == "dialogue"].drop_duplicates("pair").set_index("pair")
    swapped = ratings[ratings["condition"] == "swapped"]
    assert swapped["similarity_assigned"].to_numpy() == pytest.approx(
        talked.loc[swapped["pair"], "similarity"].to_numpy()
    )
    assert ratings.loc[ratings["condition"] == "dialogue", "similarity_assigned"].isna().all()
    a = swapped[swapped["seat"] == "a"].set_index("pair")
    originals = ratings[(ratings["condition"] == "dialogue") & (ratings["seat"] == "a")]
    originals = originals[originals["language"] == "en"].set_index("pair")
    assert (a["rater"] == originals.loc[a.index, "rater"]).all()
    assert (a["partner"] != originals.loc[a.index, "partner"]).all()


def test_measured_values_are_centred_on_all_items(found: tuple[object, dict[str, pd.DataFrame]]) -> None:
    ratings, agents = found[1]["ratings"], found[1]["agents"]
    mrat = (2 * 6 + 19 * 2) / 21
    assert ratings["rater_measured_BE"].to_numpy() == pytest.approx(6 - mrat)
    assert ratings["partner_measured_SD"].to_numpy() == pytest.approx(2 - mrat)
    assert agents["measured_BE"].to_numpy() == pytest.approx(6 - mrat)
    assert ratings["similarity_measured"].to_numpy() == pytest.approx(1.0)


def test_values_named_aloud_are_counted(found: tuple[object, dict[str, pd.DataFrame]]) -> None:
    pairs = found[1]["pairs"]
    # One utterance a topic: A opens two topics or one, and names values whenever it speaks.
    spoken = np.where(pairs["a_opens"], 2, 1)
    assert (pairs["named_values"] == spoken).all()


def test_agents_are_one_row_a_language(found: tuple[object, dict[str, pd.DataFrame]]) -> None:
    agents = found[1]["agents"]
    assert not agents.duplicated(["agent", "language", "respondent"]).any()
    assert agents["sessions"].sum() == len(found[1]["ratings"])


def test_a_run_cut_short_has_tables_of_what_was_played() -> None:
    study, design, _, answers = played("dyads", script, **SMALL)
    begun = answers[(answers["session"] == "en/pair-0001") & answers["path"].str.startswith("values/")]
    tables = study.tables(begun, design)
    assert tables["ratings"]["session"].unique().tolist() == ["en/pair-0001"]
    assert tables["ratings"]["trust"].isna().all()
    assert tables["ratings"]["rater_measured_BE"].notna().all()
    empty = study.tables(answers.iloc[:0], design)
    assert {name: len(table) for name, table in empty.items()} == {"ratings": 0, "pairs": 0, "agents": 0}


def test_instruments_can_be_left_out() -> None:
    study, design, asks, answers = played(
        "dyads", script, **SMALL, ratings__circles="", ratings__closeness="", values__instrument=""
    )
    assert not any(ask.path.startswith("values/") for ask in asks)
    ratings = study.tables(answers, design)["ratings"]
    assert "circles" not in ratings
    assert ratings["similarity_measured"].isna().all()


def test_every_column_is_described() -> None:
    from homophily.lab.codebook import undescribed

    study, design, _, answers = played("dyads", script, **SMALL)
    assert undescribed(study.tables(answers, design), study.descriptions) == []
