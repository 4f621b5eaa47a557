"""Orders read strictly: every option once, nothing sorted, nothing guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.items import Notice, Option, Ranking, Unreadable

ITEM = Ranking(
    id="r/1",
    text="Order.",
    options=(Option("agent-1", "Ash"), Option("agent-2", "Birch", also=("樺",)), Option("agent-3", "Cedar")),
)
ORDER = "agent-2,agent-1,agent-3"


@pytest.mark.parametrize(
    "raw",
    [
        "B, A, C",
        "b,a,c",
        "B > A > C",
        "Ｂ＞Ａ＞Ｃ",
        "agent-2,agent-1,agent-3",
        "Birch, Ash, Cedar",
        "樺、Ash、Cedar",
        "1. Birch\n2. Ash\n3. Cedar",
        "1) B\n2) A\n3) C",
        "Ranking:\nBirch\nAsh\nCedar",
        "B. Birch\nA. Ash\nC. Cedar",
        '{"answer": ["B", "A", "C"]}',
        '{"answer": "B, A, C"}',
        '["Birch", "A", "agent-3"]',
    ],
)
def test_reads(raw):
    assert ITEM.read(raw) == ORDER


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        ("B, A", "off_scale"),
        ("B, A, C, D", "off_scale"),
        ("B, A, A, C", "ambiguous"),
        ("Birch, B, Ash, Cedar", "ambiguous"),
        ("3. Cedar\n1. Birch\n2. Ash", "ambiguous"),
        ("C < A < B", "off_scale"),
        ('["B"] ["A", "C"]', "ambiguous"),
        ("I cannot answer that.", "refusal"),
        ("I would put the first one before the second one because it spoke to me", "unreadable"),
        ('{"answer": null}', "unreadable"),
    ],
)
def test_does_not_guess(raw, reason):
    with pytest.raises(Unreadable) as caught:
        ITEM.read(raw)
    assert caught.value.reason == reason


@given(st.permutations([option.id for option in ITEM.options]))
def test_every_order_is_read_back(order):
    assert ITEM.read(",".join(order)) == ",".join(order)


@given(st.text(max_size=60))
def test_noise_is_a_full_order_or_unreadable(raw):
    try:
        value = ITEM.read(raw)
    except Unreadable:
        return
    assert sorted(value.split(",")) == ["agent-1", "agent-2", "agent-3"]


def test_ids_must_be_told_apart():
    with pytest.raises(ValueError, match="commas"):
        Ranking(id="r", text="?", options=(Option("a,b", "x"), Option("c", "y")))


def test_a_notice_is_read_or_not():
    notice = Notice(id="n", text="Hello.")
    assert notice.read(" Read ") == "read"
    with pytest.raises(Unreadable):
        notice.read("yes")
