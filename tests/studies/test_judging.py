"""What a judge of values is asked, and what it is not told."""

import asyncio

import pytest

from homophily import wording
from homophily.asks import Answer, Ask, Persona
from homophily.lab.session import Seat, Session
from homophily.lab.table import Table
from homophily.studies._judging import judge, question, rejected
from homophily.values.taxonomy import taxonomy


class Design:
    seed = 1


class Memory:
    """Keeps what is asked and answers the same."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        self.asks.append(ask)
        return Answer(value="none", raw="[]")

    async def order(self, path: str, drawn: list[int]) -> list[int]:
        return drawn


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_closed_list_comes_with_names_and_definitions(language: str):
    item = question(taxonomy(), language)
    shown = wording.render(item)
    for entry in taxonomy().values:
        assert (
            f"{entry.name(language)}{'：' if language == 'ja' else ': '}{entry.definition(language)}" in shown
        )
    assert [option.id for option in item.options] == list(taxonomy().codes)
    assert item.schema()["properties"]["answer"]["maxItems"] == 5
    assert item.language == language


@pytest.mark.parametrize("language", ["en", "ja"])
def test_names_in_either_language_and_codes_are_read(language: str):
    item = question(taxonomy(), language)
    for entry in taxonomy().values:
        assert item.read(f'["{entry.name("en")}"]') == entry.code
        assert item.read(f"・{entry.name('ja')}") == entry.code
        assert item.read(entry.code) == entry.code
    both = taxonomy().values[:2]
    assert item.read("、".join(e.name("ja") for e in both)) == ",".join(sorted(e.code for e in both))


def test_a_judge_hears_the_message_and_nothing_else():
    memory = Memory()
    seat = Seat(respondent="lexicon", persona=Persona(id="", name="Judge"))
    session = Session(id="s", language="en", seats={"judge-1": seat})
    table = Table(session, Design(), memory)
    item = question(taxonomy(), "en", most=3)
    asyncio.run(judge(table, "judge-1", "She lied.", item, at="values/1"))
    (ask,) = memory.asks
    assert [(heard.name, heard.text) for heard in ask.history] == [("Message", "She lied.")]
    assert ask.history[0].speaker != ask.seat
    assert "at most 3" in ask.item.text
    assert ask.temperature == 0
    assert "values they voice" in ask.system
    assert ask.persona is None or not ask.persona.profile


def test_rejected_labels_are_counted_from_the_words_kept():
    item = question(taxonomy(), "en")
    assert rejected(item, '["Honest communication", "Kindness", "Love"]') == ("Kindness", "Love")
    assert rejected(item, "<think>Love?</think>[]") == ()
