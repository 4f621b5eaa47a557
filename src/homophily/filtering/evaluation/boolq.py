"""BoolQ: yes or no questions about a passage (Clark et al. 2019)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["boolq"]
__references__ = ("clark2019",)

boolq = Choice(file="boolq.jsonl", after="\nAnswer:", reports=("acc",))
