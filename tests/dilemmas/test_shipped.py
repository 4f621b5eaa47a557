"""The shipped dilemmas: complete in both languages, balanced, and silent about the verdict they invite."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from homophily.dilemmas import VERDICTS, Dilemma, shipped
from homophily.errors import UsageError
from homophily.values.taxonomy import taxonomy

DILEMMAS = shipped()
LEAKS = re.compile(
    r"\b(?:YTA|NTA|ESH|NAH|INFO|AITA|WIBTA|YWBTA)\b|a-?hole|at fault|verdict|everyone sucks|more info"
    r"|クズ|有罪|無罪|判定|全員が悪い|誰も悪くない",
    re.IGNORECASE,
)
KANA = re.compile(r"[ぁ-んァ-ヶ]")


def test_there_are_at_least_sixty_twelve_or_more_a_verdict():
    counts = Counter(dilemma.invites for dilemma in DILEMMAS)
    assert set(counts) == set(VERDICTS)
    assert min(counts.values()) >= 12
    assert len(DILEMMAS) >= 60


def test_the_first_n_are_as_balanced_as_n_allows():
    for n in range(1, 5 * min(Counter(d.invites for d in DILEMMAS).values()) + 1):
        counts = Counter(dilemma.invites for dilemma in DILEMMAS[:n])
        held = [counts[verdict] for verdict in VERDICTS]
        assert max(held) - min(held) <= 1, n


def test_ids_titles_and_texts_are_unique():
    assert len({dilemma.id for dilemma in DILEMMAS}) == len(DILEMMAS)
    for language in ("en", "ja"):
        assert len({dilemma.title[language] for dilemma in DILEMMAS}) == len(DILEMMAS)
        assert len({dilemma.text[language] for dilemma in DILEMMAS}) == len(DILEMMAS)


@pytest.mark.parametrize("dilemma", DILEMMAS, ids=lambda dilemma: dilemma.id)
def test_each_is_told_at_length_in_both_languages_and_leaks_nothing(dilemma: Dilemma):
    assert set(dilemma.text) == set(dilemma.title) == {"en", "ja"}
    assert 90 <= len(dilemma.text["en"].split()) <= 200
    assert 250 <= len(dilemma.text["ja"]) <= 600
    assert KANA.search(dilemma.text["ja"])
    assert not KANA.search(dilemma.text["en"])
    assert not re.search(r"[A-Za-z]{3,}", dilemma.text["ja"])
    for text in (*dilemma.text.values(), *dilemma.title.values()):
        assert not LEAKS.search(text), LEAKS.search(text)
        assert "  " not in text
    assert re.search(r"\b(?:I|my|me)\b", dilemma.text["en"])
    assert dilemma.text["en"].count("\n\n") == dilemma.text["ja"].count("\n\n") >= 1


@pytest.mark.parametrize("dilemma", DILEMMAS, ids=lambda dilemma: dilemma.id)
def test_each_names_at_least_two_values_of_the_taxonomy(dilemma: Dilemma):
    assert 2 <= len(dilemma.values) == len(set(dilemma.values)) <= 4
    assert set(dilemma.values) <= set(taxonomy().codes)


def test_the_length_of_a_text_does_not_tell_the_verdict():
    for language in ("en", "ja"):
        means = {
            verdict: sum(len(d.text[language]) for d in DILEMMAS if d.invites == verdict)
            / sum(d.invites == verdict for d in DILEMMAS)
            for verdict in VERDICTS
        }
        assert max(means.values()) / min(means.values()) < 1.15, means


def test_no_theme_holds_one_verdict_alone():
    for theme in {dilemma.id.partition("-")[0] for dilemma in DILEMMAS}:
        invited = Counter(d.invites for d in DILEMMAS if d.id.startswith(f"{theme}-"))
        assert max(invited.values()) < sum(invited.values()), theme


def test_files_are_of_sensible_size():
    for entry in (files("homophily.dilemmas") / "data").iterdir():
        assert len(entry.read_text(encoding="utf-8").splitlines()) <= 300


def test_a_language_that_is_not_told_is_said_plainly():
    with pytest.raises(UsageError, match="told in en, ja, not in 'fr'"):
        DILEMMAS[0].told("fr")
    assert DILEMMAS[0].named("fr") == DILEMMAS[0].title["en"]
