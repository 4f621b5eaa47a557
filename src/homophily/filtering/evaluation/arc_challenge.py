"""ARC, challenge part: school science questions that simple methods miss (Clark et al. 2018)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["arc_challenge"]
__references__ = ("clark2018",)

arc_challenge = Choice(file="arc_challenge.jsonl", after="\nAnswer:", reports=("acc_norm", "acc"))
