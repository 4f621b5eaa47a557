"""Reading several options of a closed list: what is on it, what is rejected, and when there is no list."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.items import NOTHING, Option, Several, Unreadable, chosen

OPTIONS = (
    Option("empathy", "Empathy and understanding", also=("共感と理解",)),
    Option("honest", "Honest communication", also=("正直な伝え方",)),
    Option("auto", "Personal autonomy", also=("自己決定",)),
)
ITEM = Several(id="v", text="Which?", options=OPTIONS, most=2)
MANY = Several(id="m", text="Which?", options=tuple(Option(f"v{n}", f"Value {n}x") for n in range(1, 49)))


def read(raw: str, item: Several = ITEM) -> str:
    try:
        return item.read(raw)
    except Unreadable as fault:
        return f"!{fault.reason}"


@pytest.mark.parametrize(
    "raw",
    [
        '["Empathy and understanding", "Honest communication"]',
        '["honest", "empathy"]',
        '{"answer": ["Empathy and understanding", "honest"]}',
        '{"answer": "empathy, honest"}',
        '```json\n["empathy", "honest"]\n```',
        'These fit best: ["empathy", "honest"]',
        "Empathy and understanding, Honest communication",
        "Empathy and understanding, Honest communication.",
        "- **Empathy and understanding**: she sees his side\n- Honest communication (no lies)",
        "1. Honest communication\n2. Empathy and understanding",
        "Values:\n• empathy\n• honest",
        "A. Empathy and understanding\nB. Honest communication",
        "A, B",
        "(A)、(B)",
        "Ａ、Ｂ",
        '["A", "B"]',
        "共感と理解、正直な伝え方",
        "・共感と理解\n・正直な伝え方",
        "１．共感と理解　\n２．正直な伝え方：嘘をつかない",
        "回答：\n共感と理解、 正直な伝え方",
        "empathy\nempathy\nhonest",
    ],
)
def test_the_same_two_options_however_they_are_listed(raw: str):
    assert read(raw) == "empathy,honest"
    assert ITEM.remarks(raw) == {}


@pytest.mark.parametrize(
    "raw", ["[]", '{"answer": []}', "none", "None.", "なし", "該当なし", '["none"]', "特になし。"]
)
def test_none_is_an_answer(raw: str):
    assert read(raw) == NOTHING
    assert chosen(ITEM.read(raw)) == ()


@pytest.mark.parametrize(
    ("raw", "value", "rejected"),
    [
        ('["empathy", "Kindness"]', "empathy", ["Kindness"]),
        ("Honest communication, Love, Fairness", "honest", ["Love", "Fairness"]),
        ("正直な伝え方、やさしさ", "honest", ["やさしさ"]),
        ('["empathy", "Empath"]', "empathy", ["Empath"]),
    ],
)
def test_labels_beside_the_list_are_rejected_and_kept(raw: str, value: str, rejected: list[str]):
    assert read(raw) == value
    assert ITEM.remarks(raw) == {"rejected": rejected}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("Kindness", "off_scale"),
        ('["Kindness", "Love"]', "off_scale"),
        ('["D"]', "off_scale"),
        ("empathy, honest, auto", "off_scale"),
        ('["empathy"] or ["honest"]', "ambiguous"),
        ("none, empathy", "ambiguous"),
        ('{"answer": ["empathy"]} {"answer": ["honest"]}', "ambiguous"),
        ("B. Empathy and understanding", "ambiguous"),
        ("Honest communication – Empathy and understanding", "ambiguous"),
        ("Empathy and understanding: yes\nHonest communication: no", "ambiguous"),
        ("共感と理解：なし\n正直な伝え方：あり", "ambiguous"),
        ('{"answer": null}', "unreadable"),
        ('{"answer": 3}', "unreadable"),
        ('{"answer": [["empathy"]]}', "unreadable"),
        ('{"values": ["empathy"]}', "unreadable"),
        (
            "I think that this message is mostly about how people ought to see each other's side.",
            "unreadable",
        ),
        (
            "この発言は、相手の立場に立って考えることの大切さを中心に述べているものだと私は考えております。",
            "unreadable",
        ),
        ("I'm sorry, but I can't answer that.", "refusal"),
        ("申し訳ありませんが、お答えできません。", "refusal"),
    ],
)
def test_what_is_no_list_of_options_is_missing_with_a_reason(raw: str, reason: str):
    assert read(raw) == f"!{reason}"


def test_a_long_list_is_marked_by_numbers():
    assert list(MANY.marks())[:2] == ["1", "2"]
    assert read("3, 48", MANY) == "v3,v48"
    assert read("1. Value 7x\n2. Value 9x", MANY) == "v7,v9"
    assert read('["12"]', MANY) == "v12"
    assert read("49", MANY) == "!off_scale"


def test_the_answer_does_not_depend_on_the_order_shown():
    turned = Several(id="v", text="Which?", options=OPTIONS[::-1], most=2)
    for raw in ('["honest", "empathy"]', '["empathy", "honest"]'):
        assert read(raw, turned) == read(raw) == "empathy,honest"
    assert read("A", turned) == "auto"


def test_the_schema_lists_the_wordings():
    answer = ITEM.schema()["properties"]["answer"]
    assert answer["items"]["enum"] == [option.text for option in OPTIONS]
    assert answer["maxItems"] == 2


@given(st.sets(st.sampled_from([option.id for option in OPTIONS]), max_size=2))
def test_what_is_written_as_asked_reads_back(ids: set[str]):
    names = {option.id: option.text for option in OPTIONS}
    raw = json.dumps([names[id_] for id_ in ids])
    assert chosen(ITEM.read(raw)) == tuple(sorted(ids))


@given(st.text(max_size=60))
def test_nothing_is_invented(raw: str):
    value = read(raw)
    if not value.startswith("!"):
        assert set(chosen(value)) <= {option.id for option in OPTIONS}


@pytest.mark.parametrize("ids", [("a", "a"), ("a,b", "c"), ("none", "b"), ("", "b")])
def test_ids_that_could_not_be_told_apart_are_refused(ids: tuple[str, ...]):
    with pytest.raises(ValueError, match="ids of their own"):
        Several(id="v", text="?", options=tuple(Option(id_, f"text {id_}") for id_ in ids))
