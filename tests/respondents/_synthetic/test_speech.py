"""Speech: dialogues that say what the speakers hold dear and answer each other."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from homophily import values
from homophily.asks import Message, Persona
from homophily.items import Text
from homophily.respondents._synthetic.bank import LANGUAGES, bank, heard
from homophily.respondents.synthetic import Synthetic
from homophily.values import CODES
from tests.respondents.people import answers, ask, population, talk

SAINT = Persona(id="1", name="Kim", profile=dict.fromkeys(CODES, 3.0) | {"BE": 6.0, "UN": 6.0, "PO": 1.0})
BOSS = Persona(id="2", name="Lee", profile=dict.fromkeys(CODES, 3.0) | {"PO": 6.0, "AC": 6.0, "UN": 1.0})


def moves(message, language):
    return [phrase.move for phrase in heard(message.text, language).phrases]


def utterance(persona, text="", *, topic="weekend", language="en", seed=0, **settings):
    """One utterance, after a partner's if there is a text."""
    item = Text(id=f"dialogue/{topic}", text="…", language=language)
    said = (Message("b", "Lee", text),) if text else ()
    asked = replace(ask(item, persona, seed=seed), history=said)
    return heard(str(answers(Synthetic(**settings), [asked])[0].value), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_twice_in_a_dialogue_and_every_sentence_is_known(language):
    people = population(12)
    for one, two in zip(people[::2], people[1::2], strict=True):
        words = talk(Synthetic(), one, two, language, seed=one.id)
        said = [phrase for message in words for phrase in heard(message.text, language).phrases]
        assert len(said) == len(set(said))
        for message in words:
            parts = [phrase.text for phrase in heard(message.text, language).phrases]
            assert bank(language).join(parts) == message.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_topic_is_opened_talked_over_and_rounded_off(language):
    words = talk(Synthetic(), SAINT, BOSS, language, topics=("move",))
    said = [moves(message, language) for message in words]
    assert said[0][:2] == ["open", "value"]
    assert all("open" not in each and "value" in each for each in said[1:])
    assert all("close" not in each for each in said[:8])
    assert [each[-1] for each in said[8:]] == ["close", "close"]
    assert {heard(message.text, language).topic for message in words} == {"move"}


def test_a_topic_of_ones_own_is_talked_over_in_general_terms():
    words = talk(Synthetic(), SAINT, BOSS, topics=("gardening",), utterances=6)
    assert {heard(message.text, "en").topic for message in words} == {"any"}


def test_long_dialogues_go_on_when_phrases_run_out():
    words = talk(Synthetic(voice_temperature=0.1), SAINT, SAINT, topics=("move",), utterances=80)
    assert all(heard(message.text, "en").value for message in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_partners_are_agreed_with_where_values_are_shared_and_not_where_they_clash(language):
    phrases = bank(language)
    for code, mine in (("BE", True), ("PO", False)):
        text = phrases.get("value", code, "weekend")[0].text
        first = Counter(utterance(SAINT, text, language=language, seed=n).phrases[0].move for n in range(200))
        assert set(first) == ({"agree", "yes"} if mine else {"differ", "no"})
    unknown = utterance(SAINT, "Lovely weather." if language == "en" else "いい天気です。", language=language)
    assert unknown.phrases[0].move == "neutral"
    assert unknown.value


def test_nobody_contradicts_themselves():
    for seed in range(8):
        one, two = population(2, seed=seed, generator="uniform")
        words = talk(Synthetic(voice_temperature=2.0), one, two, seed=seed)
        for seat in "ab":
            spoken_for, spoken_against, last = set(), set(), ""
            for message in words:
                known = heard(message.text, "en")
                if message.speaker != seat:
                    last = known.value
                    continue
                if known.contrary:
                    spoken_against.add(last)
                assert not spoken_for & spoken_against
                spoken_for.add(known.value)
                assert not spoken_for & spoken_against


def test_values_are_voiced_by_the_softmax_of_centred_scores():
    person = population(1, seed=4)[0]
    n, temperature = 3000, 0.6
    voiced = Counter(utterance(person, seed=k, voice_temperature=temperature).value for k in range(n))
    weights = np.exp(values.centre(list(person.profile.values())) / temperature)
    expected = weights / weights.sum()
    found = np.array([voiced[code] for code in CODES]) / n
    assert (np.abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / n)).all()


def test_the_same_mind_says_the_same_in_both_languages():
    english, japanese = (talk(Synthetic(), SAINT, BOSS, language) for language in LANGUAGES)
    for one, other in zip(english, japanese, strict=True):
        assert heard(one.text, "en").value == heard(other.text, "ja").value
