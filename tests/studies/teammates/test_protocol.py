"""The protocol: what is asked, in what order, what together, and how a session ends."""

import asyncio
from collections import Counter

import pytest

from homophily import catalogue
from homophily.errors import RespondentError
from homophily.items import Choice, Likert, Notice, Number, Ranking
from homophily.lab import Table, answers, create
from homophily.lab.runner import play
from homophily.respondents.volunteer import Volunteer
from homophily.studies.teammates.sessions import sessions
from homophily.values import CODES
from tests.studies.recording import Recorder

STUDY = catalogue.get("studies", "teammates")


def sit(ask):
    """Answers everything: agrees, asks why at every first point, and puts things in the order shown."""
    item = ask.item
    if isinstance(item, Choice):
        ids = [option.id for option in item.options]
        return "why" if "why" in ids and "decision-1" in ask.path else ids[0]
    if isinstance(item, Likert):
        return item.low + sum(map(ord, item.id)) % (item.high - item.low + 1)
    if isinstance(item, Number):
        return 40.0
    if isinstance(item, Ranking):
        return ",".join(option.id for option in item.options)
    return "read" if isinstance(item, Notice) else "Words."


class Keeping:
    """A keeper in memory that counts which asks wait side by side."""

    def __init__(self, script):
        self.recorder, self.waiting, self.pages, self.notes = Recorder(script), [], [], {}

    async def answer(self, ask, respondent, place):
        self.waiting.append(ask)
        for _ in range(30):  # all that is asked together has come
            await asyncio.sleep(0)
        if self.waiting and self.waiting[0] is ask:
            self.pages.append(self.waiting)
            self.waiting = []
        return await self.recorder.answer(ask)

    async def note(self, ask, place):
        self.notes[ask.path] = ask.item.value
        return ask.item.value

    async def order(self, path, drawn):
        return drawn


def played(script=sit, language="en", number=0, **changes):
    design = STUDY.design.model_validate({"languages": (language,), **changes})
    keeper = Keeping(script)
    session = list(sessions(design))[number]
    asyncio.run(STUDY.play(Table(session, design, keeper)))
    return keeper


@pytest.fixture(scope="module")
def whole():
    return played()


def test_a_whole_session_is_asked_in_the_order_of_the_flow(whole):
    paths = [ask.path for ask in whole.recorder.asks]
    parts = list(dict.fromkeys(path.partition("/")[0] for path in paths))
    missions = [f"mission-{place}" for place in range(1, 6)]
    assert parts == ["consent", "demographics", "values", "briefing", *missions, "final", "debriefing"]
    inside = [path.split("/")[1] for path in paths if path.startswith("mission-2/")]
    points = [f"decision-{point}" for point in range(1, 5)]
    assert list(dict.fromkeys(inside)) == ["introduction", *points, "similarity", "trust", "alone", "open"]
    assert whole.notes["ended"] == "complete"


def test_every_form_is_complete(whole):
    counts = Counter(
        ask.item.id.partition("/")[0] for ask in whole.recorder.asks if ask.item.kind in ("likert", "number")
    )
    assert counts["portraits-21"] == 21
    assert counts["similarity-agent"] == 25
    assert counts["trust-agent"] == 60
    assert counts["send-alone"] == 5
    checks = [ask for ask in whole.recorder.asks if ask.item.measures.startswith("attention.")]
    assert [ask.path for ask in checks] == ["values/attention", "mission-3/trust/attention"]
    for ask in checks:
        wanted = int(ask.item.measures.partition(".")[2])
        assert ask.item.labels[wanted] in ask.item.text
        assert ask.item.read(ask.item.labels[wanted]) == wanted


def test_one_thought_is_one_page(whole):
    sizes = Counter(len(page) for page in whole.pages)
    assert max(sizes) <= 6
    by_path = {ask.path: page for page in whole.pages for ask in page}
    assert len(by_path["demographics/age"]) == 2
    assert len(by_path["mission-1/open/trusted"]) == 2
    assert len(by_path["mission-1/decision-1/choice"]) == 1
    assert len(by_path["mission-1/decision-1/confidence"]) == 1
    values = [page for page in whole.pages if page[0].path.startswith("values/") and len(page) > 1]
    assert sorted(len(page) for page in values) == [5, 5, 6, 6]
    trust = [page for page in whole.pages if page[0].path.startswith("mission-3/trust/")]
    assert sum(map(len, trust)) == 13
    assert len(trust) == 3


def test_asking_why_shows_a_further_reason_and_asks_again(whole):
    asked = {ask.path: ask.item for ask in whole.recorder.asks}
    first, after = (asked[f"mission-1/decision-1/{step}"] for step in ("choice", "after"))
    assert [option.id for option in first.options] == ["follow", "else", "why"]
    assert [option.id for option in after.options] == ["follow", "else"]
    told = first.text.rsplit("\n\n", 1)[0]
    assert after.text.startswith(told)
    assert len(after.text) > len(first.text) + 40
    assert "mission-1/decision-2/after" not in asked


