"""WinoGrande: which of two names makes a sentence sensible (Sakaguchi et al. 2020)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["winogrande"]
__references__ = ("sakaguchi2020", "trinh2018")

winogrande = Choice(file="winogrande.jsonl", reports=("acc",))
