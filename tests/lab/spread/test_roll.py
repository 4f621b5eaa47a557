"""The roll: whoever is struck off it writes no more, however late what it sent arrives."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from homophily.lab.spread.roll import Roll, Struck, signed
from homophily.lab.store import Batch, Store
from homophily.records import reader
from tests.lab.test_store import row


async def opened(url: str, worker: str, idle: str = "10s") -> tuple[Store, Roll, Store]:
    """A director's store and roll, and the store of a worker on it."""
    directing = await Store.open(url)
    await directing.begin("run", "small", {}, 1, 0.0)
    roll = Roll(directing.engine, url, "run")
    await roll.enter(worker, "here")
    working = Store(directing.engine, url, signed("run", worker, idle=idle))
    return directing, roll, working


def one(path: str) -> Batch:
    return Batch(answers={("s", "ann", path): row(path=path)})


def on(url: str, check: Callable[[Store, Roll, Store], Awaitable[None]], **more: str) -> None:
    async def main() -> None:
        directing, roll, working = await opened(url, "w", **more)
        try:
            await check(directing, roll, working)
        finally:
            await working.close()
            await directing.close()

    asyncio.run(main())


async def paths(store: Store) -> set[str]:
    return {path for _, path in await reader.recorded(store.engine, "run", "s")}


def test_a_worker_writes_until_it_is_struck_off(postgres: str) -> None:
    async def check(directing: Store, roll: Roll, working: Store) -> None:
        await working.commit(one("before"))
        await roll.strike("w")
        state = {
            "run": "run",
            "session": "s",
            "state": "failed",
            "error": "late",
            "started": 0.0,
            "ended": 1.0,
        }
        with pytest.raises(Struck, match="worker w is off the roll of the run 'run'"):
            await working.commit(Batch(sessions={"s": state | dict.fromkeys(("language", "condition"), "")}))
        with pytest.raises(Struck):
            await working.commit(one("after"))
        assert await paths(directing) == {"before"}
        assert await directing.sessions("run") == {}

    on(postgres, check)


def test_whoever_begins_the_run_anew_strikes_all_off(postgres: str) -> None:
    async def check(directing: Store, roll: Roll, working: Store) -> None:
        await directing.begin("another", "small", {}, 1, 0.0)
        await working.commit(one("before"))
        await directing.begin("run", "small", {}, 1, 0.0)
        with pytest.raises(Struck):
            await working.commit(one("after"))
        assert await paths(directing) == {"before"}

    on(postgres, check)


def test_to_strike_off_waits_for_a_transaction_under_way(postgres: str) -> None:
    async def check(directing: Store, roll: Roll, working: Store) -> None:
        async with directing.engine.connect() as connection:
            await signed("run", "w")(connection)
            striking = asyncio.create_task(roll.strike("w"))
            await asyncio.sleep(0.2)
            assert not striking.done()
            await connection.execute(text("INSERT INTO texts VALUES ('d', 'under way')"))
            await connection.commit()
            await striking
            with pytest.raises(Struck):
                await signed("run", "w")(connection)

    on(postgres, check)


def test_a_worker_frozen_within_a_transaction_does_not_hold_the_others_up(postgres: str) -> None:
    async def check(directing: Store, roll: Roll, working: Store) -> None:
        connection = await directing.engine.connect()
        await signed("run", "w", idle="300ms")(connection)
        await connection.execute(text("INSERT INTO texts VALUES ('d', 'never')"))
        begun = time.monotonic()
        await roll.strike("w")
        assert 0.1 < time.monotonic() - begun < 5
        await connection.invalidate()
        await connection.close()
        async with directing.engine.connect() as reading:
            assert (await reading.execute(text("SELECT count(*) FROM texts"))).scalar_one() == 0

    on(postgres, check)
