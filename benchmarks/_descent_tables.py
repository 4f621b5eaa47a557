"""What the pairs add up to: true and false positives, AUC, null p-values, confusions, time."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
from benchmarks._descent_pairs import METHODS
from scipy.stats import kstest, rankdata

__all__ = ["ALL", "auc", "confusion", "nulls", "rates", "timing"]

ALL = ("ours", *METHODS)
FALSE = 0.01
Lines = list[dict[str, Any]]


def rates(lines: Lines) -> dict[str, dict[str, float]]:
    """True positive rate by kind and method at 1 % false positives or fewer, family by family."""
    related = [line for line in lines if line["related"]]
    found: dict[str, dict[str, float]] = {}
    for kind in _kinds(related):
        chosen = [line for line in related if line["kind"] == kind]
        found[kind] = {
            method: float(
                np.mean([_score(line, method) > _threshold(lines, line, method) for line in chosen])
            )
            for method in ALL
        }
    return found


def _kinds(related: Lines) -> list[str]:
    """Kinds in the order of the family that has most of them."""
    own: dict[str, dict[str, None]] = {}
    for line in related:
        own.setdefault(line["family"], {})[line["kind"]] = None
    return list(max(own.values(), key=len))


def _threshold(lines: Lines, beside: dict[str, Any], method: str) -> float:
    """The score that at most 1 % of the family's strangers exceed."""
    null = sorted(
        (_score(x, method) for x in lines if not x["related"] and x["family"] == beside["family"]),
        reverse=True,
    )
    return null[math.floor(FALSE * len(null))]


def auc(lines: Lines, method: str, kinds: set[str]) -> float:
    """Area under the curve of relatives of these kinds against strangers, mean over families."""
    areas = []
    for family in dict.fromkeys(line["family"] for line in lines):
        own = [x for x in lines if x["family"] == family]
        yes = [_score(x, method) for x in own if x["related"] and x["kind"] in kinds]
        no = [_score(x, method) for x in own if not x["related"]]
        ranks = rankdata([*yes, *no])[: len(yes)]
        areas.append((ranks.sum() - len(yes) * (len(yes) + 1) / 2) / (len(yes) * len(no)))
    return float(np.mean(areas))


def _score(line: dict[str, Any], method: str) -> float:
    value = line[method]["statistic"]
    return -math.inf if value is None or math.isnan(value) else value


def nulls(lines: Lines) -> list[tuple[str, str, int, float, float, float, float]]:
    """For each test with a p: which strangers, number, KS p, shares below .05 and .01, least p."""
    bases = [line for line in lines if line["kind"] == "bases"]
    apart = [line for line in bases if _disjoint(line)]
    rows = []
    for method in ("csu", "wmatch"):
        rows.append((method, "pairs of bases", *_uniform([line[method]["log10_p"] for line in bases])))
        rows.append((method, "disjoint pairs", *_uniform([line[method]["log10_p"] for line in apart])))
        layers = [p for line in bases for p in line[method]["layers"]]
        rows.append((method, "layers of those pairs", *_uniform(layers)))
    turned = [line["turned"].get("log10_p") for line in bases]
    rows.append(("wmatch, turned", "pairs of bases", *_uniform(turned)))
    for method in ("mdir", "ours"):
        rows.append((method, "pairs of bases", *_uniform([line[method]["log10_p"] for line in bases])))
        every = [line[method]["log10_p"] for line in lines if not line["related"]]
        rows.append((method, "all strangers", *_uniform(every)))
    return rows


def _disjoint(line: dict[str, Any]) -> bool:
    """Bases 0 and 1, 2 and 3 and so on: no base stands in two of these pairs."""
    one, other = (int(line[side].rsplit("-", 1)[1]) for side in "ab")
    return one % 2 == 0 and other == one + 1


def _uniform(logs: list[float | None]) -> tuple[int, float, float, float, float]:
    p = 10 ** np.array([log for log in logs if log is not None and not math.isnan(log)])
    return (
        len(p),
        float(kstest(p, "uniform").pvalue),
        *(float((p <= x).mean()) for x in (0.05, 0.01)),
        p.min(),
    )


def confusion(lines: Lines) -> tuple[list[str], dict[str, Counter[str]]]:
    """What was said of each kind: the classes that occur, and counts by kind."""
    said = {kind: Counter[str]() for kind in _kinds([line for line in lines if line["related"]])}
    for line in lines:
        name = line["kind"] if line["related"] else f"strangers: {line['kind']}"
        said.setdefault(name, Counter())[line["said"]] += 1
    classes = [name for name, _ in sum(said.values(), Counter()).most_common()]
    return classes, said


def timing(lines: Lines, method: str) -> tuple[float, float, float]:
    """CPU seconds of a pair: median and quartiles."""
    low, middle, high = np.percentile([line[method]["seconds"] for line in lines], (25, 50, 75))
    return float(middle), float(low), float(high)
