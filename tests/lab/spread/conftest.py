"""A real Ray cluster of several nodes on this machine; its store is a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.lab.conftest import postgres, postgres_server
from tests.lab.small import ENVIRONMENT
from tests.tools.raylets import Raylets, raised

__all__ = ["cluster", "postgres", "postgres_server"]


@pytest.fixture(scope="module")
def cluster(postgres_server: str) -> Iterator[Raylets]:
    """Asked for after PostgreSQL, without which nothing here can be tried."""
    try:
        import ray  # noqa: F401
    except ImportError:
        pytest.skip("Ray is not installed (extra `cluster`): the tests on a real cluster do NOT run")
    with raised(ENVIRONMENT["PYTHONPATH"]) as raylets:
        yield raylets
