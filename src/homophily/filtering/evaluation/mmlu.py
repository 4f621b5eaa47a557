"""MMLU with five worked examples: exam questions in 57 subjects (Hendrycks et al. 2021)."""

from __future__ import annotations

from homophily.filtering.evaluation._mmlu import Mmlu

__all__ = ["mmlu"]
__references__ = ("hendrycks2021",)

mmlu = Mmlu()
