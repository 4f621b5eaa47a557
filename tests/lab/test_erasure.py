"""Sessions erased from a store that others go on writing to."""

import asyncio
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from homophily.asks import Answer, Ask
from homophily.errors import DataError
from homophily.items import Text
from homophily.lab.store import Store
from homophily.lab.writer import Writer
from homophily.records import rows, schema
from homophily.records.database import url_of


def asked(session: str, number: int, said: str) -> tuple[dict[str, Any], dict[str, str]]:
    ask = Ask(session=session, seat="me", path=f"p{number}", item=Text(id="t", text=said))
    row = rows.row("run", number, "me", ask, rows.storable(Answer(value=f"{session}!", raw=f"{session}!")))
    return row, rows.texts(ask)


async def left(store: Store) -> tuple[set[str], set[str], set[str]]:
    """Sessions with answers, texts their answers name, texts there are."""
    answers, texts = schema.answers, schema.texts
    async with store.engine.connect() as connection:
        found = (await connection.execute(select(answers.c.session, answers.c.wording))).all()
        kept = set((await connection.execute(select(texts.c.digest))).scalars())
    return {session for session, _ in found}, {wording for _, wording in found}, kept


@pytest.mark.parametrize("seed", range(8))
def test_others_keep_their_texts_whatever_the_order(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)

    async def play() -> None:
        store = await Store.open(url_of(tmp_path / "a.db"), durable=False)
        writer, erased = Writer(store), set[str]()
        under_way: list[asyncio.Task[Any]] = []
        for number in range(120):
            session = f"s{chance.randrange(8)}"
            if session in erased:
                continue
            if chance.random() < 0.06:
                writer.erase("run", session)
                erased.add(session)
            else:
                row, texts = asked(session, number, f"text {chance.randrange(6)}")
                under_way.append(asyncio.create_task(writer.answer(row, texts)))
            if chance.random() < 0.3:
                await asyncio.sleep(chance.random() * 0.002)
            await asyncio.sleep(0)
        await asyncio.gather(*under_way)
        await writer.close()
        sessions, named, kept = await left(store)
        await store.close()
        assert erased
        assert not sessions & erased
        assert named == kept

    asyncio.run(play())


def test_a_log_that_is_being_read_is_emptied_once_it_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.db"

    def held() -> bool:
        return any(b"Willow Lane" in path.read_bytes() for path in tmp_path.iterdir())

    async def write() -> None:
        store = await Store.open(url_of(file))
        writer = Writer(store)
        row, texts = asked("s", 1, "Where? In Willow Lane?")
        await writer.answer(row, texts)
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM answers").fetchone() == (1,)
        row, texts = asked("other", 1, "Where?")
        await writer.answer(row, texts)
        writer.erase("run", "s")
        await writer.settled()
        assert held()
        reader.execute("COMMIT")
        reader.close()
        row, texts = asked("other", 2, "Where?")
        await writer.answer(row, texts)
        await writer.settled()
        await asyncio.sleep(0.2)
        assert not held()
        await writer.close()
        await store.close()

    asyncio.run(write())


def test_drafts_replace_one_another_and_go(tmp_path: Path) -> None:
    key = {"run": "run", "session": "s", "seat": "me", "path": "p"}

    async def write() -> None:
        store = await Store.open(url_of(tmp_path / "a.db"))
        writer = Writer(store)

        async def held() -> list[str]:
            await writer.settled()
            async with store.engine.connect() as connection:
                return list((await connection.execute(select(schema.drafts.c.raw))).scalars())

        writer.draft(key | {"raw": "a", "record": "{}", "time": 1.0})
        assert await held() == ["a"]
        writer.draft(key | {"raw": "b", "record": "{}", "time": 2.0})
        writer.draft(key | {"path": "q", "raw": "c", "record": "{}", "time": 2.0})
        assert sorted(await held()) == ["b", "c"]
        writer.draft(key)
        assert await held() == ["c"]
        writer.erase("run", "s")
        assert await held() == []
        await writer.settled()  # nothing to write: returns all the same
        async with store.engine.connect() as connection:
            assert (
                await connection.execute(select(func.count()).select_from(schema.drafts))
            ).scalar_one() == 0
        await writer.close()
        with pytest.raises(DataError, match="closed"):
            writer.draft(key)
        await store.close()

    asyncio.run(write())
