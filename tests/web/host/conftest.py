"""A real PostgreSQL server for the host's tests, as for those of the store."""

from tests.lab.conftest import postgres, postgres_server

__all__ = ["postgres", "postgres_server"]
