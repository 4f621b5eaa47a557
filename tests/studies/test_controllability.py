"""The controllability study: sessions, protocol, tables, the winner and how it is carried on."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from homophily.asks import Ask
from homophily.errors import DataError, UnknownName, UsageError
from homophily.items import Choice, Value
from homophily.lab.loading import load_design
from homophily.lab.runner import play
from homophily.lab.runs import create
from homophily.lab.waiting import wait
from homophily.studies.controllability.winner import standings, winner
from homophily.values import CODES
from tests.studies.recording import played

SMALL: dict[str, Any] = {"n": 2, "replicates": 2, "personas": ["none", "portrait", "anchor"]}


def obedient(ask: Ask) -> Value | None:
    """Answers exactly as told; chooses the option with the higher target; refuses one item."""
    profile = ask.persona.profile if ask.persona else {}
    if ask.item.id == "portraits-21/05":
        return None
    if isinstance(ask.item, Choice):
        first, second = ask.item.options
        return first.id if profile.get(first.measures, 0) >= profile.get(second.measures, 0) else second.id
    return round(profile.get(ask.item.measures, 3))


def test_the_grid_is_complete_and_in_both_languages() -> None:
    study, design, asks, _ = played("controllability", **SMALL)
    sessions = list(study.sessions(design))
    cells = Counter(
        (session.language, session.condition["design"], session.condition["replicate"])
        for session in sessions
    )
    assert len(cells) == 2 * 3 * 2
    assert set(cells.values()) == {2}
    assert Counter(ask.session for ask in asks) == dict.fromkeys((session.id for session in sessions), 41)


def test_more_profiles_leave_the_first_as_they_are() -> None:
    study, design = load_design("controllability", SMALL)
    larger = load_design("controllability", SMALL | {"n": 3})[1]
    sessions = list(study.sessions(design))
    assert list(study.sessions(larger))[: len(sessions)] == sessions


def test_the_control_is_told_nothing_and_has_nothing_to_answer_from() -> None:
    study, design = load_design("controllability", SMALL)
    for session in study.sessions(design):
        seat = session.seats["self"]
        assert bool(seat.persona.profile) == (session.condition["design"] != "none")
        assert ("\n\n" in seat.system) == (session.condition["design"] != "none")


def test_orders_of_items_and_options_are_drawn_per_session() -> None:
    asks = played("controllability", **SMALL)[2]
    orders: dict[str, list[str]] = {}
    shown: dict[str, set[str]] = {}
    for ask in asks:
        orders.setdefault(ask.session, []).append(ask.item.id)
        if isinstance(ask.item, Choice):
            shown.setdefault(ask.item.id, set()).add(ask.item.options[0].id)
    assert len({tuple(order) for order in orders.values()}) == len(orders)
    assert len({frozenset(order) for order in orders.values()}) == 1
    assert all(len(first) == 2 for first in shown.values())


def test_options_of_a_persona_design_reach_it() -> None:
    study, design = load_design("controllability", SMALL | {"persona_options": {"anchor": {"k": 1}}})
    told = next(s for s in study.sessions(design) if s.condition["design"] == "anchor")
    assert "\n1. " in told.seats["self"].system
    assert "\n2. " not in told.seats["self"].system


def test_tables_of_an_obedient_respondent() -> None:
    study, design, _, answers = played("controllability", obedient, **SMALL)
    tables = study.tables(answers, design)
    profiles, choices = tables["profiles"], tables["choices"]
    assert len(profiles) == 2 * 3 * 2 * 2
    assert (profiles["n_items"] == 21).all()
    assert (profiles["n_missing"] == 1).all()
    told = profiles[profiles["design"] != "none"]
    target = told[[f"target_{code}" for code in CODES]].to_numpy()
    measured = told[[f"measured_{code}" for code in CODES]].to_numpy()
    assert np.abs(target - measured).max() < 0.75  # rounding to whole points
    assert len(choices) == len(profiles) * 20
    clear = choices[(choices["design"] != "none") & (choices["target_difference"].abs() > 1e-9)]
    assert (clear["chose_first"] == (clear["target_difference"] > 0)).all()


def test_every_column_is_described() -> None:
    from homophily.lab.codebook import undescribed

    study, design, _, answers = played("controllability", **SMALL)
    assert undescribed(study.tables(answers, design), study.descriptions) == []


def test_choices_can_be_left_out() -> None:
    study, design, asks, answers = played("controllability", **SMALL, instruments__choices="")
    assert {ask.path.partition("/")[0] for ask in asks} == {"values"}
    assert study.tables(answers, design)["choices"].empty


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"personas": ["portraits"]}, UnknownName, "portrait"),
        ({"personas": ["none", "none"]}, UsageError, "twice"),
        ({"languages": ["fr"]}, UsageError, "'fr'"),
    ],
)
def test_settings_that_cannot_be_played_are_refused(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        load_design("controllability", changes)


def cell(design: str, *, slope: float = 1.0, noise: float = 0.0, missing: int = 0) -> pd.DataFrame:
    """Profiles of one cell: measured = slope × target, with the first two values exchanged by `noise`."""
    target = np.linspace(-2, 2, 10) + np.zeros((4, 1))
    measured = slope * target
    if noise:
        measured = measured + noise * np.array([1, -1, 1, -1, 1, -1, 1, -1, 1, -1])
    return pd.DataFrame(
        {"respondent": "r", "design": design, "language": "en", "n_items": 21, "n_missing": missing}
        | {f"target_{code}": target[:, place] for place, code in enumerate(CODES)}
        | {f"measured_{code}": measured[:, place] for place, code in enumerate(CODES)}
    )


def test_the_highest_rank_correlation_wins_whatever_the_slope() -> None:
    profiles = pd.concat([cell("scores", noise=1.0), cell("anchor", slope=0.2)])
    assert winner(profiles).design == "anchor"


def test_ties_go_to_the_slope_nearest_one_then_to_fewer_invalid_answers() -> None:
    profiles = pd.concat(
        [cell("scores", slope=0.5), cell("ranking", slope=0.9, missing=3), cell("portrait", slope=0.9)]
    )
    assert standings(profiles)["design"].tolist() == ["portrait", "ranking", "scores"]
    best = winner(profiles)
    assert (best.spearman, best.slope, best.invalid, best.n) == (1.0, pytest.approx(0.9), 0.0, 4)


def test_the_control_never_wins() -> None:
    assert winner(pd.concat([cell("none"), cell("scores", slope=0.3)])).design == "scores"
    with pytest.raises(DataError, match="no winner"):
        winner(cell("none"))


def test_the_winner_is_carried_on_into_the_dyads(tmp_path: Path) -> None:
    respondents = {
        "deaf": {"kind": "random"},
        "keen": {"kind": "synthetic", "values_slope": 1.0, "portrait_sd": 0.0},
    }
    changes = {"n": 4, "replicates": 1, "personas": ["none", "anchor"], "respondents": respondents}
    study, design = load_design("controllability", changes | {"persona_options.anchor": {"k": 2}})
    run = create(study, design, root=tmp_path)
    wait(play(run, study, design))
    _, carried = load_design("dyads", {"persona_from": str(run.folder)})
    assert carried.respondents == {"keen": respondents["keen"]}
    assert carried.persona.model_dump() == {"design": "anchor", "options": {"k": 2}}
    assert carried.winner["run"] == run.name
    again = type(carried).model_validate(carried.model_dump(mode="json"))
    assert again == carried
    with pytest.raises(UsageError, match="persona_from brings its own respondents"):
        load_design("dyads", {"persona_from": str(run.folder), "respondents": respondents})
    with pytest.raises(UsageError, match="no run"):
        load_design("dyads", {"persona_from": str(tmp_path / "nowhere")})
