"""Social IQa: how people act and feel in a situation (Sap et al. 2019)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["siqa"]
__references__ = ("sap2019",)

siqa = Choice(file="siqa.jsonl", reports=("acc",))
