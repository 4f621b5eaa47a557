"""Free text: kept as written; only a bare refusal formula is a refusal."""

import unicodedata

import pytest

from homophily import reading
from homophily.reading import Unreadable, _signs


@pytest.mark.parametrize(
    "raw",
    ["Hello.", "I can't help smiling when it rains.",
     "I won't do that again, the hike was too long for my knees.",
     "I refuse to spend a free weekend at my desk. What about you?", "今週末は行けません。",
     "“Well,” she said.",
     "Ann: hello", "I cannot answer that yet, but I would look for a flat near the park.",
     "５時に会いましょう"],
)  # fmt: skip
def test_talk_is_kept_as_written(raw):
    assert reading.text(f"  {raw}\n") == raw


@pytest.mark.parametrize(
    "raw",
    ["I'm sorry, but I can't help with that.", "I can’t assist with that request.",
     "Sorry, I cannot continue.",
     "I'm sorry, I am unable to participate in this conversation.", "I must decline.",
     "申し訳ありませんが、お答えできません。",
     "申し訳ございませんが、そのご質問にはお答えできません。", "そのご要望には対応いたしかねます。"],
)  # fmt: skip
def test_a_formula_is_a_refusal(raw):
    with pytest.raises(Unreadable) as fault:
        reading.text(raw)
    assert fault.value.reason == "refusal"


@pytest.mark.parametrize("raw", ["", " \n", "\u3000"])
def test_nothing_is_empty(raw):
    with pytest.raises(Unreadable) as fault:
        reading.text(raw)
    assert fault.value.reason == "empty"


def test_signs_are_folded_the_same_one_by_one_and_together() -> None:
    signs = "".join(map(chr, [*range(0x20, 0x3000), *range(0xFE00, 0x10000), *range(0x1F100, 0x1F200)]))
    one_by_one = unicodedata.normalize("NFKC", "".join(map(_signs._fold, signs)))
    assert _signs.fold(signs) == one_by_one.replace("\u2212", "-")
    assert _signs.fold("①５²*") == " 1 5\ufffd "
