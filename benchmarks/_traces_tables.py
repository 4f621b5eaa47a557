"""Rates, areas and tables of the benchmark of execution patterns, and the words around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homophily import seeds

_ROUNDS = 500


def rate(right: NDArray[np.bool_]) -> str:
    """A share with Wilson's 95 % interval."""
    n, p, z = len(right), float(np.mean(right)), 1.959964
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return f"{p:.3f} ({max(0.0, middle - half):.3f}–{min(1.0, middle + half):.3f})"


def auroc(
    known: Sequence[float],
    strange: Sequence[float],
    groups: tuple[Sequence[object], Sequence[object]] | None = None,
) -> str:
    """The chance that a stranger is stranger than a known trace; the interval draws classes, not traces."""
    x, y = np.asarray(known), np.asarray(strange)
    whole = _area(x, y)
    if groups is None:
        return f"{whole:.3f}"
    chance = seeds.generator("auroc", len(x), len(y))
    parts = [
        [np.flatnonzero([g == each for g in own]) for each in sorted(set(own), key=str)] for own in groups
    ]
    areas = []
    for _ in range(_ROUNDS):
        drawn = [np.concatenate([own[i] for i in chance.integers(len(own), size=len(own))]) for own in parts]
        areas.append(_area(x[drawn[0]], y[drawn[1]]))
    low, high = np.quantile(areas, [0.025, 0.975])
    return f"{whole:.3f} ({low:.3f}–{high:.3f})"


def _area(known: NDArray[np.float64], strange: NDArray[np.float64]) -> float:
    rising = np.sort(known)
    below = np.searchsorted(rising, strange - 1e-12, side="left")
    at_most = np.searchsorted(rising, strange + 1e-12, side="right")
    return float(np.mean((below + at_most) / 2) / len(known))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


TEXT = """# Execution patterns: what a trace tells

`python -m benchmarks.lineage_traces`. Python {python}, torch {torch} (CPU), transformers {transformers},
NumPy {numpy}, {cores} cores, busy with other work while traces were recorded: times in them are noisy.
Random weights throughout, since weights leave no mark on the sequence of operations.

Templates: {train} traces of {classes} classes ({architectures} architectures, by implementation), all
float32, one thread, batches of 1 to 3, 2 to 6 layers, one version of transformers. Everything below holds
out a circumstance or an architecture that no template has seen. Chance is {chance}. Settings chosen by
folds within those traces: {chosen}.

## Classes known, circumstances not

Share of architecture *and* implementation right, with Wilson's 95 % interval. `long` sees only durations of
operations of at least 20 µs.

{closed}

## Architectures not known

Novelty of {outside} traces of architectures without a template against that of known ones: area under the
ROC curve, with 95 % intervals that draw classes again (traces of one class are nearly the same). The last
column is the share of traces called "unknown" at the default of {alpha}; for known classes it should be
small, and is not where a circumstance is new to every template, so the shipped templates are recorded in
all of these circumstances.

{opened}

Which they were, on names:

{strangers}

ELECTRA's encoder is BERT's, operation for operation: no trace tells it. What is near in code is near here.
How novelty is defined was settled with these twelve in view; architectures left out in turn, which had no
part in that, are in [a table of their own](lineage_traces_without.md). The default
alpha was lowered from .05 to .01 after refusals on these sets were seen, so the shares called unknown are no
test of it; the areas do not depend on it.

## A worse observer

Traces of other lengths, disturbed; templates are of undisturbed ones.

{disturbed}

## The shipped templates

738 traces of the same classes, of lengths from 5 to 128, batches of 1 to 4, three dtypes, one and two
threads, and transformers 5.17 and 5.23; {size} kB with all channels. Models here are drawn anew;
circumstances are not held out but for lengths, layers and widths beyond those. On names:

{shipped}

## Sizes

Share of traces whose every size was read off right, by size, from shapes and names; `layers` from
repetition.

{sizes}
"""
