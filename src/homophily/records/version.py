"""The version of the store's schema, apart from its tables so that it can be read without SQLAlchemy."""

__all__ = ["VERSION"]

#: The schema this code reads and writes; `homophily.records.migrations` leads older stores up to it.
VERSION = 4
