"""The command line: thin, each command calls one function of the library."""

from homophily.cli._main import main

__all__ = ["main"]
