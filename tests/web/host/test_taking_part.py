"""A session in a browser: shown, saved, sent, and gone on with whatever stops it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from homophily.asks import Answer, Ask
from homophily.lab import answers, create
from homophily.lab.runner import play
from homophily.web.host import Host
from tests.web.host.hosted import ASKS, PAGES, dyad, rows, visited
from tests.web.host.visitor import Form, Visitor


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_session_goes_from_the_link_to_the_code(tmp_path: Path, language: str) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        assert f'<html lang="{language}">' in visitor.text
        assert await visitor.finish() == PAGES
        (person,) = host.people
        assert person.code in visitor.text

    run = visited(tmp_path, visit, language=language)
    table = answers(run)
    assert len(table) == ASKS
    assert not table["missing"].notna().any()
    assert set(table["language"]) == {language}
    told = dict(zip(table["path"], table["value"], strict=True))
    assert told["notice"] == "read"
    assert (told["likert"], told["number"], told["choice"]) == ("4", "60.0", "b")
    assert (told["ranking"], told["several"]) == ("a,b,c", "a")
    assert rows(run, "SELECT state, test FROM participants") == [("finished", 0)]
    assert rows(run, "SELECT state FROM sessions") == [("finished",)]
    assert rows(run, "SELECT * FROM drafts") == []


def test_asks_made_together_are_one_page_and_progress_never_falls(tmp_path: Path) -> None:
    shown: list[tuple[list[str], int]] = []

    async def visit(host: Host, visitor: Visitor) -> None:
        assert {language: len(way) for language, way in host.expected.items()} == {"en": ASKS, "ja": ASKS}
        await visitor.begin()
        while visitor.path != "/done":
            percent = int(visitor.text.split('<progress max="100" value="')[1].split('"')[0])
            shown.append((visitor.form.asks, percent))
            await visitor.answer()

    visited(tmp_path, visit)
    assert [asks for asks, _ in shown] == [
        ["me:notice"],
        ["me:likert", "me:number", "me:choice"],
        ["me:text"],
        ["me:ranking"],
        ["me:several"],
    ]
    percents = [percent for _, percent in shown]
    assert percents == sorted(percents)
    assert percents[0] == 0
    assert percents[-1] == 85


def test_what_is_missing_is_told_beside_the_item_and_what_was_given_stays(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        form = visitor.form.filled()
        del form["f1"]
        form["f0"] = "9"
        await visitor.post("/study", form)
        assert visitor.page.status_code == 422
        assert "Please give a number from 0 to 100." in visitor.text
        assert "This is outside what can be answered." in visitor.text
        assert '<a href="#f1">How many?</a>' in visitor.text
        assert '<input type="radio" name="f2" value="B" checked>' in visitor.text
        assert rows(host.run, "SELECT path FROM answers") == [("notice",)]
        await visitor.get("/study")  # load anew
        assert '<input type="radio" name="f2" value="B" checked>' in visitor.text
        await visitor.answer(f1="12.5")

    run = visited(tmp_path, visit)
    assert rows(run, "SELECT value FROM answers WHERE path = 'number'") == [("12.5",)]
    assert rows(run, "SELECT * FROM drafts") == []


def test_a_form_sent_twice_or_from_an_old_page_changes_nothing(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        old = visitor.form.filled()
        await asyncio.gather(*(visitor.client.post("/study", data=old | {"f0": str(n)}) for n in (2, 5, 7)))
        before = rows(host.run, "SELECT path, value FROM answers ORDER BY place, path")
        assert len(before) == 4
        await visitor.post("/study", old | {"f0": "1"})
        assert visitor.form.asks == ["me:text"]
        assert rows(host.run, "SELECT path, value FROM answers ORDER BY place, path") == before

    visited(tmp_path, visit)


def test_what_is_saved_on_the_way_outlives_the_server(tmp_path: Path) -> None:
    cookies: dict[str, str] = {}

    async def first(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        form = visitor.form.filled() | {"f1": "33"}
        form["traces"] = json.dumps({"page": {"seconds": 9.5}, "fields": {"f1": {"keys": 2, "pasted": -4}}})
        saved = await visitor.client.post("/study/draft", data=form)
        assert saved.json() == {"saved": True}
        cookies.update(visitor.client.cookies)

    async def second(host: Host, visitor: Visitor) -> None:
        visitor.client.cookies.update(cookies)
        await visitor.get("/")
        assert visitor.form.asks == ["me:likert", "me:number", "me:choice"]
        assert 'name="f1" value="33"' in visitor.text
        counted = json.loads(visitor.form.hidden["traces"])
        assert counted["page"] == {"seconds": 9.5, "away": 0}
        assert counted["fields"]["f1"] == {"keys": 2, "pasted": 0}
        stale = visitor.form.filled()
        await visitor.answer(f1="33")
        late = await visitor.client.post("/study/draft", data=stale)
        assert late.status_code == 409

    visited(tmp_path, first)
    run = visited(tmp_path, second)
    assert rows(run, "SELECT value FROM answers WHERE path = 'number'") == [("33.0",)]
    assert rows(run, "SELECT * FROM drafts") == []


def test_traces_are_kept_with_the_answer_as_plain_counts(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        sent = {
            "page": {"seconds": 12.345, "away": 2, "evil": "<script>"},
            "fields": {"f1": {"keys": 3, "pastes": 1, "pasted": 1e30, "first": "soon", "changes": True}},
        }
        await visitor.answer(traces=json.dumps(sent))
        await visitor.answer(traces="[" * 2000)

    run = visited(tmp_path, visit)
    kept = {
        path: json.loads(record)["traces"]
        for path, record in rows(run, "SELECT path, record FROM answers WHERE path <> 'notice'")
    }
    page = {"seconds": 12.35, "away": 2.0, "script": True}
    assert kept["likert"] == page
    assert kept["number"] == page | {"keys": 3.0, "pastes": 1.0, "pasted": 1e9}
    assert kept["text"] == {"script": False}


def test_scripts_and_markup_come_back_as_text(tmp_path: Path) -> None:
    evil = "</textarea><script>alert(1)</script>\x00\ud800'\"; DROP TABLE answers; -- {{ 7*7 }}"

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        assert "&lt;b&gt;Cherries&lt;/b&gt;" in visitor.text
        await visitor.answer(f1=evil.replace("\ud800", ""))
        assert visitor.page.status_code == 422
        assert "<script>alert" not in visitor.text
        assert "49" not in visitor.text.split('name="f1" value="')[1][:120]
        await visitor.answer(f1="5")
        body = "&".join(
            ("csrf=" + visitor.form.hidden["csrf"], "ask=me%3Atext", "f0=a%00b%ED%A0%80%F0%9F%8D%8E")
        )
        await visitor.client.post(
            "/study", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
        )

    run = visited(tmp_path, visit)
    ((value,),) = rows(run, "SELECT value FROM answers WHERE path = 'text'")
    assert value.startswith("a\ufffdb")
    assert value.endswith("\N{RED APPLE}")


def test_declining_in_words_is_an_answer_and_skipping_can_be_allowed(tmp_path: Path) -> None:
    from tests.web.host.hosted import Forms

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.answer()
        form = visitor.form.filled()
        del form["f0"]
        await visitor.post("/study", form | {"f0.skip": "1"})
        await visitor.answer(f0="I cannot answer that.")
        assert visitor.form.asks == ["me:ranking"]

    design = Forms(respondents={"people": {"kind": "person", "skip": True}})
    run = visited(tmp_path, visit, design=design)
    missing = dict(rows(run, "SELECT path, missing FROM answers WHERE missing IS NOT NULL"))
    assert missing == {"likert": "refusal", "text": "refusal"}


def test_a_person_talks_with_a_synthetic_partner_in_a_dyad(tmp_path: Path) -> None:
    study, design = dyad()

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        assert "In this conversation you are called" in visitor.text
        assert "Stay " not in visitor.text
        await visitor.answer()
        assert "The conversation so far" in visitor.text
        await visitor.finish()

    run = visited(tmp_path, visit, of=study, design=design)
    table = answers(run)
    assert set(table["respondent"]) == {"me", "other"}
    said = table[(table["kind"] == "text") & (table["respondent"] == "me")]
    assert len(said) == 2
    assert set(table[table["item"].str.startswith("circles")]["respondent"]) == {"me", "other"}


def test_a_person_deliberates_in_a_debate(tmp_path: Path) -> None:
    from homophily.lab import load_design

    study, design = load_design(
        "debate",
        {
            "languages": ["en"],
            "protocols": ["synchronous"],
            "panels.solo": False,
            "panels.groups": [["me", "steady"]],
            "dilemmas.number": 1,
            "respondents": {
                "me": {"kind": "person"},
                "steady": {"kind": "panelist", "seed": 1},
                "lexicon": {"kind": "lexicon"},
            },
        },
    )

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        assert "JSON" not in visitor.text
        empty = visitor.form.filled()
        await visitor.post("/study", empty | {"f0.why": " "})
        assert "Please explain your verdict" in visitor.text
        await visitor.finish(lambda ask, values: "NAH")

    run = visited(tmp_path, visit, of=study, design=design)
    table = answers(run)
    mine = table[(table["respondent"] == "me") & (table["kind"] == "verdict")]
    assert set(mine["value"]) == {"NAH"}


def test_a_session_of_teammates_goes_to_its_debriefing(tmp_path: Path) -> None:
    from homophily.lab import load_design

    study, design = load_design(
        "teammates", {"participants": 2, "respondents": {"people": {"kind": "person"}}}
    )

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        assert "agree to take part" in visitor.text
        await visitor.finish()

    run = visited(tmp_path, visit, of=study, design=design)
    table = answers(run)
    assert "debriefing" in set(table["path"])
    assert study.tables(table, design)["people"]["complete"].tolist() == [True]


def test_postgres_keeps_a_session_too(tmp_path: Path, postgres: str) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=p1")
        await visitor.answer()
        await visitor.client.post("/study/draft", data=visitor.form.filled())
        await visitor.finish()

    run = visited(tmp_path, visit, store=postgres)
    assert len(answers(run)) == ASKS


def test_a_respondent_who_fails_interrupts_and_the_session_goes_on(tmp_path: Path) -> None:
    """The other seat replays a run of which one utterance is lost, then found again."""
    study, played = dyad(**{"respondents": {"me": {"kind": "midpoint"}, "other": {"kind": "midpoint"}}})
    recorded = create(study, played, root=tmp_path / "recorded")
    asyncio.run(play(recorded, study, played))
    other = {"kind": "replay", "run": str(recorded.folder)}
    _, design = dyad(**{"respondents": {"me": {"kind": "person"}, "other": other}})

    async def visit(host: Host, visitor: Visitor) -> None:
        with sqlite3.connect(recorded.folder / "answers.db") as file:
            file.execute("CREATE TABLE aside AS SELECT * FROM answers WHERE seat = 'b' AND kind = 'text'")
            file.execute("DELETE FROM answers WHERE seat = 'b' AND kind = 'text'")
        await visitor.begin()
        await visitor.answer()
        assert visitor.page.status_code == 503
        assert "Your answers are kept" in visitor.text
        assert "holds no answer" not in visitor.text
        assert len(host.faults) == 1
        with sqlite3.connect(recorded.folder / "answers.db") as file:
            file.execute("INSERT INTO answers SELECT * FROM aside")
        await asyncio.sleep(0.1)
        for respondent in host.seats.values():
            await respondent.aclose()  # forgets what it read of the recorded run
        await visitor.get("/study")
        assert visitor.page.status_code == 200
        await visitor.finish()

    run = visited(tmp_path, visit, of=study, design=design)
    assert rows(run, "SELECT state FROM sessions") == [("finished",)]


class Slow:
    """A respondent who takes their time."""

    def __init__(self, respondent: Any, seconds: float) -> None:
        self.respondent, self.seconds = respondent, seconds

    async def answer(self, ask: Ask) -> Answer:
        await asyncio.sleep(self.seconds)
        return await self.respondent.answer(ask)


def test_a_page_waits_for_the_others_and_withdrawing_does_not(tmp_path: Path) -> None:
    study, design = dyad()

    async def visit(host: Host, visitor: Visitor) -> None:
        seats = host._houses[False].respondents
        seats["other"] = Slow(seats["other"], 2.2)  # type: ignore[index]
        await visitor.begin()
        await visitor.answer()
        assert 'data-waiting="/study/state"' in visitor.text
        assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in visitor.text
        assert (await visitor.client.get("/study/state")).json() == {"ready": True}
        await visitor.get("/study")
        assert len(visitor.form.asks) == 1
        await visitor.answer()
        await visitor.get("/withdraw")
        await visitor.post("/withdraw", visitor.form.hidden)
        assert visitor.path == "/withdrawn"
        assert rows(host.run, "SELECT count(*) FROM answers") == [(0,)]

    run = visited(tmp_path, visit, of=study, design=design)
    assert rows(run, "SELECT count(*) FROM answers") == [(0,)]


def test_forms_are_read_by_name_only(tmp_path: Path) -> None:
    """Asks that a page did not hold cannot be answered through it."""

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        csrf = Form(visitor.text).hidden["csrf"]
        for ask in (
            "me:text",
            "me:number",
            "other:notice",
            ":",
            "",
            "me",
            "me:../notice",
            "me:notice' OR 1=1",
        ):
            await visitor.post("/study", {"csrf": csrf, "ask": ask, "f0": "5"})
            assert visitor.page.status_code == 200
            assert visitor.form.asks == ["me:notice"]

    run = visited(tmp_path, visit)
    assert rows(run, "SELECT * FROM answers") == []


def test_no_page_without_a_session(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        for path in ("/study", "/done", "/later", "/withdraw", "/study/state"):
            await visitor.get(path)
            assert visitor.page.status_code == 404
        await visitor.post("/study", {"csrf": "x", "ask": "me:notice"})
        assert visitor.page.status_code == 403

    visited(tmp_path, visit)
