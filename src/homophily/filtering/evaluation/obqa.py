"""OpenBookQA: elementary science facts applied (Mihaylov et al. 2018)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["obqa"]
__references__ = ("mihaylov2018",)

obqa = Choice(file="openbook_qa.jsonl", reports=("acc_norm", "acc"))
