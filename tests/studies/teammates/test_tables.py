"""The tables: from the record alone, one row each, and nothing invented where an answer is missing."""

import numpy as np
import pytest

from homophily import catalogue
from homophily.lab import rehearse
from homophily.lab.codebook import undescribed
from homophily.respondents.volunteer import Volunteer
from homophily.studies.teammates.tables import tables
from homophily.values import CODES
from tests.studies.recording import Recorder
from tests.studies.teammates.test_protocol import sit

STUDY = catalogue.get("studies", "teammates")
RATINGS = (
    "participant language sequence position agent level similarity_designed similarity_rated trust "
    "trust_risk trust_benevolence trust_competence trust_reciprocity alone followed confidence rank name "
    "picture mission"
)


def gathered(respondent, **changes):
    design = STUDY.design.model_validate({"participants": 3, **changes})
    answers = rehearse(STUDY, design, respondents={"volunteer": respondent})
    return answers, design, tables(answers, design)


@pytest.fixture(scope="module")
def whole():
    return gathered(Volunteer())


def test_there_is_a_row_for_everybody_and_everything(whole):
    _, _, found = whole
    sizes = {name: len(table) for name, table in found.items()}
    assert sizes == {"ratings": 30, "decisions": 120, "people": 6, "open_answers": 66}
    assert found["ratings"].columns.tolist() == RATINGS.split()
    assert not found["ratings"].isna().any().any()
    assert found["people"]["complete"].all()


def test_every_column_is_described(whole):
    answers, _, found = whole
    assert undescribed({"answers": answers, **found}, STUDY.descriptions) == []


def test_similarity_is_the_recorded_one_not_a_recomputed_one(whole):
    answers, design, found = whole
    wished = {5: 1, 4: 1 - 82 / 165, 3: 1 - 164 / 165, 2: 1 - 248 / 165, 1: -1}
    ratings = found["ratings"]
    assert ratings["similarity_designed"].tolist() == pytest.approx(ratings["level"].map(wished).tolist())
    changed = answers.copy()
    changed.loc[changed["item"] == "teammates/agent-similarity", "number"] = 0.25
    assert set(tables(changed, design)["ratings"]["similarity_designed"]) == {0.25}


def test_scores_are_the_items_means_with_reversed_items_turned(whole):
    answers, _, found = whole
    first = found["ratings"].iloc[0]
    own = answers[answers["agent"] == first["participant"]]
    own = own[own["path"].str.startswith("mission-1/trust/trust-agent/")]
    turned = np.where(own["reverse"], 6 - own["number"], own["number"])
    assert first["trust"] == pytest.approx(turned.mean())
    facets = ["trust_risk", "trust_benevolence", "trust_competence", "trust_reciprocity"]
    assert first[facets].mean() == pytest.approx(first["trust"])


def test_decisions_count_what_was_decided_in_the_end(whole):
    answers, _, found = whole
    decisions = found["decisions"]
    assert set(decisions["choice"]) == {"follow", "else"}
    assert decisions["asked_why"].sum() == (answers["value"] == "why").sum() > 0
    followed = decisions.assign(followed=decisions["choice"] == "follow")
    shares = followed.groupby(["participant", "position"])["followed"].mean().sort_index()
    ratings = found["ratings"].set_index(["participant", "position"])["followed"].sort_index()
    assert shares.tolist() == pytest.approx(ratings.tolist())


def test_ranks_are_one_to_five_for_everybody(whole):
    _, _, found = whole
    ranks = found["ratings"].groupby("participant")["rank"].apply(sorted)
    assert all(row == [1, 2, 3, 4, 5] for row in ranks)


def test_what_was_shown_is_in_the_tables(whole):
    _, design, found = whole
    recorder = Recorder(sit)
    rehearse(STUDY, design, respondents={"volunteer": recorder})
    rows = found["ratings"].set_index(["participant", "position"])
    for ask in recorder.asks:
        if ask.path.endswith("/introduction"):
            row = rows.loc[ask.persona.id, int(ask.path[len("mission-")])]
            assert (row["name"], row["agent"]) == (ask.partner.name, ask.partner.id)


def test_values_are_centred_by_items(whole):
    _, _, found = whole
    scores = found["people"][list(CODES)]
    assert (scores @ np.array([2] * 9 + [3])).abs().max() < 1e-9


def test_missing_answers_stay_missing():
    def refusing(ask):
        gone = ("/alone/", "/similarity/", "decision-1/choice", "final/rank", "open/noticed")
        return None if any(part in ask.path for part in gone) else sit(ask)

    _, _, found = gathered(Recorder(refusing))
    ratings, decisions = found["ratings"], found["decisions"]
    assert ratings[["alone", "similarity_rated", "rank"]].isna().all().all()
    assert ratings["trust"].notna().all()
    assert decisions.query("point == 1")["choice"].isna().all()
    assert decisions.query("point == 2")["choice"].notna().all()
    assert ratings["followed"].tolist() == [1.0] * 30
    noticed = found["open_answers"].query("question == 'noticed'")
    assert noticed["text"].isna().all()
    assert set(noticed["missing"]) == {"refusal"}


def test_who_declines_is_nobody_and_who_cannot_be_scored_has_no_ratings():
    def first_declines(ask):
        if ask.path == "consent":
            return "decline" if ask.session.endswith("1") else "agree"
        return None if ask.session.endswith("2") and ask.item.measures == "SD" else sit(ask)

    _, _, found = gathered(Recorder(first_declines))
    assert found["people"]["participant"].tolist() == ["en-0002", "en-0003", "ja-0002", "ja-0003"]
    assert found["people"]["ended"].tolist() == ["unscored", "complete"] * 2
    assert set(found["ratings"]["participant"]) == {"en-0003", "ja-0003"}


def test_nobody_at_all_makes_empty_tables_of_the_same_columns(whole):
    _, _, full = whole
    _, _, empty = gathered(Recorder(lambda ask: "decline"))
    for name, table in empty.items():
        assert len(table) == 0
        assert table.columns.tolist() == full[name].columns.tolist()


def test_forms_added_and_left_out_show_in_the_columns():
    forms = {"closeness": "circles", "alone": "", "similarity": "similarity", "trust": "trust-global"}
    _, _, found = gathered(Volunteer(), participants=1, forms=forms)
    ratings = found["ratings"]
    assert ratings["closeness"].between(1, 7).all()
    assert ratings["alone"].isna().all()
    assert ratings[["similarity_rated", "trust"]].notna().all().all()
