"""Token Filtering: online structured pruning of inference by joint key-value similarity.

Knows torch and transformers, and nothing of the laboratory. Needs the extra ``local``, but for
`homophily.filtering.reference`, which says where the reference model lies: torch is imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homophily.filtering.filter import TokenFilter
    from homophily.filtering.model import FilteredModel
    from homophily.filtering.report import FilterReport, LayerReport

__all__ = ["FilterReport", "FilteredModel", "LayerReport", "TokenFilter"]
__references__ = ("paszke2019", "wolf2020")

_HOME = {"TokenFilter": "filter", "FilteredModel": "model", "FilterReport": "report", "LayerReport": "report"}


def __getattr__(name: str) -> Any:
    """The public names, each from its module when first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
