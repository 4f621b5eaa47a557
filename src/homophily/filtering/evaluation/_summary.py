"""Estimates with intervals: each metric under each filter, against dense and against random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homophily.filtering.evaluation._grid import Cell
from homophily.filtering.evaluation._measure import Measure, Metric
from homophily.filtering.evaluation._records import Record, Records
from homophily.filtering.filter import TokenFilter
from homophily.seeds import generator

__all__ = ["Estimate", "summarise"]
__references__ = ("efron1993",)

Array = NDArray[np.float64]
Interval = tuple[float, float, float]
_NONE: Interval = (float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One metric of one measure under one filter.

    Attributes:
        measure: The measure.
        metric: The metric's name.
        label: The metric as people read it.
        better: Which way is better.
        headline: Whether it is the measure's first metric.
        rule: The filter's rule; ``dense`` for none.
        ratio: Target share of attention to skip.
        attained: Mean share skipped, over all layers.
        spread: Where the middle 90 % of documents' shares lie.
        group: The group counted; empty for all documents.
        n: Documents.
        value: The metric, with its 95 % interval.
        to_dense: Difference to the dense model on the same documents; NaN where there is none.
        to_random: Difference to random filtering, all other settings alike; NaN likewise.
    """

    measure: str
    metric: str
    label: str
    better: str
    headline: bool
    rule: str
    ratio: float
    attained: float
    spread: tuple[float, float]
    group: str
    n: int
    value: Interval
    to_dense: Interval = _NONE
    to_random: Interval = _NONE


def summarise(
    cells: Sequence[Cell],
    measures: Mapping[str, Measure],
    records: Records,
    *,
    draws: int = 2000,
    seed: int = 0,
) -> list[Estimate]:
    """Every metric, overall and by group, with percentile bootstrap intervals.

    Documents (or the clusters they belong to) are drawn with replacement, the same ones for every filter, so
    that differences are paired (Efron & Tibshirani 1993). Only documents that all filters have are used.

    Args:
        cells: From `evaluate`.
        measures: By name.
        records: Their values.
        draws: Resamples.
        seed: Of the resamples.
    """
    found = []
    for name, measure in measures.items():
        own = [cell for cell in cells if cell.measure == name]
        held = [records.of(cell.key) for cell in own]
        ids = [id for id in own[0].documents if all(id in records for records in held)] if own else []
        if not ids:
            continue
        groups: dict[str, list[str]] = {"": ids}
        for id in ids:
            for group in held[0][id].groups:
                groups.setdefault(group, []).append(id)
        for group, members in groups.items():
            tables = [[records[id] for id in members] for records in held]
            weights = _draws(tables[0], draws, seed, name)
            for metric in measure.metrics:
                rows = _metric(metric, own, tables, weights)
                headline = metric == measure.metrics[0]
                found += [replace(row, group=group, headline=headline) for row in rows]
    return found


def _metric(
    metric: Metric, cells: Sequence[Cell], tables: Sequence[Sequence[Record]], weights: Array
) -> list[Estimate]:
    """One metric under every filter."""
    drawn = [_drawn(metric, table, weights) for table in tables]
    at = {_plain(cell.settings): place for place, cell in enumerate(cells)}
    estimates = []
    for cell, table, values in zip(cells, tables, drawn, strict=True):
        shares = [record.attained for record in table]
        others: dict[str, Interval] = {}
        for name, other in (("to_dense", None), ("to_random", _random(cell.settings))):
            place = at.get(_plain(other))
            if cell.settings is not None and place is not None and other != cell.settings:
                others[name] = _interval(values - drawn[place])
        estimates.append(
            Estimate(
                measure=cell.measure,
                metric=metric.name,
                label=metric.label,
                better=metric.better,
                headline=False,
                rule="dense" if cell.settings is None else cell.settings.rule,
                ratio=0.0 if cell.settings is None else cell.settings.ratio,
                attained=float(np.mean(shares)),
                spread=(float(np.quantile(shares, 0.05)), float(np.quantile(shares, 0.95))),
                group="",
                n=len(table),
                value=_interval(values),
                **others,
            )
        )
    return estimates


def _random(settings: TokenFilter | None) -> TokenFilter | None:
    """The same filter with the random rule."""
    return None if settings is None else replace(settings, rule="random")


def _plain(settings: TokenFilter | None) -> TokenFilter | None:
    return None if settings is None else replace(settings, record=False)


def _draws(table: Sequence[Record], draws: int, seed: int, name: str) -> Array:
    """How often each document is in each resample, ``(1 + draws, documents)``; the first row is the data."""
    labels = [record.cluster or f"\x1f{record.id}" for record in table]
    codes = np.unique(labels, return_inverse=True)[1]
    count = int(codes.max()) + 1
    draws = draws if count > 1 else 0  # one document, or one text, tells no spread
    rng = generator("bootstrap", name, seed)
    weights = np.empty((1 + draws, len(table)), dtype=np.float32)
    weights[0] = 1
    for row in range(1, 1 + draws):
        weights[row] = np.bincount(rng.integers(count, size=count), minlength=count)[codes]
    return weights.astype(np.float64) if weights.size < 1 << 24 else weights  # type: ignore[return-value]


def _drawn(metric: Metric, table: Sequence[Record], weights: Array) -> Array:
    """The metric in the data and in each resample."""
    top = np.array([record.values[metric.top] for record in table], dtype=weights.dtype)
    bottom = np.array([record.values[metric.bottom] for record in table], dtype=weights.dtype)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        quotient = (weights @ top) / (weights @ bottom)
        return np.asarray(np.exp(quotient) if metric.form == "exp" else quotient, dtype=np.float64)


def _interval(values: Array) -> Interval:
    """The value in the data, and the middle 95 % of the resamples, if there are any."""
    drawn = values[1:]
    if len(drawn) < 2 or not np.isfinite(drawn).all():
        return float(values[0]), float("nan"), float("nan")
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(values[0]), float(low), float(high)
