"""HellaSwag: which ending follows (Zellers et al. 2019)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["hellaswag"]
__references__ = ("zellers2019",)

hellaswag = Choice(file="hellaswag*.jsonl", reports=("acc_norm", "acc"))
