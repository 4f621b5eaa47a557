"""Plans: counts that a run keeps, prompts as sent, estimates that hold what servers count."""

import json
from typing import Any

import pytest

from homophily.lab.estimate import Range, answer_tokens, text_tokens
from homophily.lab.loading import load_design
from homophily.lab.plan import plan
from homophily.lab.rehearse import rehearse
from homophily.lab.runs import name_of

CHAT = {"kind": "chat", "model": "some-model", "url": "http://localhost:1/v1"}
DYADS: dict[str, Any] = {
    "agents": 10,
    "pairs.n": 7,
    "pairs.bins": 2,
    "conditions.none": 0.5,
    "conditions.swapped": 0.5,
    "dialogue.utterances": 3,
}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("dyads", DYADS),
        ("dyads", DYADS | {"respondents": {"x": {"kind": "synthetic"}, "y": {"kind": "midpoint"}}}),
        ("controllability", {"n": 3}),
    ],
)
def test_a_run_asks_what_was_planned(name: str, changes: dict[str, Any]) -> None:
    study, design = load_design(name, changes)
    planned, answers = plan(study, design), rehearse(study, design)
    assert planned.run == name_of(study, design)
    assert planned.sessions == answers["session"].nunique()
    assert planned.asks == len(answers)
    counted = answers["respondent"].value_counts().to_dict()
    assert {load.respondent: load.asks for load in planned.loads} == counted


def test_prompts_are_the_very_requests() -> None:
    study, design = load_design("dyads", DYADS | {"respondents": {"gpt": CHAT}})
    planned = plan(study, design)
    phases = {(p.language, p.path.partition("/")[0], len(p.body["messages"]) > 2) for p in planned.prompts}
    assert {(language, phase) for language, phase, _ in phases} == {
        (language, phase) for language in ("en", "ja") for phase in ("values", "dialogue", "ratings")
    }
    opening = planned.prompts[0]
    assert opening.body["model"] == "some-model"
    assert opening.body["messages"][0]["content"].startswith("You are ")
    json.dumps(planned.record())


def test_every_persona_design_is_shown() -> None:
    study, design = load_design("controllability", {"n": 2, "respondents": {"gpt": CHAT}})
    shown = {p.session.split("/")[2] for p in plan(study, design).prompts}
    assert shown == set(design.personas)


def test_cost_follows_the_price_list() -> None:
    priced = {
        "gpt": CHAT | {"price": {"input": 1.0, "output": 10.0}},
        "own": CHAT,
        "syn": {"kind": "midpoint"},
    }
    study, design = load_design("dyads", DYADS | {"respondents": priced})
    gpt, own, syn = plan(study, design).loads
    assert gpt.cost is not None
    assert gpt.cost.low == pytest.approx((gpt.read.low + 10 * gpt.written.low) / 1e6)
    assert gpt.cost.high == pytest.approx((gpt.read.high + 10 * gpt.written.high) / 1e6)
    assert 0 < gpt.cost.low < gpt.cost.high
    assert own.cost is None
    assert own.read.high > 0
    assert syn.read.high == 0


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("", 0, 0), ("a" * 30, 5, 10), ("あ" * 10, 6, 12), ("ab、漢字 " * 2, 4.6, 9.2)],
)
def test_tokens_are_estimated_by_script(text: str, low: float, high: float) -> None:
    found = text_tokens(text)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_an_answer_is_never_longer_than_its_limit() -> None:
    assert answer_tokens("word " * 100, 20, closed=False) == Range(20, 20)
    assert answer_tokens("", 5, closed=True) == Range(1, 5)


def test_debates_are_planned_to_their_last_round() -> None:
    settings = {
        "languages": ["en"],
        "dilemmas.number": 14,
        "respondents": {"gpt": CHAT, "claude": CHAT, "lexicon": {"kind": "lexicon"}},
    }
    study, design = load_design("debate", settings)
    planned = plan(study, design)
    assert planned.asks == 14 * (2 * 2 + 3 * 8 * 2)  # alone, and three debates of 2 × 4 replies; each judged
    assert [kind["experiment"] for kind in planned.kinds] == [
        "solo:gpt", "solo:claude", "sync:gpt+claude", "rr:gpt>claude", "rr:claude>gpt"
    ]  # fmt: skip
    assert all("invited" not in kind for kind in planned.kinds)  # it follows from the dilemma
    rounds = {p.path for p in planned.prompts if p.respondent == "gpt" and p.session.startswith("en/sync")}
    assert rounds == {f"round-{number}" for number in (1, 2, 3, 4)}
    gpt = planned.loads[0]
    assert gpt.written.low > 14 * (1 + 3 * 4) * 50
