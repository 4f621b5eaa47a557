"""How an item is put to whoever reads text."""

import pytest

from homophily.items import (
    Choice,
    Item,
    Likert,
    Notice,
    Number,
    Option,
    Ranking,
    Several,
    Text,
    Verdict,
)
from homophily.wording import opening, render, repeat, ruled

CHOICE = Choice(id="c", text="Which?", options=(Option("x", "Stay in"), Option("y", "Go out")))


def test_a_scale_shows_its_labels_and_how_to_answer() -> None:
    item = Likert(id="l", text="I trust Ann.", low=1, high=6, labels={6: "entirely", 1: "not at all"})
    assert render(item) == (
        "I trust Ann.\n\n1 = not at all\n6 = entirely\n\n"
        "Answer with one whole number from 1 to 6 and nothing else."
    )


def test_a_choice_shows_lettered_options() -> None:
    assert render(CHOICE) == (
        "Which?\n\nA. Stay in\nB. Go out\n\nAnswer with the letter of one option (A or B) and nothing else."
    )


def test_free_text_is_its_wording() -> None:
    assert render(Text(id="t", text="Say hello.")) == "Say hello."
    assert render(Text(id="t", text="挨拶してください。", language="ja")) == "挨拶してください。"


@pytest.mark.parametrize(
    "item",
    [
        Likert(id="l", text="?", language="ja"),
        Number(id="n", text="?", language="ja"),
        Choice(id="c", text="?", language="ja", options=CHOICE.options),
        Several(id="s", text="?", language="ja", options=CHOICE.options),
    ],
)
def test_japanese_items_are_asked_in_japanese(item: Item) -> None:
    for said in (render(item), repeat(item), opening("ja")):
        assert "Answer" not in said
        assert any("ぁ" <= letter <= "ん" for letter in said)


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(0.0, 100.0, "from 0 to 100"), (-0.5, 0.5, "from -0.5 to 0.5")]
)
def test_bounds_are_plain_numbers(low: float, high: float, shown: str) -> None:
    assert shown in render(Number(id="n", text="?", low=low, high=high))


def test_a_repeat_says_what_was_wrong_and_how_to_answer() -> None:
    assert repeat(CHOICE).startswith("Your reply could not be read")
    assert "A or B" in repeat(CHOICE)


def test_several_options_are_shown_with_their_definitions() -> None:
    item = Several(
        id="v", text="Which?", options=(Option("x", "Care", note="Being kind."), Option("y", "Fun"))
    )
    shown = render(item)
    assert shown.startswith("Which?\n\nA. Care: Being kind.\nB. Fun\n\nAnswer with a JSON list of at most 5")
    assert "[]" in repeat(item)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_verdict_is_asked_for_in_its_own_words_and_its_form_told_when_unreadable(language: str) -> None:
    item = Verdict(id="verdict/x", text="I forgot the plants.", language=language, agent="Agent 1")
    assert render(item) == "I forgot the plants."
    assert all(code in repeat(item) for code in item.codes)
    assert item.read(ruled("NAH", language)) == "NAH"
    assert item.explanation(f"{ruled('NAH', language)}\nWell.") == "Well."


def test_a_ranking_says_what_its_ends_mean():
    item = Ranking(
        id="r", text="Order.", options=(Option("x", "Ash"), Option("y", "Birch")), ends=("most", "least")
    )
    assert render(item) == (
        "Order.\n\nA. Ash\nB. Birch\n\nFirst place: most. Last place: least.\n\n"
        "Answer with the letters of all 2 options (A–B), the first place first, separated by commas, "
        "and nothing else."
    )


def test_a_number_says_what_its_ends_mean_and_a_notice_asks_nothing():
    assert "0 = never\n100 = always" in render(Number(id="n", text="?", ends=("never", "always")))
    assert render(Notice(id="n", text="Hello.")) == "Hello."
