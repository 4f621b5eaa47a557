"""Homophily: a laboratory for value similarity between agents, people, models and tokens."""

from homophily.library import Played, open_run, run

__all__ = ["Played", "__version__", "open_run", "run"]

__version__ = "0.1.0"
