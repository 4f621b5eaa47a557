"""Leaving: the code, the way back, and a withdrawal that leaves nothing behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import text

from homophily.web.host import Host, Settings
from tests.web.host.hosted import ASKS, Forms, dyad, opened, rows, visited, whole
from tests.web.host.visitor import Visitor

SECRETS = [f"my secret number {number} of Willow Lane" for number in range(40)]


def test_the_code_and_the_way_back(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=a%26b")
        await visitor.finish()
        assert "C1A2" in visitor.text
        assert 'href="https://panel.test/done?cc=C1A2&amp;who=a%26b"' in visitor.text
        await visitor.get("/study")
        assert visitor.path == "/done"

    settings = Settings(requests=0, code="C1A2", return_url="https://panel.test/done?cc={code}&who={pid}")
    visited(tmp_path, visit, settings=settings)


def test_a_withdrawal_leaves_no_byte_in_the_store(tmp_path: Path) -> None:
    study, design = dyad(**{"dialogue.utterances": 40})

    async def visit() -> None:
        async with opened(tmp_path, of=study, design=design) as (host, app):
            staying, leaving = Visitor(app), Visitor(app)
            await staying.begin("/?pid=who-stays")
            await staying.answer(f0="what I say stays")
            await leaving.begin("/?pid=person-of-interest")
            for secret in SECRETS[:12]:
                await leaving.answer(f0=secret)
            await leaving.client.post("/study/draft", data=leaving.form.filled() | {"f0": SECRETS[13]})
            held = whole(host.run)
            assert SECRETS[3].encode() in held
            assert SECRETS[13].encode() in held
            assert b"person-of-interest" in held
            await leaving.get("/withdraw")
            assert "cannot be undone" in leaving.text
            await leaving.post("/withdraw", leaving.form.hidden)
            assert leaving.path == "/withdrawn"
            held = whole(host.run)
            assert b"my secret" not in held
            assert b"Willow" not in held
            assert b"person-of-interest" not in held
            assert b"what I say stays" in held
            await leaving.get("/study")
            assert leaving.page.status_code == 404
            await staying.get("/study")
            await staying.answer(f0="and goes on")
            assert staying.page.status_code == 200
            await staying.close()
            await leaving.close()
            used = "SELECT count(*) FROM texts WHERE digest NOT IN (SELECT {} FROM answers)"
            lost = "SELECT {0} FROM answers WHERE {0} <> '' AND {0} NOT IN (SELECT digest FROM texts)"
            for column in ("wording", "system", "history"):
                assert rows(host.run, lost.format(column)) == []
            orphans = " UNION SELECT ".join(f"{c} FROM answers" for c in ("wording", "system", "history"))
            assert rows(host.run, used.format(orphans.removesuffix(" FROM answers"))) == [(0,)]
            found = rows(host.run, "SELECT state, pid, session, token_digest, page, code FROM participants")
            assert ("withdrawn", None, None, None, None, None) in found
            assert len(found) == 2

    asyncio.run(visit())


def test_a_page_saved_while_its_writer_withdraws_is_not_kept(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=1")
        await visitor.answer()
        form = visitor.form.filled()
        person = next(iter(host.people))
        leaving = asyncio.create_task(host.leave(person, "withdrawn"))
        await asyncio.sleep(0)
        assert not person.under_way  # a second window must not begin anew what is being deleted
        reply = await visitor.client.post("/study/draft", data=form)
        await leaving
        assert reply.status_code in (403, 409)
        await host.writer.settled()

    run = visited(tmp_path, visit)
    for table in ("answers", "drafts", "sessions", "draws"):
        assert rows(run, f"SELECT count(*) FROM {table}") == [(0,)]


def test_who_gets_the_place_of_one_who_withdraws_sees_nothing_of_theirs(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=1")
        first = visitor.form.asks
        await visitor.answer()
        (leaver,) = host.people
        place = leaver.session
        leaving = asyncio.create_task(host.leave(leaver, "withdrawn"))
        while leaver.session is not None:
            await asyncio.sleep(0)
        comer = host.people.add(digest=None, pid=None, test=False, language="en", state="playing")
        comer.session = place  # as from a first page sent twice, before the deletion is on disk
        sitting = host.sitting(comer)
        assert await sitting.settled(10)
        assert [f"{each.ask.seat}:{each.ask.path}" for each in sitting.page()] == first
        await leaving

    run = visited(tmp_path, visit)
    assert rows(run, "SELECT count(*) FROM sessions") == [(1,)]


def test_one_who_withdraws_after_the_end_is_counted_no_more(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin("/?pid=1")
        await visitor.finish()
        await visitor.get("/withdraw")
        await visitor.post("/withdraw", visitor.form.hidden)
        assert host.places.finished(host.people) == 0
        await visitor.begin("/?pid=1")  # who withdrew may come again, as anybody may
        assert visitor.form.asks == ["me:notice"]

    run = visited(tmp_path, visit, design=Forms(n=1, languages=("en",)))
    assert rows(run, "SELECT count(*) FROM answers") == [(0,)]


def test_a_withdrawal_while_others_send(tmp_path: Path) -> None:
    """Texts that go with a session are written again for whoever needs them at the same time."""

    async def visit() -> None:
        async with opened(tmp_path, design=Forms(n=30, languages=("en",))) as (host, app):
            visitors = [Visitor(app) for _ in range(16)]
            for number, visitor in enumerate(visitors):
                await visitor.begin(f"/?pid={number}")
            leaving, staying = visitors[::2], visitors[1::2]
            pages = {visitor: visitor.form.hidden for visitor in leaving}
            for visitor in leaving:
                await visitor.answer()
            await asyncio.gather(
                *(visitor.finish() for visitor in staying),
                *(visitor.post("/withdraw", {"csrf": pages[visitor]["csrf"]}) for visitor in leaving),
            )
            assert host.states() == {"finished": 8, "withdrawn": 8}
            lost = "SELECT count(*) FROM answers WHERE wording NOT IN (SELECT digest FROM texts)"
            assert rows(host.run, lost) == [(0,)]
            assert rows(host.run, "SELECT count(*) FROM answers") == [(8 * ASKS,)]
            for visitor in visitors:
                await visitor.close()

    asyncio.run(visit())


def test_withdrawing_from_postgres(tmp_path: Path, postgres: str) -> None:
    async def visit() -> None:
        async with opened(tmp_path, store=postgres) as (host, app):
            visitor, other = Visitor(app), Visitor(app)
            await other.begin("/?pid=2")
            await other.finish()
            await visitor.begin("/?pid=1")
            await visitor.finish()
            await visitor.get("/withdraw")
            await visitor.post("/withdraw", visitor.form.hidden)
            async with host.store.engine.connect() as connection:
                for table, left in (("answers", ASKS), ("draws", 1), ("sessions", 1), ("participants", 2)):
                    found = await connection.execute(text(f"SELECT count(*) FROM {table}"))
                    assert found.scalar_one() == left, table
                lost = "SELECT count(*) FROM answers WHERE wording NOT IN (SELECT digest FROM texts)"
                assert (await connection.execute(text(lost))).scalar_one() == 0
            await visitor.close()
            await other.close()

    asyncio.run(visit())
