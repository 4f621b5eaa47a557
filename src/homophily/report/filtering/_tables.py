"""Tables of what filtering costs: a metric each, rules down, ratios across."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from homophily.report import numbers
from homophily.report.filtering._rules import DENSE, ordered
from homophily.report.tables import Cell, Head, Table

if TYPE_CHECKING:
    from homophily.filtering.evaluation import Estimate

__all__ = ["NOTE", "attained_table", "figure_of", "group_tables", "quality_tables", "verdict"]

NOTE = (
    "Values with 95 % bootstrap intervals over documents. ▲ better and ▼ worse than random filtering at the "
    "same target, all other settings alike: the paired interval of the difference leaves out 0."
)


def quality_tables(estimates: Sequence[Estimate], *, intervals: bool = True) -> list[Table]:
    """One table a metric, over all documents.

    Args:
        estimates: From `homophily.filtering.evaluation.summarise`.
        intervals: Whether cells hold intervals.
    """
    shown = [e for e in estimates if not e.group]
    metrics = list(dict.fromkeys((e.measure, e.metric) for e in shown))
    return [
        _pivot([e for e in shown if (e.measure, e.metric) == which], intervals=intervals) for which in metrics
    ]


def attained_table(estimates: Sequence[Estimate]) -> Table:
    """What share was skipped, by measure, rule and target: short documents hardly pass the warm-up."""
    shown = [e for e in estimates if not e.group and e.headline and e.rule != DENSE]
    ratios = sorted({e.ratio for e in shown})
    rows = []
    for measure in dict.fromkeys(e.measure for e in shown):
        for rule in ordered(e.rule for e in shown):
            found = {e.ratio: e for e in shown if e.measure == measure and e.rule == rule}
            cells = [Cell(_share(found.get(ratio)), "number") for ratio in ratios]
            rows.append([Cell(measure), Cell(rule), *cells])
    heads = [Head("Measure"), Head("Rule"), *(Head(f"target {numbers.bounded(r)}", True) for r in ratios)]
    return Table(heads, rows, "Share skipped over all layers: mean, and where 90 % of the documents lie")


def group_tables(estimates: Sequence[Estimate]) -> list[Table]:
    """One table a measure that has groups: each group's headline metric, groups within groups left out."""
    shown = [e for e in estimates if e.headline and e.group and not re.search(r"[:,] ", e.group)]
    tables = []
    for measure in dict.fromkeys(e.measure for e in shown):
        own = [e for e in shown if e.measure == measure]
        ratios = sorted({e.ratio for e in own if e.rule != DENSE})
        rows = []
        for group in dict.fromkeys(e.group for e in own):
            dense = [e for e in own if (e.group, e.rule) == (group, DENSE)]
            for rule in ordered(e.rule for e in own):
                found = {e.ratio: e for e in own if (e.group, e.rule) == (group, rule)}
                values = [dense[0] if dense else None, *(found.get(ratio) for ratio in ratios)]
                cells = [Cell(_value(value, intervals=False), "number") for value in values]
                rows.append([Cell(group), Cell(rule), *cells])
        heads = [Head("Group"), Head("Rule"), Head("dense", True)]
        heads += [Head(numbers.bounded(ratio), True) for ratio in ratios]
        tables.append(Table(heads, rows, f"{measure}: {own[0].label} ({own[0].better} is better)"))
    return tables


def verdict(estimate: Estimate) -> str:
    """▲ where an estimate is better than random filtering, ▼ where worse, nothing where that is open."""
    _, low, high = estimate.to_random
    if not (low > 0 or high < 0):
        return ""
    return "▲" if (low > 0) == (estimate.better == "higher") else "▼"


def figure_of(value: float) -> str:
    """A value with the decimals its size asks for."""
    return numbers.plain(value, 3 if abs(value) < 1 else 2 if abs(value) < 100 else 0)


def _pivot(estimates: Sequence[Estimate], *, intervals: bool) -> Table:
    first = estimates[0]
    ratios = sorted({e.ratio for e in estimates if e.rule != DENSE})
    rows = []
    for rule in ordered(e.rule for e in estimates):
        found = {e.ratio: e for e in estimates if e.rule == rule}
        cells = [Cell(_value(found.get(ratio), intervals=intervals), "number") for ratio in ratios]
        rows.append([Cell(rule), *cells])
    dense = next((e for e in estimates if e.rule == DENSE), None)
    if not ratios and dense is not None:
        rows.append([Cell(DENSE)])
    told = f", dense {_value(dense, intervals=intervals)}" if dense is not None else ""
    caption = f"{first.measure}: {first.label} ({first.better} is better{told}; n = {numbers.count(first.n)})"
    return Table([Head("Rule"), *(Head(numbers.bounded(r), number=True) for r in ratios)], rows, caption)


def _value(estimate: Estimate | None, *, intervals: bool) -> str:
    if estimate is None:
        return "–"
    value, low, high = estimate.value
    text = figure_of(value)
    if intervals and low == low:
        text += f" [{figure_of(low)}, {figure_of(high)}]"
    return f"{text} {verdict(estimate)}".rstrip()


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    low, high = estimate.spread
    return f"{numbers.bounded(estimate.attained, 3)} {numbers.interval(low, high, unit=True, digits=3)}"
