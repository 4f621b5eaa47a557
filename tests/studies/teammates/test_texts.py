"""Texts: complete, balanced, in the scenario's own terms, in both languages."""

import re
import string
from collections import Counter

import pytest

from homophily import instruments
from homophily.studies._length import length
from homophily.studies.teammates.texts import KINDS, LANGUAGES, pictures, texts
from homophily.values import CODES, HIGHER, VALUES

BOTH = pytest.mark.parametrize("language", LANGUAGES)
#: Placeholders that the protocol fills, by the part of the frame's key.
FILLED = {
    "heading.mission": {"number", "count", "agent"},
    "introduction.heading": {"building", "agent"},
    "introduction.guided": {"values"},
    "decision.says": {"agent", "text"},
    "decision.answers": {"agent", "text"},
    "decision.follow": {"agent"},
    "decision.why": {"agent"},
    "reword.text": {"text", "sense", "names", "least", "most"},
    "attention.values": {"label"},
    "attention.trust": {"label"},
    "open.trusted": {"agent"},
    "open.noticed": {"agent"},
}


def spoken(language):
    """Everything an agent can say."""
    said = texts(language)
    found = [text for phrasings in said.say.values() for text in phrasings]
    found += said.why.values()
    found += [text for mission in said.missions for point in mission.points for text in point.suggest]
    return found + list(said.greetings) + list(said.guided.values())


@BOTH
def test_every_value_speaks_at_every_kind_of_point_in_three_ways(language):
    said = texts(language)
    assert set(said.say) == set(said.why) == {(code, kind) for code in CODES for kind in KINDS}
    assert {len(phrasings) for phrasings in said.say.values()} == {3}
    assert set(said.guided) == set(CODES)
    assert len(said.greetings) == len(said.names) == len(set(said.names)) == len(said.missions) == 5


@BOTH
def test_every_mission_has_every_kind_of_point_with_two_suggestions(language):
    for mission in texts(language).missions:
        assert tuple(point.kind for point in mission.points) == KINDS
        for point in mission.points:
            assert len(point.suggest) == 2
            assert point.scene


@BOTH
def test_no_text_comes_twice(language):
    assert [text for text, n in Counter(spoken(language)).items() if n > 1] == []


@BOTH
def test_the_theorys_names_are_never_spoken(language):
    names = [value.name[language] for value in VALUES.values()]
    names += [higher.name[language] for higher in HIGHER.values()]
    if language == "en":
        names = [
            rf"\b{name}\b" for name in [*names, "hedonis\\w*", "conform\\w*", "traditional", "secur\\w*"]
        ]
    for text in spoken(language):
        assert not [name for name in names if re.search(name, text, re.IGNORECASE)], text


@BOTH
@pytest.mark.parametrize("form", ["portraits-21", "portraits-40", "similarity-agent"])
def test_no_questionnaire_is_quoted(language, form):
    """Neither sentences nor, in English, runs of six words."""
    instrument = instruments.load(form)
    asked = [entry.text[language] for entry in instrument.entries]
    words = {run for text in asked for run in runs(text)} if language == "en" else set()
    sentences = {part for text in asked for part in re.split(r"(?<=[.。])\s*", text) if part}
    for text in spoken(language):
        assert not runs(text) & words if words else True
        assert not [sentence for sentence in sentences if sentence in text]


def runs(text, n=6):
    words = re.findall(r"[a-z']+", text.lower())
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


@BOTH
def test_reasons_are_alike_in_length(language):
    said = texts(language)
    means = {
        code: sum(length(text, language) for kind in KINDS for text in said.say[code, kind]) / 12
        for code in CODES
    }
    assert max(means.values()) / min(means.values()) < 1.15
    further = {code: sum(length(said.why[code, kind], language) for kind in KINDS) / 4 for code in CODES}
    assert max(further.values()) / min(further.values()) < 1.25


@BOTH
def test_placeholders_are_those_that_are_filled(language):
    for name, text in texts(language).frame.items():
        found = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
        assert found == FILLED.get(name, set()), name
    for text in spoken(language):
        fields = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
        assert fields == ({"agent"} if text in texts(language).greetings else set())


def test_both_languages_say_the_same_things():
    one, other = (texts(language) for language in LANGUAGES)
    assert set(one.frame) == set(other.frame)
    assert [mission.key for mission in one.missions] == [mission.key for mission in other.missions]
    for text in other.frame.values():
        assert any("\u3040" <= sign <= "\u9fff" for sign in text) or text == "、その次が"


def test_nothing_gory_is_told():
    frame = [text for name, text in texts("en").frame.items() if name != "reword.text"]
    told = " ".join(spoken("en") + frame).lower()
    assert not re.search(r"\b(blood|gun|knife|shot|shoot|kill|dead|death|bomb|wound)\w*\b", told)


def test_pictures_are_ten_different_drawings_that_reach_for_nothing():
    drawn = pictures()
    assert len(set(drawn)) == len(drawn) == 10
    for svg in drawn:
        assert svg.startswith("<svg xmlns=")
        assert not re.search(r"script|style=|href|url\(|<image|<text|on\w+=", svg)
        assert len(svg) < 2000


@BOTH
def test_other_words_take_the_place_of_the_shipped_ones(language):
    said = texts(
        language,
        {f"{language}/SD.entry.1": "Anders."},
        {"consent.text": {"en": "Yes?", "ja": "よいですか。"}},
    )
    assert said.say["SD", "entry"][1] == "Anders."
    assert said.say["SD", "entry"][0] == texts(language).say["SD", "entry"][0]
    assert said["consent.text"] in ("Yes?", "よいですか。")
