"""The shipped instruments: complete in both languages, keyed and balanced as they claim."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import instruments
from homophily.items import Choice, Likert, Number

NAMES = instruments.names()
OPPOSITE = [{"SD", "SE"}, {"ST", "CO"}, {"HE", "TR"}, {"AC", "BE"}, {"PO", "UN"}]
PVQ_21 = "SD PO UN AC SE ST CO UN TR HE SD BE AC SE ST CO PO BE UN TR HE"
PVQ_40 = (
    "SD PO UN AC SE ST CO UN TR HE SD BE AC SE ST CO PO BE UN TR SE SD UN AC TR HE BE CO UN ST SE AC BE SD "
    "SE CO HE TR PO UN"
)


def worded(name, language):
    instrument = instruments.load(name)
    return instrument.items(language, **dict.fromkeys(instrument.placeholders, "NAME"))


def test_catalogue():
    shipped = {"portraits-21", "portraits-40", "trust", "trust-global", "circles", "circles-11"}
    assert shipped | {"closeness", "similarity", "choices"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_item_is_worded_in_both_languages(name):
    english, japanese = worded(name, "en"), worded(name, "ja")
    assert [item.id for item in english] == [item.id for item in japanese]
    for first, second in zip(english, japanese, strict=True):
        texts = [first.text, *(option.text for option in getattr(first, "options", ()))]
        assert all(text.isascii() or "“" in text for text in texts)
        for text in [second.text, *(option.text for option in getattr(second, "options", ()))]:
            assert any("\u3040" <= letter <= "\u30ff" for letter in text)
        assert ("NAME" in first.text) == ("NAMEさん" in second.text)
        assert set(getattr(first, "labels", ())) == set(getattr(second, "labels", ()))


@pytest.mark.parametrize("name", NAMES)
def test_known_answers_give_known_scores(name):
    instrument = instruments.load(name)
    assert instrument.checks, "a shipped instrument proves its key"
    for check in instrument.checks:
        answers = {f"{name}/{entry.id}": check.others for entry in instrument.entries}
        answers |= {f"{name}/{id_}": answer for id_, answer in check.answers.items()}
        scores = instrument.score(answers)
        assert {key: scores[key] for key in check.scores} == pytest.approx(
            check.scores, abs=5e-4, nan_ok=True
        )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_label_reads_back(name, language):
    for item in worded(name, language):
        if isinstance(item, Likert):
            assert [item.read(label) for label in item.labels.values()] == list(item.labels)
        if isinstance(item, Choice):
            assert [item.read(option.text) for option in item.options] == [o.id for o in item.options]


@given(
    data=st.data(), form=st.sampled_from(["{0} - {1}", "{0}: {1}", "{0}（{1}）", "{1} ({0})", "**{0}. {1}**"])
)
def test_every_answer_reads_back_with_its_wording(data, form):
    name, language = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(["en", "ja"]))
    item = data.draw(st.sampled_from(worded(name, language)))
    if isinstance(item, Choice):
        shown, option = data.draw(st.sampled_from(sorted(item.letters().items())))
        assert item.read(f"{shown}: {option.text}") == option.id
    elif isinstance(item, Number):
        assert item.read(str(int(item.high))) == item.high
    else:
        place, label = data.draw(st.sampled_from(sorted(item.labels.items())))
        assert item.read(form.format(place, label)) == place


@pytest.mark.parametrize(("name", "key"), [("portraits-21", PVQ_21), ("portraits-40", PVQ_40)])
def test_portraits_are_keyed_like_the_originals(name, key):
    assert [(item.id, item.measures) for item in worded(name, "en")] == [
        (f"{name}/{number:02d}", value) for number, value in enumerate(key.split(), 1)
    ]


def test_short_portraits_are_among_the_long():
    long = {(item.measures, item.text) for item in worded("portraits-40", "ja")}
    assert {(item.measures, item.text) for item in worded("portraits-21", "ja")} <= long


@pytest.mark.parametrize("name", ["trust", "closeness"])
def test_facets_are_balanced_against_yes_saying(name):
    keys = Counter((item.measures, item.reverse) for item in worded(name, "en"))
    assert set(keys.values()) == {2}


def test_choices_are_balanced():
    items = worded("choices", "en")
    pairs = Counter(frozenset(option.measures for option in item.options) for item in items)
    first = Counter(item.options[0].measures for item in items)
    assert len(items) >= 20
    assert pairs == {frozenset(pair): len(items) // 5 for pair in OPPOSITE}
    assert len(first) == 10
    assert set(first.values()) == {len(items) // 10}


def test_no_option_gives_itself_away_by_length():
    for english, japanese in zip(worded("choices", "en"), worded("choices", "ja"), strict=True):
        words = [len(option.text.split()) for option in english.options]
        letters = [len(option.text) for option in japanese.options]
        assert words[0] == words[1], english.id
        assert abs(letters[0] - letters[1]) <= 2, japanese.id


def test_choices_name_no_value():
    words = "freedom independen novel exciting pleasure success achiev power control security safe tradition "
    words += "obedien conform benevolen univers loyal custom status wealth"
    for item, word in itertools.product(worded("choices", "en"), words.split()):
        assert not any(word in option.text.casefold() for option in item.options), (item.id, word)


@pytest.mark.parametrize(("name", "steps"), [("circles", 7), ("circles-11", 11)])
def test_circles_overlap_grows_in_equal_steps(name, steps):
    (item,) = worded(name, "en")
    shared = [int(item.labels[point].split()[0]) for point in range(2, steps + 1)]
    assert (item.low, item.high) == (1, steps)
    assert {after - before for before, after in itertools.pairwise([0, *shared])} == {shared[0]}
    assert shared[-1] == 90
