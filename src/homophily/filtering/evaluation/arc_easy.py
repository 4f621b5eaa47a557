"""ARC, easy part: school science questions (Clark et al. 2018)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["arc_easy"]
__references__ = ("clark2018",)

arc_easy = Choice(file="arc_easy.jsonl", after="\nAnswer:", reports=("acc_norm", "acc"))
