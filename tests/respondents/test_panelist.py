"""The synthetic panellist: it hears what was said, decides by its equation, and speaks of what it heard."""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from pydantic import Field, ValidationError

from homophily.asks import Ask, Persona
from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import UsageError
from homophily.items import Text, Verdict
from homophily.lab.loading import load_design
from homophily.lab.rehearse import rehearse
from homophily.respondents._panel.arguing import argue
from homophily.respondents._panel.deciding import log_odds
from homophily.respondents._panel.hearing import Debate, Said, hear
from homophily.respondents._panel.phrases import phrases
from homophily.respondents.panelist import Panelist
from homophily.values.taxonomy import taxonomy

ITEM = Verdict(id="verdict/plants", text="I forgot the plants.", agent="Agent 1")


class Listening(Panelist):
    """A panellist that keeps every ask and what it answered."""

    asks: list[tuple[Ask, Any]] = Field(default_factory=list)

    async def answer(self, ask: Ask) -> Any:
        given = await super().answer(ask)
        self.asks.append((ask, given))
        return given


def debate(**changes: Any) -> tuple[list[tuple[Ask, Any]], Any]:
    """Asks and answers of a small study, with its table of verdicts."""
    listeners = {
        name: Listening(seed=seed, missing_rate=0.15, asks=[])
        for seed, name in enumerate(("ann", "bob", "cat"))
    }
    study, design = load_design(
        "debate",
        {
            "dilemmas.number": 4,
            "respondents": {name: {"kind": "panelist"} for name in listeners},
            "panels": {"sizes": [2, 3]},
            "judges.panel": [],
            **{key.replace("__", "."): value for key, value in changes.items()},
        },
    )
    answers = rehearse(study, design, respondents=listeners)
    asked = [each for listener in listeners.values() for each in listener.asks]
    return asked, study.tables(answers, design)["verdicts"]


@pytest.mark.parametrize("output", ["structured", "text"])
def test_it_hears_the_counts_that_the_tables_hold(output: str) -> None:
    asked, verdicts = debate(deliberation__output=output)
    by_session = dict(tuple(verdicts.groupby("session")))
    seen = 0
    for ask, _ in asked:
        assert isinstance(ask.item, Verdict)
        heard, rows = hear(ask, ask.item), by_session[ask.session].dropna(subset=["verdict"])
        place, number = int(ask.seat[-1]), ask.item.round
        others = rows[rows["position"] != place]
        before = others[others["round"] < number]["verdict"]
        within = others[(others["round"] == number) & (others["position"] < place)]["verdict"]
        own = rows[(rows["position"] == place) & (rows["round"] < number)]["verdict"]
        in_turn = "/rr:" in ask.session
        assert heard.before == Counter(before)
        assert heard.within == (Counter(within) if in_turn else Counter())
        assert heard.own == (own.iloc[-1] if len(own) else None)
        if number > 1:
            assert heard.protocol == ("round_robin" if in_turn else "synchronous")
        seen += len(before) > 0
    assert seen > 200


def test_the_verdict_follows_the_equation() -> None:
    settings = Panelist(
        base={"YTA": 1.0}, dilemma_sd=0, inertia={"synchronous": 2.0, "round_robin": 0.5}, conformity=0.3,
        conformity_within=0.7, moved_by={"child-welfare": 0.9},
    )  # fmt: skip
    voice = phrases("en").values["child-welfare"][0]
    heard = Debate(
        protocol="round_robin", own="ESH", before=Counter(NTA=2, ESH=1), within=Counter(NTA=1),
        last=(
            Said("Agent 2", "NTA", f"Verdict: NTA\n{voice}"), Said("Agent 3", "NAH", "Verdict: NAH\nWell."),
        ),
    )  # fmt: skip
    expected = {"YTA": 0.8, "NTA": -0.2 + 0.6 + 0.7 + 0.9, "ESH": -0.2 + 0.5 + 0.3, "NAH": -0.2, "INFO": -0.2}
    assert log_odds(settings, ITEM, heard) == pytest.approx(expected)
    in_rounds = replace(heard, protocol="synchronous", within=Counter())
    assert log_odds(settings, ITEM, in_rounds)["ESH"] == pytest.approx(-0.2 + 2.0 + 0.3)


def test_verdicts_are_drawn_as_often_as_their_odds_say() -> None:
    settings = Panelist(dilemma_sd=0, base={"YTA": 1.0, "NTA": 0.5, "INFO": -1.0})
    n, counts = 6000, Counter[str]()
    for seed in range(n):
        answer = asyncio.run(
            settings.answer(Ask(session="s", seat="agent-1", path="p", item=ITEM, seed=seed))
        )
        counts[str(answer.value)] += 1
    weights = {verdict: math.exp(value) for verdict, value in log_odds(settings, ITEM, Debate()).items()}
    for verdict in VERDICTS:
        share = weights[verdict] / sum(weights.values())
        assert abs(counts[verdict] / n - share) < 4 * math.sqrt(share * (1 - share) / n)


