"""Similarity of weights: every measure in one pass over two checkpoints, beside a null."""

from homophily.lineage.similarity.compare import compare
from homophily.lineage.similarity.comparison import Comparison, Group, Row
from homophily.lineage.similarity.meter import tally
from homophily.lineage.similarity.null import NULLS
from homophily.lineage.similarity.pairing import pair
from homophily.lineage.similarity.tally import QUANTILES, THRESHOLDS, Tally

__all__ = [
    "NULLS",
    "QUANTILES",
    "THRESHOLDS",
    "Comparison",
    "Group",
    "Row",
    "Tally",
    "compare",
    "pair",
    "tally",
]
