"""A real PostgreSQL server for the tests of the store, where its programs are installed."""

from collections.abc import Iterator

import pytest

from tests.tools.postgres import programs, served


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a server that lives as long as the tests; a database's name is to be added."""
    installed = programs()
    if installed is None:
        pytest.skip("PostgreSQL is not installed: the store's tests against a real server do NOT run")
    with served(installed) as url:
        yield url


@pytest.fixture
def postgres(postgres_server: str, request: pytest.FixtureRequest) -> str:
    """URL of a new, empty database."""
    import asyncio

    import asyncpg

    name = f"t{abs(hash(request.node.nodeid))}"

    async def make() -> None:
        connection = await asyncpg.connect(f"{postgres_server}postgres".replace("+asyncpg", ""))
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(make())
    return postgres_server + name
