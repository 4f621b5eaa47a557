"""Descent tests: one file a test, each a pure function of two models' arrays.

A test is ``(a, b, …) -> Score``: it compares the tensors that both mappings hold under one key, takes more
knobs by keyword only, and never raises for what does not fit: it returns a `Score` that is missing with a reason.
"""

from homophily.lineage.tests._matching import match
from homophily.lineage.tests._score import Layer, Score, Weights, common
from homophily.lineage.tests._tails import bonferroni, fisher, fixed_points, harmonic, spearman, stouffer

__all__ = [
    "Layer",
    "Score",
    "Weights",
    "bonferroni",
    "common",
    "fisher",
    "fixed_points",
    "harmonic",
    "match",
    "spearman",
    "stouffer",
]
