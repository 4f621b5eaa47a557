"""Parts of the host on their own: fields, circles, places, sittings, traces."""

from __future__ import annotations

import asyncio
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily import catalogue
from homophily.errors import UsageError
from homophily.items import Choice, Item, Likert, Number, Ranking, Several, Text, Unreadable, Verdict
from homophily.web.host._circles import _RADIUS, pairs
from homophily.web.host.fields._form import first
from homophily.web.host.pages import _paragraphs
from homophily.web.host.places import Places
from homophily.web.host.traces import traces
from homophily.web.host.words import languages, words
from tests.web.host.hosted import FRUIT, Forms, dyad, opened, study, visited
from tests.web.host.visitor import Visitor

ITEMS: list[Item] = [
    Likert(id="i", text="?"),
    Number(id="i", text="?"),
    Choice(id="i", text="?", options=FRUIT),
    Several(id="i", text="?", options=FRUIT, most=2),
    Ranking(id="i", text="?", options=FRUIT),
    Text(id="i", text="?"),
    Verdict(id="i", text="?", agent="Agent 1"),
]
WORDS = st.one_of(
    st.sampled_from(["1", "2", "3", "a", "A", "none", "NTA", "", "4.5", "[]", "{}"]), st.text(max_size=8)
)
FORMS = st.dictionaries(
    st.sampled_from(["f", "f.A", "f.B", "f.C", "f.why", "f.skip"]), st.lists(WORDS, max_size=3), max_size=6
)


@cache
def of_kind(kind: str) -> Any:
    return catalogue.get("web.host.fields", kind)


def field(item: Item) -> Any:
    return of_kind(item.kind)


def test_every_kind_that_can_be_asked_has_a_field_and_a_template() -> None:
    templates = Path(catalogue.__file__).parent / "web/host/templates/fields"
    for kind in catalogue.names("web.host.fields"):
        assert (templates / f"{kind}.html").is_file()
    asked = {kind.kind for kind in _below(Item)} - {"fact", "item"}
    assert asked == set(catalogue.names("web.host.fields"))


def _below(kind: type[Item]) -> set[type[Item]]:
    return {kind}.union(*(_below(each) for each in kind.__subclasses__()))


@settings(max_examples=150, deadline=None)
@given(item=st.sampled_from(ITEMS), form=FORMS)
def test_whatever_a_form_holds_is_shown_again_and_read_or_refused(
    item: Item, form: dict[str, list[str]]
) -> None:
    raw = field(item).entered(item, "f", form)
    shown = field(item).shown(item, raw)
    assert isinstance(shown, dict)
    try:
        value = item.read(raw)
    except Unreadable:
        return
    assert value is not None


@given(order=st.permutations(range(3)))
def test_a_ranking_is_read_as_its_places_say(order: list[int]) -> None:
    item = ITEMS[4]
    assert isinstance(item, Ranking)
    form = {f"f.{mark}": [str(place + 1)] for mark, place in zip("ABC", order, strict=True)}
    raw = field(item).entered(item, "f", form)
    wanted = [FRUIT[order.index(place)].id for place in range(3)]
    assert item.read(raw) == ",".join(wanted)
    shown = field(item).shown(item, raw)
    assert [option["place"] for option in shown["options"]] == [str(place + 1) for place in order]


def test_a_several_of_none_is_an_answer_and_no_mark_is_not() -> None:
    item = ITEMS[3]
    assert field(item).entered(item, "f", {}) == ""
    assert item.read(field(item).entered(item, "f", {"f": ["none"]})) == "none"
    assert item.read(field(item).entered(item, "f", {"f": ["a", "c"]})) == "a,c"
    with pytest.raises(Unreadable):
        item.read(field(item).entered(item, "f", {"f": ["a", "b", "c"]}))


@pytest.mark.parametrize("steps", [2, 7, 11])
def test_the_drawn_circles_share_what_their_labels_say(steps: int) -> None:
    """Areas by counting points of a fine grid, apart from the formula they are drawn by."""
    n, inside, both = 400, 0, [0] * steps
    drawn = pairs(steps)
    for i in range(n):
        y = _RADIUS * (2 * (i + 0.5) / n - 1)
        for j in range(n):
            x = _RADIUS * (2 * (j + 0.5) / n - 1)
            if math.hypot(x, y) > _RADIUS:
                continue
            inside += 1
            for step, each in enumerate(drawn):
                both[step] += math.hypot(x - (each["right"] - each["left"]), y) <= _RADIUS
    for step, shared in enumerate(both):
        assert shared / inside == pytest.approx(0.9 * step / (steps - 1), abs=0.004)


@given(
    sent=st.text(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["page", "fields", "seconds", "keys", "f0"]), inner, max_size=4)
        ),
        max_leaves=12,
    ).map(json.dumps)
)
def test_traces_are_plain_counts_whatever_is_sent(sent: str) -> None:
    page, fields = traces(sent)
    for counts in (page, *fields.values()):
        assert all(isinstance(count, float) and 0 <= count <= 1e9 for count in counts.values())


def test_all_languages_have_the_same_words_with_the_same_blanks() -> None:
    import string

    def blanks(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english = words("en")
    for language in languages():
        told = words(language)
        assert set(told) == set(english)
        for key, text in told.items():
            assert text.strip()
            assert blanks(text) == blanks(english[key]), (language, key)
    assert words("fr") == english


def test_a_session_with_two_people_is_refused() -> None:
    people = {"me": {"kind": "person"}, "other": {"kind": "person"}}
    kind, design = dyad(respondents=people)
    with pytest.raises(UsageError, match="seats 2 people"):
        Places(kind, design, 60)


def test_texts_become_paragraphs_and_lists_and_nothing_else() -> None:
    told = _paragraphs("One <b>\ntwo\n\nThese:\n- a & b\n- c\nlast\n\n\n")
    assert told.split("\n") == [
        "<p>One &lt;b&gt;<br>two</p>",
        "<p>These:</p>",
        "<ul><li>a &amp; b</li><li>c</li></ul>",
        "<p>last</p>",
    ]


def test_line_ends_of_browsers_become_one() -> None:
    assert first({"f": [" a\r\nb\rc \n"]}, "f") == "a\nb\nc"


def test_sittings_leave_the_memory_and_are_played_again(tmp_path: Path) -> None:
    async def visit(host: Any, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        (sitting,) = host._desk.sittings.values()
        await host.sweep()
        assert host._desk.sittings
        sitting.seen -= 15 * 60 + 1
        await host.sweep()
        assert not host._desk.sittings
        await visitor.get("/study")
        assert len(visitor.form.asks) == 3
        await visitor.finish()
        await asyncio.sleep(0.02)
        await host.sweep()
        assert not host._desk.sittings

    visited(tmp_path, visit)


def test_one_process_at_a_time_hosts_a_run(tmp_path: Path) -> None:
    async def twice() -> None:
        async with opened(tmp_path), opened(tmp_path):
            pass

    with pytest.raises(UsageError, match="another process"):
        asyncio.run(twice())


def test_the_study_of_these_tests_is_whole() -> None:
    assert [session.id for session in study.sessions(Forms(n=1))] == ["en/0", "ja/0"]
