"""Descent tests: one file a test, each a pure function of two models' arrays.

A test is ``(a, b, …) -> Score``: it compares the tensors that both mappings hold under one key, takes further
settings by keyword only, and does not raise for what does not fit: its `Score` is missing, with a reason.
"""

from homophily.lineage.tests._matching import cosines, match, sample
from homophily.lineage.tests._score import Key, Layer, Score, Weights, common, rows_of, shape_of, summed_up
from homophily.lineage.tests._tails import COMBINATIONS, bonferroni, fisher, harmonic, spearman, stouffer

__all__ = [
    "COMBINATIONS",
    "Key",
    "Layer",
    "Score",
    "Weights",
    "bonferroni",
    "common",
    "cosines",
    "fisher",
    "harmonic",
    "match",
    "rows_of",
    "sample",
    "shape_of",
    "spearman",
    "stouffer",
    "summed_up",
]
