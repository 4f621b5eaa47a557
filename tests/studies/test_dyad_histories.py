"""What each seat of a dyad sees at each ask: golden histories, and nothing of the other's."""

import pytest

from homophily.asks import Ask
from homophily.values import VALUES
from tests.studies.recording import played

SMALL = {
    "agents": 8,
    "pairs__n": 6,
    "pairs__bins": 2,
    "conditions__none": 1.0,
    "conditions__swapped": 1.0,
    "dialogue__utterances": 3,
}


@pytest.fixture(scope="module")
def asks() -> list[Ask]:
    found: list[Ask] = played("dyads", **SMALL)[2]
    return found


def of(asks: list[Ask], session: str, seat: str, phase: str) -> list[Ask]:
    return [a for a in asks if a.session == session and a.seat == seat and a.path.startswith(f"{phase}/")]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_dialogue_is_heard_by_both_as_it_was_spoken(language: str) -> None:
    asks = played("dyads", **SMALL, dialogue__topic_order="given", dialogue__opener="a")[2]
    session = f"{language}/pair-0001"
    spoken = sorted(
        (ask for seat in "ab" for ask in of(asks, session, seat, "dialogue")), key=lambda ask: ask.path
    )
    paths = [
        f"dialogue/{place}-{topic}/{turn:02d}"
        for place, topic in ((1, "weekend"), (2, "move"), (3, "windfall"))
        for turn in (1, 2, 3)
    ]
    assert [(ask.path, ask.seat) for ask in spoken] == list(zip(paths, "abaabaaba", strict=True))
    for place, ask in enumerate(spoken):
        assert [message.text for message in ask.history] == [
            f"<{earlier.seat} at {earlier.path}>" for earlier in spoken[:place]
        ]
        assert [message.speaker for message in ask.history] == [earlier.seat for earlier in spoken[:place]]


def test_the_opener_alternates_from_topic_to_topic_and_from_pair_to_pair() -> None:
    asks = played("dyads", **SMALL)[2]
    openers = {
        (ask.session, ask.path[9]): ask.seat
        for ask in asks
        if ask.path.startswith("dialogue/") and ask.path.endswith("/01")
    }
    assert [openers["en/pair-0001", place] for place in "123"] == ["a", "b", "a"]
    # Pairs 1 and 2 fill different bins; pair 3 is the second of the first bin.
    assert [openers[f"en/pair-000{n}", "1"] for n in range(1, 7)] == ["a", "a", "b", "b", "a", "a"]


def test_ratings_come_after_the_whole_dialogue_with_the_transcript_in_view(asks: list[Ask]) -> None:
    for seat in "ab":
        for ask in of(asks, "en/pair-0001", seat, "ratings"):
            assert len(ask.history) == 9
            assert ask.partner is not None


def test_values_are_stated_before_anything_is_heard(asks: list[Ask]) -> None:
    for ask in asks:
        if ask.path.startswith("values/"):
            assert ask.history == ()
            assert ask.partner is None


def test_without_dialogue_the_rater_knows_a_name_alone(asks: list[Ask]) -> None:
    session = "en/pair-0001/none"
    assert not of(asks, session, "a", "dialogue")
    for ask in of(asks, session, "a", "ratings"):
        assert ask.history == ()
        assert ask.partner is not None
        assert ask.partner.name in ask.system
        assert "never met" in ask.system


def test_nobody_sees_the_others_persona_or_answers(asks: list[Ask]) -> None:
    systems = {(ask.session, ask.seat): ask.system for ask in asks if ask.path.startswith("values/")}
    for ask in asks:
        other = systems[ask.session, "b" if ask.seat == "a" else "a"]
        paragraph = other.split("\n\n", 1)[1]
        seen = "\n".join([ask.system, ask.item.text, *(message.text for message in ask.history)])
        assert paragraph.splitlines()[1] not in seen
        assert all(message.text.startswith(("<a at dialogue/", "<b at dialogue/")) for message in ask.history)


def test_own_persona_is_in_view_throughout(asks: list[Ask]) -> None:
    systems = {(ask.session, ask.seat): ask.system for ask in asks if ask.path.startswith("values/")}
    assert all(ask.system.startswith(systems[ask.session, ask.seat]) for ask in asks)


def test_each_language_is_kept_to(asks: list[Ask]) -> None:
    for ask in asks:
        japanese = any("\u3040" <= character <= "\u30ff" for character in ask.item.text + ask.system)
        assert japanese == ask.session.startswith("ja/")


@pytest.mark.parametrize("design", ["scores", "definitions", "intensity", "ranking", "portrait", "anchor"])
def test_no_value_name_reaches_the_partner(design: str) -> None:
    """Names of values stand in one's own role alone: not in items, topics or instructions of either seat."""
    asks = played("dyads", **SMALL, persona__design=design)[2]
    for ask in asks:
        if ask.path.startswith("values/"):
            continue
        seen = [ask.item.text, *(message.text for message in ask.history)]
        for value in VALUES.values():
            assert not any(value.name["en"].lower() in text.lower() for text in seen)
            assert not any(value.name["ja"] in text for text in seen)


def test_synthetic_dialogue_names_no_value() -> None:
    from homophily.lab.loading import load_design
    from homophily.lab.rehearse import rehearse

    study, design = load_design("dyads", {"agents": 10, "pairs.n": 10, "pairs.bins": 2})
    tables = study.tables(rehearse(study, design), design)
    assert tables["pairs"]["named_values"].sum() == 0


def test_a_refused_utterance_is_a_silence() -> None:
    def script(ask: Ask) -> object:
        return None if ask.item.kind == "text" and ask.seat == "b" else 4

    asks = played("dyads", script, **SMALL)[2]
    for ask in of(asks, "en/pair-0001", "a", "ratings"):
        assert {message.speaker for message in ask.history} == {"a"}


def test_temperatures_are_those_of_the_design(asks: list[Ask]) -> None:
    assert {ask.temperature for ask in asks if ask.item.kind == "text"} == {1.0}
    assert {ask.temperature for ask in asks if ask.item.kind != "text"} == {0.0}
