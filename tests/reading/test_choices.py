"""Letters and wordings of options."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import reading
from homophily.reading import Unreadable

OPTIONS = {"A": "Walk home, alone.", "B": "家まで歩いて帰る"}


@pytest.mark.parametrize(
    "raw",
    ["A", "a", "Ａ", "A.", "A)", "(A)", "[A]", "（Ａ）", "「A」", "**A**", "Ⓐ", "Option A", "選択肢A",
     "Answer: A", "回答：Ａ",
     "Aです。", "私はAを選びます。", "I choose A.", "A: Walk home, alone.", "A. walk home, alone",
     "(A) Walk home, alone.",
     "Walk home, alone.", "walk home, alone", '"Walk home, alone."', '{"answer": "A"}',
     '{"answer": "Walk home, alone."}',
     '```json\n{"answer": "Ａ"}\n```', 'I pick:\n{"answer": "A"}', "A\n\nIt is calmer.",
     "A, because it is calmer.",
     "Answer: A. Walk home, alone."],
)  # fmt: skip
def test_a_is_read(raw):
    assert reading.letter(raw, OPTIONS) == "A"


@pytest.mark.parametrize(
    "raw", ["B", "Ｂ", "家まで歩いて帰る", "家まで歩いて帰る。", "B：家まで歩いて帰る", "Bにします"]
)
def test_b_is_read(raw):
    assert reading.letter(raw, OPTIONS) == "B"


@pytest.mark.parametrize(
    ("reason", "raw"),
    [("empty", " "), ("empty", '{"answer": ""}'), ("ambiguous", "A or B"), ("ambiguous", "A\nB"),
     ("ambiguous", "AかB"),
     ("ambiguous", "A: 家まで歩いて帰る"), ("ambiguous", 'B {"answer": "A"}'), ("ambiguous",
     "A. Though B is fine."),
     ("off_scale", "C"), ("off_scale", '{"answer": "D"}'), ("unreadable", "home"), ("unreadable",
     '{"answer": 1}'),
     ("unreadable", '{"answer": ["A"]}'), ("unreadable", "not A"), ("unreadable", "Walk home"),
                                 ("unreadable", "AB"),
     ("refusal", "I'm sorry, I can't choose."), ("refusal", "どちらも選べません。")],
)  # fmt: skip
def test_missing_with_its_reason(reason, raw):
    with pytest.raises(Unreadable) as fault:
        reading.letter(raw, OPTIONS)
    assert fault.value.reason == reason


def test_equal_wordings_are_ambiguous():
    with pytest.raises(Unreadable) as fault:
        reading.letter("stay", {"A": "Stay.", "B": "stay"})
    assert fault.value.reason == "ambiguous"


@given(
    count=st.integers(2, 9),
    data=st.data(),
    form=st.sampled_from(["{}", "({})", "Option {}", "{}。", "**{}**", "回答は{}です"]),
)
def test_every_letter_reads_back(count, data, form):
    options = {chr(ord("A") + place): f"wording no. {place}" for place in range(count)}
    shown = data.draw(st.sampled_from(sorted(options)))
    assert reading.letter(form.format(shown), options) == shown


@given(raw=st.text() | st.lists(st.sampled_from([*"ABab .\n:", "or", "not", *OPTIONS.values()])).map("".join))
def test_random_text_never_yields_what_it_does_not_name(raw):
    try:
        shown = reading.letter(raw, OPTIONS)
    except Unreadable:
        return
    plain = reading._signs.fold(raw)
    assert shown in plain.upper() or reading._signs.key(OPTIONS[shown]) in reading._signs.key(raw)
