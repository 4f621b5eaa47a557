"""Arriving: languages, links, consent, who is let in and where they sit."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from homophily.web.host import Host, Settings
from tests.web.host.hosted import FAST, Forms, opened, rows, visited
from tests.web.host.visitor import Visitor


def test_the_first_page_is_small_and_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get("/")
        size = len(visitor.page.content)
        parts = re.findall(r'(?:href|src)="([^"]+)"', visitor.text)
        assert not [part for part in parts if "//" in part]
        for part in parts:
            if part.startswith("/static"):
                reply = await visitor.client.get(part)
                assert reply.status_code == 200
                assert "immutable" in reply.headers["cache-control"]
                size += len(reply.content)
        assert size < 100_000
        policy = visitor.page.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert " style=" not in visitor.text
        assert "<script>" not in visitor.text

    visited(tmp_path, visit)


@pytest.mark.parametrize(
    ("accept", "link", "shown"),
    [
        ("ja,en;q=0.5", "/", "ja"),
        ("en-GB,en;q=0.9", "/", "en"),
        ("fr", "/", "en"),
        ("en", "/?language=ja", "ja"),
        ("ja", "/?language=xx", "ja"),
        ("", "/?lang=ja&pid=7", "ja"),
    ],
)
def test_the_language_is_the_link_s_or_the_browser_s(
    tmp_path: Path, accept: str, link: str, shown: str
) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get(link)
        assert f'<html lang="{shown}">' in visitor.text
        other = "en" if shown == "ja" else "ja"
        (switch,) = re.findall(rf'<a href="([^"]+)" lang="{other}"', visitor.text)
        await visitor.get(switch.replace("&amp;", "&"))
        assert f'<html lang="{other}">' in visitor.text
        assert ("pid=7" in switch) == ("pid=7" in link)
        await visitor.post("/begin", {**visitor.form.hidden, "decision": "agree"})
        (person,) = host.people
        assert person.language == other
        assert person.session.startswith(f"{other}/")

    visited(tmp_path, visit, language=accept)


def test_nothing_is_kept_of_one_who_only_looks_and_a_count_of_one_who_declines(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get("/?pid=p1")
        await host.writer.settled()
        assert rows(host.run, "SELECT * FROM participants") == []
        await visitor.post("/begin", {**visitor.form.hidden, "decision": "decline"})
        assert visitor.path == "/declined"
        assert not visitor.client.cookies

    run = visited(tmp_path, visit)
    found = rows(run, "SELECT state, pid, session, token_digest FROM participants")
    assert found == [("declined", None, None, None)]


def test_a_study_s_own_consent_is_declined_without_a_trace(tmp_path: Path) -> None:
    from homophily.lab import load_design

    study, design = load_design(
        "teammates", {"participants": 1, "languages": ["en"], "respondents": {"people": {"kind": "person"}}}
    )

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=p1")
        assert visitor.form.asks == ["participant:consent"]
        await visitor.answer(f0="B")
        assert visitor.path == "/declined"
        other = Visitor(visitor.client._transport.app)
        await other.begin("/?pid=p1")  # the place is free again, and so is the id
        assert other.form.asks == ["participant:consent"]
        await other.close()

    run = visited(tmp_path, visit, of=study, design=design)
    assert rows(run, "SELECT * FROM answers") == []
    assert sorted(rows(run, "SELECT state, pid FROM participants")) == [("declined", None), ("playing", "p1")]


def test_one_person_has_one_session(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?PROLIFIC_PID=abc")
        await visitor.answer()
        await visitor.get("/?PROLIFIC_PID=abc")
        assert visitor.path == "/study"
        assert len(visitor.form.asks) == 3
        elsewhere = Visitor(visitor.client._transport.app)
        await elsewhere.get("/?PROLIFIC_PID=abc")
        assert elsewhere.page.status_code == 409
        await visitor.get("/later")
        (link,) = re.findall(r"http://study.test(/resume/[\w.%-]+)", visitor.text)
        await elsewhere.get(link[:-1] + ("0" if link[-1] != "0" else "1"))
        assert elsewhere.page.status_code == 404
        await elsewhere.get(link)
        assert elsewhere.form.asks == visitor_asks
        await elsewhere.close()
        await visitor.get("/?PROLIFIC_PID=other")  # the next person at the same browser
        assert "I agree and want to take part" in visitor.text
        await visitor.post("/begin", {**visitor.form.hidden, "decision": "agree"})
        assert visitor.form.asks == ["me:notice"]

    visitor_asks = ["me:likert", "me:number", "me:choice"]
    run = visited(tmp_path, visit)
    assert rows(run, "SELECT pid, count(DISTINCT session) FROM participants GROUP BY pid") == [
        ("abc", 1),
        ("other", 1),
    ]


def test_beginning_twice_at_once_is_beginning_once(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get("/")
        form = {**visitor.form.hidden, "decision": "agree"}
        pages = await asyncio.gather(*(visitor.client.post("/begin", data=form) for _ in range(6)))
        assert [page.status_code for page in pages] == [200] * 6
        assert len(list(host.people)) == 1

    run = visited(tmp_path, visit)
    assert rows(run, "SELECT count(*) FROM sessions") == [(1,)]


def test_a_personal_link_moves_nobody_out_of_their_own_session(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        other = Visitor(visitor.client._transport.app)
        await other.begin("/?pid=1")
        await other.answer()
        await visitor.begin("/?pid=2")
        await visitor.get(f"/resume/{other.client.cookies['homophily']}")
        assert visitor.form.asks == ["me:notice"]
        await other.close()

    visited(tmp_path, visit)


def test_a_second_device_can_take_over_where_that_is_set(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=abc")
        await visitor.answer()
        second = Visitor(visitor.client._transport.app)
        await second.get("/?pid=abc")
        assert len(second.form.asks) == 3
        await visitor.get("/study")
        assert visitor.page.status_code == 404  # the first device's cookie is worth nothing any more
        await second.close()

    visited(tmp_path, visit, settings=Settings(requests=0, takeover=True))


def test_doors_open_pause_and_close_and_stay_so(tmp_path: Path) -> None:
    async def first(host: Host, visitor: Visitor) -> None:
        for doors, said in (("paused", "The study is paused"), ("closed", "The study is closed")):
            await host.turn(doors)
            await visitor.get("/")
            assert said in visitor.text
        await host.turn("open")
        await visitor.begin()
        await host.turn("closed")
        await visitor.get("/study")
        assert await visitor.finish() == 5  # who is inside goes on

    async def second(host: Host, visitor: Visitor) -> None:
        await visitor.get("/")
        assert "The study is closed" in visitor.text

    visited(tmp_path, first)
    visited(tmp_path, second)


def test_places_end_and_links_without_an_id_can_be_turned_away(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get("/")
        assert "This link is not complete" in visitor.text
        for number in range(2):
            await visitor.begin(f"/?pid={number}")
            assert visitor.path == "/study"
        await visitor.get("/?pid=3")
        assert "All places are taken" in visitor.text

    visited(tmp_path, visit, settings=Settings(requests=0, need_pid=True, participants=2))


async def arrive(app: object, number: int) -> Visitor:
    visitor = Visitor(app)
    await visitor.begin(f"/?pid={number}")
    return visitor


def test_sessions_are_given_to_the_least_completed_value(tmp_path: Path) -> None:
    async def visit() -> None:
        async with opened(tmp_path, design=Forms(n=20, languages=("en",))) as (host, app):
            first = [await arrive(app, number) for number in range(4)]
            given = [person.session for person in host.people]
            assert Counter(int(session.rpartition("/")[2]) % 2 for session in given) == {0: 2, 1: 2}
            for visitor, person in zip(first, host.people, strict=True):
                if int(person.session.rpartition("/")[2]) % 2:
                    await visitor.finish()
            assert host.places.completed(host.people) == {"0": 0, "1": 2}
            later = [await arrive(app, 10 + number) for number in range(2)]
            orders = [int(person.session.rpartition("/")[2]) % 2 for person in host.people][4:]
            assert orders == [0, 0]
            for visitor in (*first, *later):
                await visitor.close()

    asyncio.run(visit())


def test_a_drop_out_s_place_goes_to_another_and_their_answers_stay(tmp_path: Path) -> None:
    async def visit() -> None:
        settings = Settings(requests=0, arrivals=0, patience=1)
        async with opened(tmp_path, design=Forms(n=1, languages=("en",)), settings=settings) as (host, app):
            left = await arrive(app, 1)
            await left.answer()
            late = Visitor(app)
            await late.get("/?pid=2")
            assert "All places are taken" in late.text
            (person,) = host.people
            person.heard -= 61
            await late.begin("/?pid=2")
            await late.finish()
            assert person.state == "closed"
            assert sorted(rows(host.run, "SELECT DISTINCT session FROM answers")) == [("en/0",), ("en/0~2",)]
            await left.get("/study")  # back after all
            await left.finish()
            assert Counter(each.state for each in host.people) == {"finished": 2}
            seats = rows(host.run, "SELECT DISTINCT agent FROM answers ORDER BY agent")
            assert seats == [("p0",), ("p0~2",)]
            await left.close()
            await late.close()

    asyncio.run(visit())


def test_test_runs_are_marked_and_in_no_table(tmp_path: Path) -> None:
    from homophily.lab import answers

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get("/?test=1&token=wrong")
        assert visitor.page.status_code == 404
        await visitor.get("/?test=1&token=the+researcher%27s+token")
        assert visitor.page.status_code == 404  # a link handed around must not hold what opens the office
        await visitor.begin(f"/?test=1&token={host.tester}&session=en/3")
        assert "Test run: nothing of this counts." in visitor.text
        await visitor.finish()
        assert host.places.finished(host.people) == 0
        assert host.states() == {}

    run = visited(tmp_path, visit)
    assert len(answers(run)) == 0
    assert rows(run, "SELECT DISTINCT run, session FROM answers") == [(f"{run.name}~test", "en/3~test-1")]
    assert rows(run, "SELECT test, state FROM participants") == [(1, "finished")]


def test_arrivals_from_one_address_are_limited(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        codes = []
        for number in range(5):
            await visitor.get(f"/?pid={number}")
            reply = await visitor.client.post("/begin", data={**visitor.form.hidden, "decision": "agree"})
            codes.append(reply.status_code)
        assert codes == [200, 200, 200, 429, 429]

    visited(tmp_path, visit, settings=Settings(arrivals=3, requests=0))
    assert FAST.arrivals == 0
