"""The table's arithmetic: medians with quartiles, and efficiency against the ideal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from homophily.filtering.benchmark.bench import Runs
from homophily.filtering.benchmark.sample import Sample

__all__ = ["Row", "Spread", "tabulate"]


@dataclass(frozen=True, slots=True)
class Spread:
    """A number with what its repeats say of it.

    Attributes:
        value: Of medians.
        low: First quartile of the repeats.
        high: Third quartile.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One context, batch and ratio in one phase.

    Attributes:
        phase: ``prefill`` (seconds to the first token) or ``decode`` (seconds a token after it).
        context: Tokens of the prompt.
        batch: Sequences.
        ratio: Target share of attention to skip.
        rule: The filter's rule.
        attained: Share skipped over all layers.
        seconds: By arm.
        relative: Each arm's time as a share of the dense model's in the same repeat.
        rate: Tokens a second by arm: of the prompt, or decoded; all sequences together.
        efficiency_kv: Time saved, as a share of what the ideal saves that projects all keys and values.
        efficiency_all: The same of the ideal that does not.
        overhead: What deciding adds to the dense model's time, as a share.
        cache_bytes: Keys and values at the end, by arm.
        anchor_bytes: Anchors beside the filtered cache.
        peak_bytes: Most memory in use, by arm; weights included, the median; None where not told.
    """

    phase: Literal["prefill", "decode"]
    context: int
    batch: int
    ratio: float
    rule: str
    attained: float
    seconds: dict[str, Spread]
    relative: dict[str, Spread]
    rate: dict[str, float]
    efficiency_kv: Spread
    efficiency_all: Spread
    overhead: Spread
    cache_bytes: dict[str, int]
    anchor_bytes: int
    peak_bytes: dict[str, int | None]


def tabulate(runs: Runs) -> list[Row]:
    """The rows of a setting's samples: one a phase that was timed.

    Efficiency is ``(dense - filtered) / (dense - ideal)``: of the medians, with the quartiles of the same
    quotient taken repeat by repeat. It is NaN where the ideal saves nothing.
    """
    rows = [_row("prefill", runs, lambda sample: sample.prefill, runs.context)]
    if all(sample.decode == sample.decode for sample in runs.samples["dense"]):
        rows.append(_row("decode", runs, lambda sample: sample.decode, 1))
    return rows


def _row(phase: Literal["prefill", "decode"], runs: Runs, of: Callable[[Sample], float], tokens: int) -> Row:
    times = {name: [of(sample) for sample in samples] for name, samples in runs.samples.items()}
    dense = times["dense"]
    seconds = {name: _spread(found, float(np.median(found))) for name, found in times.items()}
    first = {name: samples[0] for name, samples in runs.samples.items()}
    return Row(
        phase=phase,
        context=runs.context,
        batch=runs.batch,
        ratio=runs.ratio,
        rule=runs.rule,
        attained=runs.attained,
        seconds=seconds,
        relative={name: _quotient(found, dense) for name, found in times.items()},
        rate={name: tokens * runs.batch / spread.value for name, spread in seconds.items()},
        efficiency_kv=_efficiency(dense, times["filtered"], times["ideal_kv"]),
        efficiency_all=_efficiency(dense, times["filtered"], times["ideal_all"]),
        overhead=_quotient(times["deciding"], dense, less=1.0),
        cache_bytes={name: first[name].cache_bytes for name in ("dense", "filtered")},
        anchor_bytes=first["filtered"].anchor_bytes,
        peak_bytes={name: _peak(runs.samples[name]) for name in ("dense", "filtered")},
    )


def _quotient(above: Sequence[float], below: Sequence[float], less: float = 0.0) -> Spread:
    each = [a / b - less for a, b in zip(above, below, strict=True)]
    return _spread(each, float(np.median(above) / np.median(below)) - less)


def _efficiency(dense: Sequence[float], filtered: Sequence[float], ideal: Sequence[float]) -> Spread:
    each = [(d - f) / (d - i) for d, f, i in zip(dense, filtered, ideal, strict=True) if d > i]
    could = float(np.median(dense) - np.median(ideal))
    if could <= 0:
        return Spread(float("nan"), float("nan"), float("nan"))
    return _spread(each, float(np.median(dense) - np.median(filtered)) / could)


def _spread(each: Sequence[float], value: float) -> Spread:
    if not each:
        return Spread(value, float("nan"), float("nan"))
    low, high = np.quantile(each, [0.25, 0.75])
    return Spread(value, float(low), float(high))


def _peak(samples: Sequence[Sample]) -> int | None:
    known = [sample.peak_bytes for sample in samples if sample.peak_bytes is not None]
    return int(np.median(known)) if known else None
