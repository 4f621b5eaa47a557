"""COPA: the more plausible cause or effect (Roemmele et al. 2011)."""

from __future__ import annotations

from homophily.filtering.evaluation._choice import Choice

__all__ = ["copa"]
__references__ = ("roemmele2011",)

copa = Choice(file="copa.jsonl", reports=("acc",))
