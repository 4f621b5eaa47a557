"""Judging: the question that the judges of a design are asked about every message."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from homophily.studies._judging import question
from homophily.values.taxonomy import taxonomy

if TYPE_CHECKING:
    from homophily.items import Several
    from homophily.studies.debate.design import Judges

__all__ = ["PHASE", "asked"]

#: First part of the paths of judgements.
PHASE = "values"


def asked(settings: Judges, language: str) -> Several:
    """The item: up to so many values of the design's list."""
    return _item(settings.taxonomy, language, settings.most)


@lru_cache(maxsize=16)  # the same for every message
def _item(name: str, language: str, most: int) -> Several:
    return question(taxonomy(name), language, most=most)
