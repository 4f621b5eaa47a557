"""Token Filtering: online structured pruning of inference by joint key-value similarity.

Knows torch and transformers, and nothing of the laboratory. Needs the extra ``local``.
"""

from homophily.filtering.filter import TokenFilter
from homophily.filtering.model import FilteredModel
from homophily.filtering.report import FilterReport, LayerReport

__all__ = ["FilterReport", "FilteredModel", "LayerReport", "TokenFilter"]
