"""Numbers and labels: what is read, and why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import reading
from homophily.reading import Unreadable

EN = {1: "Not like me at all", 2: "Not like me", 3: "A little like me", 5: "Like me", 6: "Very much like me"}
JA = {1: "まったく似ていない", 2: "似ていない", 5: "似ている", 6: "とてもよく似ている"}


def read(raw, low=1, high=7, labels=EN):
    return reading.point(raw, low, high, labels)


STATED = [
    "5", " 5 ", "5.", "５", "５。", "5。", "⑤", "❺", "㊄", "5️⃣", "**5**", "__5__", "`5`", "# 5", "(5)",
    "【5】",
    "「5」", '"5"', "“5”", "5!", "```\n5\n```", "```json\n{\"answer\": 5}\n```", '{"answer": 5}',
    '{"answer": 5.0}', '{"answer": "5"}', '{"answer": "５"}', '{"answer": ５}', '{ "answer" : "**5**" }',
    '{"reason": "I like it", "answer": 5}', 'Here you are:\n```json\n{"answer": 5}\n```\nThank you.',
    'Sure! {"answer": 5}', '{"answer": 5} On a scale of 1 to 7.', "Answer: 5", "**Answer:** 5",
    "answer = 5",
    "My answer is 5.", "The final rating is 5", "I would say 5.", "I'd choose 5", "Score: 5 out of 7",
    "5/7",
    "5 / 7", "５／７", "5 out of 7", "5 points", "7点中5点", "回答：５", "回答は5です。", "答え: 五",
    "五", "五です",
    "5点", "５点です。", "5だと思います。", "5を選びます", "私は5を選びます。", "five", "Five.", "5.0",
    "+5",
    "5 - Like me", "5: Like me", "5 (Like me)", "5. Like me", "5 = like me", "Like me (5)", "Like me - 5",
    "Like me", "like me.", "**Like** me", '"Like me"', "Answer: Like me", "I choose 5 because it fits.",
    "5, because it fits.", "5\n\nIt suits me well.", "It suits me well.\n\nAnswer: 5",
    "5. It suits me well.",
    "As an AI I have no feelings, but my answer is 5.", "I can't be sure. 5.", '{"answer": "5 - Like me"}',
]  # fmt: skip


@pytest.mark.parametrize("raw", STATED)
def test_a_stated_five_reads_as_five(raw):
    assert read(raw) == 5


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("似ている", 5), ("「似ている」", 5), ("回答：似ている", 5), ("5：似ている", 5),
        ("５（似ている）", 5),
        ("まったく似ていない", 1), ("似ていない。", 2), ("とてもよく似ている です", 6), ("三", 3),
        ("回答は六です", 6),
    ],
)  # fmt: skip
def test_japanese_labels(raw, value):
    assert read(raw, labels=JA) == value


REASONS = {
    "empty": ["", "  \n\t", "\u3000", "\ufeff", "```\n```", '{"answer": ""}', '{"answer": " "}'],
    "off_scale": ["0", "8", "-5", "55", "4.5", "5/10", "10/10", '{"answer": 9}', '{"answer": 4.5}', "９",
                  "⑨", "99999999999999999999", "Answer: 9", "回答：0", "十一", '{"answer": 1e400}',
                  "5 out of 6"],
    "ambiguous": ["4 or 5", "between 4 and 5", "4-5", "4〜5", "４～５", "4と5の間", "4か5", "4, 5",
                  "4\n5", "5 5 4", "①②",
                  '{"answer": 5} {"answer": 4}', '{"answer": 5}\n{"answer": 5}',
                  '{"answer": 5, "answer": 4}',
                  '3 {"answer": 5}', "Answer: 4\n{\"answer\": 5}", "5 - Not like me", "Like me (2)",
                  "Like me. 2",
                  "Answer: 5\nOn second thought, 6.", "~~4~~ 5", "5. No, 4.", "3*2", "5\nOr maybe six.",
                  "5\n\n9",
                  "Either the answer is 4 or the answer is 5", "On a scale of 1 to 7, my answer is 5",
                  "I cannot choose between 4 and 5."],
    "unreadable": ["hello", "not 5", "about 5", "~5", "5?", "5²", "½", "5%", "<5", "[5, null]", "null",
                   "true", "NaN",
                   '{"answer": null}', '{"answer": true}', '{"answer": [5]}', '{"answer": {"answer": 5}}',
                   '{"answer": "NaN"}', '{"answer": NaN}', '{"rating": 5}', "{}", '{"answer": 5',
                   '{"answer": 5]',
                   '{\n"answer":\n5', "I don't know.", "わかりません", "It is wrong that the answer is 5",
                   "I don't think my answer is 5", "5\u0338", "٥",
                   "x" * 30_000, '{"a":' * 3_000, "{" * 5_000],
    "refusal": ["I'm sorry, but I can't answer that.", "I cannot rate another person.",
                "I can’t help with that.",
                "As an AI language model, I do not have personal values.", "I prefer not to answer.",
                "I must decline.", "I'd rather not say.", "No comment.",
                "I cannot rate this on a scale of 1 to 7.",
                "申し訳ありませんが、お答えできません。", "回答を控えさせていただきます。",
                "その質問にはお答えいたしかねます。",
                "AIなので、評価することはできません。", "AIには個人的な価値観はありません。",
                '{"answer": "I cannot answer."}'],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "raw"), [(reason, raw) for reason, raws in REASONS.items() for raw in raws]
)
def test_what_is_not_stated_is_missing_with_its_reason(reason, raw):
    with pytest.raises(Unreadable) as fault:
        read(raw)
    assert fault.value.reason == reason


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("72.5", 72.5),
        ("72.5%", 72.5),
        ("80/100", 80),
        ("100", 100),
        ("八十", 80),
        ("Answer: 0", 0),
        (".5", 0.5),
    ],
)
def test_numbers(raw, value):
    assert reading.number(raw, 0, 100) == value


def test_numbers_below_zero():
    assert reading.number("-3", -10, 10) == -3
    assert reading.number("−3.5", -10, 10) == -3.5
    with pytest.raises(Unreadable, match="no answer"):
        reading.number("- 3", -10, 10)


def test_a_label_with_digits_is_its_point():
    labels = {1: "They only touch", 2: "15 % shared", 3: "30 % shared"}
    assert read("15 % shared", labels=labels) == 2
    assert read("3: 30 % shared", labels=labels) == 3
    with pytest.raises(Unreadable) as fault:
        read("3", labels={2: "3"})
    assert fault.value.reason == "ambiguous"


DECORATIONS = [
    "{}", "**{}**", "`{}`", "({})", "「{}」", "{}.", "{}。", "Answer: {}", "回答：{}", "{}です。",
    "```\n{}\n```", "  {}\n",
    '{{"answer": {}}}', '{{"answer": "{}"}}', '```json\n{{"answer": {}}}\n```',
    'Gladly.\n{{"answer": {}}}', "私は{}を選びます。",
]  # fmt: skip
SCALES = st.tuples(st.integers(-3, 3), st.integers(1, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(scale=SCALES, data=st.data(), decoration=st.sampled_from(DECORATIONS), wide=st.booleans())
def test_every_point_reads_back_in_every_decoration(scale, data, decoration, wide):
    low, high = scale
    place = data.draw(st.integers(low, high))
    digits = (
        str(place).translate({ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"}) if wide else str(place)
    )
    assert reading.point(decoration.format(digits), low, high, {}) == place


@given(number=st.integers(-50, 50), decoration=st.sampled_from(DECORATIONS))
def test_no_number_off_the_scale_is_read(number, decoration):
    if 1 <= number <= 7:
        assert read(decoration.format(number)) == number
    else:
        with pytest.raises(Unreadable) as fault:
            read(decoration.format(number))
        assert fault.value.reason == "off_scale"


SCRAPS = st.lists(
    st.sampled_from(
        ["1", "4", "5", "７", "九", "five", "not", "or", "Like me", "Not like me", "似ている", "Answer:",
         "回答は", "です",
         "{", "}", '"answer":', '{"answer": 5}', "\n", ". ", "。", "/", "-", "%", "**", "```", "because",
         "I cannot answer"]
    ) | st.text(max_size=4),
    max_size=8,
).map("".join)  # fmt: skip


@given(raw=st.text() | SCRAPS)
def test_random_text_never_yields_what_it_does_not_state(raw):
    try:
        value = read(raw, labels=EN | JA)
    except Unreadable:
        return
    wording = (EN | JA).get(value, "")
    english = ["", "one", "two", "three", "four", "five", "six", "seven"]
    plain = reading._signs.fold(raw).casefold()
    signs = [str(value), "〇一二三四五六七"[value], english[value]]
    labels = [label for labels in (EN, JA) if (label := labels.get(value))]
    squeezed = reading._signs.key(raw)
    assert wording or signs
    assert any(sign in plain for sign in signs) or any(
        reading._signs.key(label) in squeezed for label in labels
    )


@given(
    first=st.integers(1, 7),
    second=st.integers(1, 7),
    joint=st.sampled_from([" or ", "\n", ". ", ", ", "〜", " {} "]),
)
def test_two_different_answers_are_never_one(first, second, joint):
    if first != second:
        with pytest.raises(Unreadable):
            read(f"{first}{joint}{second}")
