"""Cleaning: what is cut, and what is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.dilemmas import Cleaning

BODY = "My brother borrowed my car.\n\nHe brought it back empty. Note that he had promised to fill it."


@pytest.mark.parametrize(
    "added",
    [
        "EDIT: wow, thank you all",
        "Edit 2: he has paid",
        "**EDIT:** some details",
        "(Edit: spelling)",
        "*Edit to add that he is 30*",
        "Edited to add: he is 30",
        "Edit for clarity: he is 30",
        "UPDATE - we talked",
        "Update: we talked",
        "~~~~ UPDATE ~~~~",
        "ETA: he is my older brother",
        "eta- he is older",
        "NOTE: throwaway account",
        "Note: names are changed",
        "Small edit: typo",
        "EDIT since people ask, he is 30",
        "追記：返してもらいました",
        "【追記】返してもらいました",
        "※補足：兄は30歳です",
        "追記2）返してもらいました",
    ],
)
def test_additions_are_cut_at_both_ends(added: str):
    assert Cleaning().clean(f"{BODY}\n\n{added}") == BODY
    assert Cleaning().clean(f"{added}\n\n{BODY}\n") == BODY
    assert Cleaning().clean(f"{added}\n\n{BODY}\n\n{added}\n\nEDIT 3: enough") == BODY
    assert Cleaning(edits="keep").clean(f"{BODY}\n\n{added}") == f"{BODY}\n\n{added}"


@pytest.mark.parametrize(
    "kept",
    [
        "Note that he had promised.",
        "Edited the photo myself before sending it.",
        "Updating my mother took an hour.",
        "The editor of our paper rang.",
        "Etaples is where we met.",
        "Notebooks were all over the floor.",
        "注文したのは私です。",
    ],
)
def test_sentences_that_only_look_like_additions_stay(kept: str):
    assert Cleaning().clean(f"{BODY}\n\n{kept}") == f"{BODY}\n\n{kept}"
    assert Cleaning().clean(f"{kept}\n\n{BODY}") == f"{kept}\n\n{BODY}"


def test_an_addition_of_several_paragraphs_is_cut_whole_where_asked():
    text = f"{BODY}\n\nEDIT: a few things.\n\nHe is 30.\n\nHe has a job."
    assert Cleaning().clean(text) == text
    assert Cleaning(edits="rest").clean(text) == BODY
    assert Cleaning(edits="rest").clean(f"EDIT: hello\n\n{BODY}") == BODY


def test_an_addition_on_a_line_of_its_own_is_cut():
    assert Cleaning().clean(f"{BODY}\nEDIT: he has paid") == BODY


def test_what_stays_is_untouched():
    text = "One.  Two.\n \nThree\nfour."
    assert Cleaning().clean(text) == text
    assert Cleaning().clean("EDIT: nothing else") == ""


@given(st.text(st.sampled_from("ab \nEDIT:.*"), max_size=80))
def test_cleaning_twice_is_cleaning_once_and_invents_nothing(text: str):
    for rule in ("paragraphs", "rest", "keep"):
        once = Cleaning(edits=rule).clean(text)
        assert once in text
        assert Cleaning(edits=rule).clean(once) == once


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"text": "x" * 301, "score": 26}, ""),
        ({"text": "x" * 301}, ""),
        ({"text": "x" * 300}, "300 characters or fewer"),
        ({"text": "x" * 301, "score": 25}, "score of 25 or less"),
        ({"text": "x" * 301, "flair": "update"}, "flair update"),
        ({"text": "x" * 301, "flair": "Not the A-hole"}, ""),
        ({"text": "[removed]"}, "removed or deleted"),
        ({"text": "[ Deleted by user ]"}, "removed or deleted"),
    ],
)
def test_posts_are_left_out_as_the_published_study_did(known: dict, why: str):
    assert Cleaning().unwanted(**known) == why


def test_every_rule_can_be_switched_off():
    for known in ({"text": ""}, {"text": "[removed]"}, {"text": "x", "flair": "META", "score": -3}):
        assert Cleaning.none().unwanted(**known) == ""
