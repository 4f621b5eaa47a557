"""The phrase bank: complete in both languages, unambiguous, and silent about the values' names."""

import re

import pytest

from homophily.errors import UsageError
from homophily.respondents._synthetic.bank import _SENTENCE, LANGUAGES, bank, heard
from homophily.values import CODES, HIGHER, VALUES

TOPICS = ("weekend", "move", "windfall", "any")

#: Stems that would name a value, beyond the names themselves.
STEMS = {
    "en": "self-direct stimulat hedon achiev power secur safe conform tradition benevol universal value",
    "ja": "自己決定 自律 刺激 快楽 達成 権力 勢力 安全 安心 同調 伝統 思いやり 博愛 普遍 価値",
}


def phrases(language):
    return [phrase for place in bank(language).phrases.values() for phrase in place]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_value_has_phrases_on_every_topic(language, topic):
    for code in CODES:
        assert len(set(bank(language).get("value", code, topic))) >= (4 if topic == "any" else 5)
    assert len(bank(language).get("open", "", topic)) >= 4
    assert len(bank(language).get("close", "", topic)) >= 4


def test_the_languages_have_the_same_moves():
    first, *others = ({place: len(said) for place, said in bank(x).phrases.items()} for x in LANGUAGES)
    assert all(set(other) == set(first) for other in others)
    assert {topic for _, _, topic in first} == {"", *TOPICS}
    assert all(len(bank(language).missing) == 3 for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_tells_its_phrase(language):
    seen = {}
    for phrase in phrases(language):
        assert heard(phrase.text, language).phrases == (phrase,)
        for sentence in filter(None, _SENTENCE[language].split(phrase.text)):
            assert seen.setdefault(sentence, phrase) == phrase, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_written_in_their_language(language):
    for phrase in phrases(language):
        kana = re.search("[ぁ-んァ-ン]", phrase.text)
        assert bool(kana) == (language == "ja"), phrase.text
        assert phrase.text.isascii() == (language == "en"), phrase.text
        assert phrase.text.endswith(("。", "？") if language == "ja" else (".", "?", "!")), phrase.text
        assert not re.search(r"\s\s|\s$|^\s|[{}]", phrase.text), phrase.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_names_a_value(language):
    names = [value.name[language].casefold() for value in VALUES.values()]
    names += [higher.name[language].casefold() for higher in HIGHER.values()]
    forbidden = [*names, *STEMS[language].split()]
    for phrase in phrases(language):
        said = phrase.text.casefold()
        assert not [word for word in forbidden if word in said], phrase.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_quotes_the_sense_of_a_value(language):
    """Three English words in a row, or six Japanese characters, would be a quotation."""
    senses = {run for value in VALUES.values() for run in runs(value.sense[language], language)}
    for phrase in phrases(language):
        assert not senses & runs(phrase.text, language), phrase.text


def runs(text, language):
    if language == "ja":
        parts, size = list(text), 6
    else:
        parts, size = re.findall("[a-z']+", text.casefold()), 3
    return {tuple(parts[at : at + size]) for at in range(len(parts) - size + 1)}


def test_a_language_nobody_speaks_is_refused():
    with pytest.raises(UsageError, match="speak en and ja, not 'fr'"):
        bank("fr")


def test_words_from_elsewhere_mean_nothing():
    utterance = heard("Good morning. I see. Nice weather!", "en")
    assert (utterance.texts, utterance.value, utterance.topic) == (("I see.",), "", "")
