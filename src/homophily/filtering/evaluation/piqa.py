"""PIQA: which way to a goal works in the physical world (Bisk et al. 2020)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["piqa"]
__references__ = ("bisk2020",)

piqa = Choice(file="piqa.jsonl", after="\nAnswer:", reports=("acc_norm", "acc"))
