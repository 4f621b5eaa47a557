"""Counting how often something happens over replicates, and saying how sure the share is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

# Replicates run side by side, each on one core; workers read this when they start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

RESULTS = Path(__file__).parent / "results"


Seen = list[tuple[str, float]]


def run(one: Callable[[int], Seen], replicates: int, workers: int) -> pd.DataFrame:
    """Play replicates side by side and bring together what each has seen."""
    if workers == 1:
        return shares(map(one, range(replicates)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return shares(pool.map(one, range(replicates), chunksize=1))


def shares(replicates: Iterable[Seen]) -> pd.DataFrame:
    """One row a quantity: the share of cases in which it holds, with its 95 % Wilson interval.

    A replicate may show a quantity several times (in two languages, say), and those are not independent: the
    interval counts as many cases as independent ones would need to spread between replicates as these do. A
    quantity named ``mean: …`` is averaged instead, with ± 1.96 standard errors over replicates.
    """
    frame = pd.DataFrame(
        [(number, *pair) for number, seen in enumerate(replicates) for pair in seen],
        columns=["replicate", "quantity", "value"],
    ).astype({"value": float})
    rows = []
    for quantity, part in frame.groupby("quantity", sort=False):
        each = part.groupby("replicate")["value"].mean()
        mean, spread = float(part["value"].mean()), float(each.var(ddof=1)) if len(each) > 1 else 0.0
        if str(quantity).startswith("mean: "):
            half = 1.96 * (spread / len(each)) ** 0.5
            ends = (mean - half, mean + half)
        else:
            cases = len(each) if spread == 0 else len(each) * mean * (1 - mean) / spread
            ends = wilson(mean, float(min(max(cases, 1.0), len(part))))
        rows.append((quantity, mean, *ends, len(each)))
    return pd.DataFrame(rows, columns=["quantity", "share", "low", "high", "n"])


def wilson(share: float, n: float, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share of n cases, which need not be a whole number."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def markdown(frame: pd.DataFrame) -> str:
    """A table for people: shares in percent, means as they are."""
    lines = ["| quantity | share, % | 95 % interval | replicates |", "| --- | ---: | ---: | ---: |"]
    for row in frame.itertuples():
        if str(row.quantity).startswith("mean: "):
            figures = f"{row.share:.3f} | {row.low:.3f} – {row.high:.3f}"
        else:
            figures = f"{100 * row.share:.1f} | {100 * row.low:.1f} – {100 * row.high:.1f}"
        lines.append(f"| {row.quantity} | {figures} | {row.n} |")
    return "\n".join(lines) + "\n"


def save(name: str, text: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / name).write_text(text, encoding="utf-8")
    print(text)
