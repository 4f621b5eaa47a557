"""Homophily: a laboratory for value similarity between agents, people, models and tokens."""

__version__ = "0.1.0"