def test_panellists_read_a_dilemma_alike_where_they_share_its_seed() -> None:
    one, two = Panelist(seed=1), Panelist(seed=2)
    apart = Panelist(panel_seed=2)
    assert log_odds(one, ITEM, Debate()) == log_odds(two, ITEM, Debate())
    assert log_odds(one, ITEM, Debate()) != log_odds(apart, ITEM, Debate())
    other = replace(ITEM, id="verdict/others")
    assert log_odds(one, ITEM, Debate()) != log_odds(one, other, Debate())


def test_it_speaks_of_agents_that_have_spoken_and_of_no_other() -> None:
    asked, _ = debate(languages=["en"])
    spoke = 0
    for ask, answer in asked:
        if answer.missing:
            continue
        heard = "\n".join([*(f"{m.name}: {m.text}" for m in ask.history), ask.item.text])
        for name in set(re.findall(r"Agent \d", answer.raw.partition('"explanation"')[2])):
            assert name in heard
            assert name != ask.persona.name if ask.persona else True
            spoke += 1
    assert spoke > 100


def test_it_knows_nothing_but_its_ask() -> None:
    ask = Ask(session="s", seat="agent-1", path="p", item=ITEM, seed=3)
    other = replace(
        ask, session="t", path="q", persona=Persona(id="x", name="y", profile={"SD": 6.0}), system="z"
    )
    assert asyncio.run(Panelist().answer(ask)) == asyncio.run(Panelist().answer(other))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_value_has_sentences_of_its_own(language: str) -> None:
    known = phrases(language)
    assert set(known.values) == set(taxonomy().codes)
    said = [phrase for sentences in known.values.values() for phrase in sentences]
    assert all(len(sentences) >= 3 for sentences in known.values.values())
    assert len(set(said)) == len(said)
    assert not any(one in other for one in said for other in said if one != other)
    frames = [frame for sentences in known.frames.values() for frame in sentences]
    assert not any(known.voiced(frame) for frame in frames)


def test_both_languages_have_the_same_frames() -> None:
    assert set(phrases("en").frames) == set(phrases("ja").frames)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_values_are_voiced_as_often_as_planted(language: str) -> None:
    planted = {"child-welfare": 0.8, "personal-autonomy": 0.3, "accessibility": 0.05}
    settings = Panelist(repertoire=planted, tilt=0.0, adoption=0.0)
    item = replace(ITEM, language=language, agent="エージェント1" if language == "ja" else "Agent 1")
    n, counts = 3000, Counter[str]()
    for seed in range(n):
        ask = Ask(session="s", seat="agent-1", path="p", item=item, seed=seed)
        raw = asyncio.run(settings.answer(ask)).raw
        counts.update(phrases(language).voiced(item.explanation(raw)))
    assert set(counts) == set(planted)
    for code, share in planted.items():
        assert abs(counts[code] / n - share) < 4 * math.sqrt(share * (1 - share) / n)


def test_a_value_that_was_heard_may_be_taken_up() -> None:
    voice = phrases("en").values["accessibility"][0]
    last = (Said("Agent 2", "NTA", f"Verdict: NTA\n{voice}"),)
    settings = Panelist(repertoire={"child-welfare": 0.0}, tilt=0.0, adoption=0.5)
    ask = Ask(session="s", seat="agent-1", path="p", item=ITEM)
    told = [
        argue(settings, replace(ask, seed=n), ITEM, Debate(last=last, texts=voice), "NTA") for n in range(400)
    ]
    taken = ["accessibility" in phrases("en").voiced(text) for text in told]
    assert 0.4 < sum(taken) / len(taken) < 0.6
    assert not any(voice in text for text in told)  # in words that were not said yet


def test_missing_replies_have_their_reasons() -> None:
    settings = Panelist(missing_rate=0.3)
    asks = [Ask(session="s", seat="agent-1", path="p", item=ITEM, seed=seed) for seed in range(1500)]
    answers = [asyncio.run(settings.answer(ask)) for ask in asks]
    reasons = Counter(answer.missing for answer in answers if answer.missing)
    assert set(reasons) == {"refusal", "unreadable", "ambiguous"}
    assert abs(sum(reasons.values()) / 1500 - 0.3) < 0.05


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"base": {"GUILTY": 1.0}}, "no verdict named 'GUILTY'"),
     ({"repertoire": {"child-wellfare": 0.5}}, "Did you mean 'child-welfare'"),
     ({"repertoire": {"child-welfare": 1.5}}, "within 0 and 1"),
     ({"inertia": {"sync": 1.0}}, "no protocol named 'sync'")],
)  # fmt: skip
def test_wrong_settings_are_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Panelist(**settings)


def test_it_gives_verdicts_and_nothing_else() -> None:
    ask = Ask(session="s", seat="a", path="p", item=Text(id="dialogue/x", text="Hello?"))
    with pytest.raises(UsageError, match="gives verdicts"):
        asyncio.run(Panelist().answer(ask))


def test_its_settings_are_told_in_full() -> None:
    told = Panelist(seed=4).describe()
    assert len(told["repertoire"]) == 14
    assert Panelist(repertoire={"child-welfare": 0.5}).describe()["repertoire"] == {"child-welfare": 0.5}
