"""CommonsenseQA: questions of everyday knowledge, answered by letter (Talmor et al. 2019)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["csqa"]
__references__ = ("talmor2019",)

csqa = Choice(file="commonsense_qa.jsonl", reports=("acc",))
