"""MMLU without examples: exam questions in 57 subjects (Hendrycks et al. 2021)."""

from __future__ import annotations

from homophily.filtering.evaluation._mmlu import Mmlu

__all__ = ["mmlu_zero_shot"]
__references__ = ("hendrycks2021",)

mmlu_zero_shot = Mmlu(shots=0, unasked=False)
