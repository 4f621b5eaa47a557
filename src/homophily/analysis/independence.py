"""Independence of a panel: do two of its members descend from one another, or from one ancestor?"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, Protocol

import numpy as np
import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, select
from homophily.errors import DataError, HomophilyError

__all__ = ["independence"]
__references__ = ("fisher1932", "zhu2025")

_COMPUTED = ("panelist", "random", "midpoint", "synthetic")
_WHY = "agreement of models that share an ancestor is weaker evidence than agreement of strangers"

_KIN = " Two models' weights alone do not say which is the parent, or whether both have another."


class Descent(Protocol):
    """What a comparison of two checkpoints tells."""

    relation: str
    similarity: float
    p: float
    method: str


Compare = Callable[[str, str], Descent]


def independence(tables: Mapping[str, pd.DataFrame], *, compare: Compare | None = None) -> Finding:
    """The descent finding of each pair of agents whose weights are on this machine.

    Args:
        tables: With ``panel``: ``model, kind, role, served, checkpoint``, one row a respondent.
        compare: Compares two folders of weights; by default the lineage part's ``descent``, where it is
            installed.

    Returns:
        A row a pair whose relation can be told: ``relation``, with the weights' similarity as ``estimate``
        and the ``p`` of unrelatedness. Where nothing can be told, a sentence that says so.

    Raises:
        DataError: The panel has fewer than two agents.
    """
    panel = select(tables, "panel", ["model", "kind", "role", "served", "checkpoint"])
    agents = panel[panel["role"] == "agent"].to_dict("records")
    if len(agents) < 2:
        raise DataError("a panel of one has no pair to compare.")
    compare = compare or _lineage()
    warnings: list[str] = []
    rows = [row for one, other in combinations(agents, 2) for row in _pair(one, other, compare, warnings)]
    return Finding(
        name="independence",
        title="Independence of the panel",
        text=_text(rows, agents, compare),
        estimates=estimates(rows, "model", "other", "relation"),
        warnings=tuple(warnings),
    )


def _lineage() -> Compare | None:
    """The comparison of the lineage part, where it is there."""
    if importlib.util.find_spec("homophily.lineage") is None:
        return None
    found: Compare | None = getattr(importlib.import_module("homophily.lineage"), "descent", None)
    return found


def _pair(
    one: Mapping[Any, Any], other: Mapping[Any, Any], compare: Compare | None, warnings: list[str]
) -> Iterator[dict[str, Any]]:
    label = {"term": "descent", "model": one["model"], "other": other["model"]}
    nothing = {"estimate": np.nan, "low": np.nan, "high": np.nan, "p": np.nan, "n": np.nan}
    if _same(one, other):
        yield {**label, "relation": "the same model", **nothing, "method": "by name"}
        return
    if compare is None or not (_here(one) and _here(other)):
        return
    try:
        found = compare(one["checkpoint"], other["checkpoint"])
    except HomophilyError as error:
        warnings.append(f"{one['model']} and {other['model']} could not be compared: {error}")
        return
    told = {"relation": found.relation, "estimate": found.similarity, "p": found.p, "method": found.method}
    yield {**label, **nothing, **told}


def _same(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    """Whether two agents are one model by name: the same weights, or the same name at a server."""
    if _here(one) and one["checkpoint"] == other["checkpoint"]:
        return True
    return (
        one["kind"] == other["kind"] == "chat"
        and isinstance(one["served"], str)
        and one["served"] == other["served"]
    )


def _here(agent: Mapping[Any, Any]) -> bool:
    return isinstance(agent["checkpoint"], str) and bool(agent["checkpoint"])


def _text(rows: list[dict[str, Any]], agents: list[dict[Any, Any]], compare: Compare | None) -> str:
    if rows:
        told = "; ".join(f"{row['model']} and {row['other']}: {row['relation']}" for row in rows)
        pairs = len(agents) * (len(agents) - 1) // 2
        rest = "" if len(rows) == pairs else f" Of {pairs - len(rows)} other pairs the descent is unknown."
        kin = any(row["relation"] not in ("unrelated", "the same model") for row in rows)
        return f"Descent by the weights: {told}.{rest}{_KIN if kin else ''}"
    if all(agent["kind"] in _COMPUTED for agent in agents):
        return "Nothing to test: every agent is computed, and none descends from another."
    if sum(_here(agent) for agent in agents) < 2:
        return (
            f"Not tested: no two agents are checkpoints on this machine, so their descent is unknown; {_WHY}."
        )
    if compare is None:
        return f"Not tested: the lineage part is not installed, so the agents' descent is unknown; {_WHY}."
    return f"Not tested: no pair of the agents' checkpoints could be compared; {_WHY}."