def test_the_agents_are_met_in_the_sessions_sequence_and_shown_with_one_face(whole):
    partners = {
        ask.path.partition("/")[0]: ask.partner.id for ask in whole.recorder.asks if ask.partner is not None
    }
    assert list(partners.values()) == ["level-5", "level-4", "level-1", "level-3", "level-2"]
    faces = {
        (ask.path.partition("/")[0], ask.item.picture)
        for ask in whole.recorder.asks
        if ask.partner is not None
    }
    assert len(faces) == 5
    assert {ask.item.picture for ask in whole.recorder.asks if ask.partner is None} == {""}
    other = played(number=9)
    firsts = [ask.partner.id for ask in other.recorder.asks if ask.path.endswith("/introduction")]
    assert firsts == ["level-3", "level-4", "level-2", "level-5", "level-1"]


def test_no_outcome_is_ever_told(whole):
    told = " ".join(ask.item.text for ask in whole.recorder.asks if ask.path.startswith("mission"))
    assert "turned out" not in told
    assert "correct" not in told


def test_a_model_hears_this_agent_and_at_the_end_all_of_them(whole):
    by_path = {ask.path: ask for ask in whole.recorder.asks}
    rated = by_path["mission-2/alone/send-alone/01"]
    names = {message.name for message in rated.history if message.name}
    assert names == {rated.partner.name}
    assert {m.name for m in by_path["final/rank"].history if m.name} == {
        "Miro",
        "Tavi",
        "Nalo",
        "Lumo",
        "Zeno",
    }
    assert by_path["values/portraits-21/01"].history == ()
    chosen = [m.text for m in rated.history if m.speaker == "participant"]
    assert len(chosen) == 4


def test_declining_ends_the_session_with_nothing_more_asked():
    keeper = played(lambda ask: "decline" if ask.path == "consent" else sit(ask))
    assert [ask.path for ask in keeper.recorder.asks] == ["consent"]
    assert keeper.notes == {"ended": "declined"}


def test_a_missing_consent_is_none():
    keeper = played(lambda ask: None if ask.path == "consent" else sit(ask))
    assert keeper.notes == {"ended": "declined"}


def test_values_that_cannot_be_scored_end_the_session_with_the_reason():
    keeper = played(
        lambda ask: None if ask.item.measures in ("SD", "BE") else sit(ask), forms={"attention": False}
    )
    assert keeper.notes == {"values/unscored": "SD,BE", "ended": "unscored"}
    assert keeper.recorder.asks[-1].path == "values/stopped"


def test_some_missing_answers_hinder_nothing():
    refusing = played(lambda ask: sit(ask) if ask.path == "consent" or ask.item.measures in CODES else None)
    assert refusing.notes["ended"] == "complete"


@pytest.mark.parametrize("confirmation", ["ties", "order", "none"])
def test_the_participants_own_order_decides_as_the_design_says(confirmation):
    def reversed_order(ask):
        value = sit(ask)
        return ",".join(value.split(",")[::-1]) if ask.path == "values/order" else value

    keeper = played(reversed_order, forms={"confirmation": confirmation})
    asked = [ask for ask in keeper.recorder.asks if ask.path == "values/order"]
    assert bool(asked) == (confirmation != "none")
    if confirmation == "order":
        shown = [option.id for option in asked[0].item.options]
        assert keeper.notes["values/ranking"].split(",") == shown[::-1]
    ties = keeper.notes["values/ties"]
    assert ("confirmed" in ties) == (confirmation == "ties")


def test_what_is_left_out_is_not_asked():
    keeper = played(
        forms={"alone": "", "closeness": "circles", "attention": False},
        agents={"levels": (1.0, -1.0), "overlap": (3, 0), "points": 3},
    )
    paths = [ask.path for ask in keeper.recorder.asks]
    assert not [path for path in paths if "alone" in path or "attention" in path or "decision-4" in path]
    assert len([path for path in paths if "/closeness/" in path]) == 2
    assert len([path for path in paths if path.endswith("/introduction")]) == 2


def test_japanese_is_japanese_throughout():
    keeper = played(language="ja")
    for ask in keeper.recorder.asks:
        assert ask.item.language == "ja"
        assert any("\u3040" <= sign <= "\u9fff" for sign in ask.item.text)
        assert "{" not in ask.item.text


def test_a_session_cut_short_goes_on_with_the_agents_recorded(tmp_path):
    """Stopped in the middle, a run resumes with the same agents, words and orders as one played in one go."""

    class Failing(Volunteer):
        async def answer(self, ask):
            if ask.path == "mission-3/decision-2/confidence":
                raise RespondentError("gone.")
            return await super().answer(ask)

    design = STUDY.design.model_validate({"participants": 1, "languages": ("en",)})
    kept = []
    for name, first in (("cut", Failing()), ("whole", Volunteer())):
        run = create(STUDY, design, root=tmp_path / name)
        if name == "cut":
            with pytest.raises(RespondentError):
                asyncio.run(play(run, STUDY, design, respondents={"volunteer": first}, patience=1))
        asyncio.run(play(run, STUDY, design, respondents={"volunteer": Volunteer()}))
        found = answers(run)
        kept.append(found[["path", "item", "value", "missing"]].reset_index(drop=True))
    assert kept[0].equals(kept[1])
