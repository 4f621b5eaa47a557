"""What each persona design tells a model, in both languages."""

import re

import pytest

from homophily import catalogue
from homophily.errors import UsageError
from homophily.personas._frame import DISCRETION
from homophily.values import CODES, VALUES

DESIGNS = catalogue.names("personas")
TELLING = [name for name in DESIGNS if name != "none"]
LANGUAGES = ["en", "ja"]
RISING = {code: 1.0 + 0.5 * place for place, code in enumerate(CODES)}  # SD 1.0 … UN 5.5


def tell(design: str, language: str, profile: dict[str, float] = RISING, **options: object) -> str:
    return str(catalogue.get("personas", design)(profile, language, **options))


def test_the_designs_are_those_of_the_study() -> None:
    assert DESIGNS == ["anchor", "definitions", "intensity", "none", "portrait", "ranking", "scores"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", TELLING)
def test_every_design_asks_for_discretion_and_leaves_no_gap(design: str, language: str) -> None:
    text = tell(design, language)
    assert text.endswith(DISCRETION[language])
    assert "{" not in text
    other = "ja" if language == "en" else "en"
    assert not any(value.name[other] in text for value in VALUES.values())


@pytest.mark.parametrize("design", TELLING)
def test_two_profiles_are_told_apart(design: str) -> None:
    falling = dict(zip(CODES, reversed(RISING.values()), strict=True))
    assert tell(design, "en") != tell(design, "en", falling)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_control_tells_nothing(language: str) -> None:
    assert tell("none", language) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", ["scores", "definitions"])
def test_scores_stand_beside_their_names(design: str, language: str) -> None:
    lines = [line for line in tell(design, language).splitlines() if line.startswith(("-", "・"))]
    assert len(lines) == 10
    for line, (code, score) in zip(lines, RISING.items(), strict=True):
        assert VALUES[code].name[language] in line
        assert line.endswith(f"{score:.1f}")
        assert (VALUES[code].sense[language] in line) == (design == "definitions")


@pytest.mark.parametrize("language", LANGUAGES)
def test_intensity_uses_words_alone(language: str) -> None:
    text = tell("intensity", language)
    assert not any(character.isdigit() for character in text)
    assert len({re.split("[:：]", line)[-1] for line in text.splitlines()[1:11]}) == 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranking_puts_the_highest_first_without_distances(language: str) -> None:
    lines = tell("ranking", language).splitlines()[1:11]
    for place, (line, code) in enumerate(zip(lines, reversed(CODES), strict=True), start=1):
        assert line.startswith(f"{place}. {VALUES[code].name[language]}")
    assert "5.5" not in "".join(lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_scores_keep_the_order_of_the_circle(language: str) -> None:
    flat = dict.fromkeys(CODES, 3.0)
    lines = tell("ranking", language, flat).splitlines()[1:11]
    assert all(VALUES[code].name[language] in line for line, code in zip(lines, CODES, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_portrait_names_no_value_and_no_number(language: str) -> None:
    text = tell("portrait", language).lower().removesuffix(DISCRETION[language].lower())
    assert not any(character.isdigit() for character in text)
    if language == "en":  # in Japanese some names, such as 安全, are parts of everyday words
        assert not any(value.name["en"].lower() in text for value in VALUES.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_portrait_has_a_sentence_for_every_value_at_every_step(language: str) -> None:
    for step in range(1, 7):
        text = tell("portrait", language, dict.fromkeys(CODES, float(step)))
        assert text.splitlines()[1].count("." if language == "en" else "。") == 10


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("language", LANGUAGES)
def test_anchor_states_the_top_k(language: str, k: int) -> None:
    lines = tell("anchor", language, k=k).splitlines()[1:]
    stated = lines[: lines.index("")]
    assert len(stated) == k
    assert VALUES["UN"].name[language] in stated[0]


@pytest.mark.parametrize("k", [0, 11])
def test_anchor_refuses_an_impossible_k(k: int) -> None:
    with pytest.raises(UsageError, match="between 1 and 10"):
        tell("anchor", "en", k=k)


@pytest.mark.parametrize("design", TELLING)
def test_an_incomplete_profile_is_refused(design: str) -> None:
    with pytest.raises(UsageError, match="lacks UN"):
        tell(design, "en", {code: 3.0 for code in CODES[:-1]})


@pytest.mark.parametrize("design", TELLING)
def test_a_score_off_the_scale_is_refused(design: str) -> None:
    with pytest.raises(UsageError, match="SD = 7"):
        tell(design, "en", RISING | {"SD": 7.0})


@pytest.mark.parametrize("design", TELLING)
def test_an_unworded_language_is_refused(design: str) -> None:
    with pytest.raises(UsageError, match="'fr'"):
        tell(design, "fr")
