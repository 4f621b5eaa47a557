"""The arms of a comparison: dense, filtered, deciding alone, and the two ideals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from torch import nn

from homophily.filtering.benchmark.ideal import ideal
from homophily.filtering.filter import TokenFilter
from homophily.filtering.model import FilteredModel

__all__ = ["ARMS", "arm"]

#: Each arm's name with what it is.
ARMS = {
    "dense": "the model as it is",
    "filtered": "under the filter",
    "deciding": "scores and thresholds as under the filter, nothing filtered",
    "ideal_kv": "the same share left out for nothing, keys and values projected for all tokens",
    "ideal_all": "the same share left out for nothing, keys and values of it too",
}


def arm(
    name: str, model: nn.Module, settings: TokenFilter, rates: Sequence[float]
) -> AbstractContextManager[FilteredModel | None]:
    """The model under an arm, for as long as the context lasts.

    Args:
        name: One of `ARMS`.
        model: A Hugging Face decoder of a supported family.
        settings: The filter.
        rates: Each layer's share that the filter attained, for the ideals.
    """
    if name == "filtered":
        return settings(model)
    if name == "deciding":
        return replace(settings, rule="none")(model)
    return _unfiltered(name, model, rates)


@contextmanager
def _unfiltered(name: str, model: nn.Module, rates: Sequence[float]) -> Iterator[None]:
    if name == "dense":
        yield
        return
    with ideal(model, rates, keys_values=name == "ideal_kv"):
        yield
