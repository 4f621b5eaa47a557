"""Counting how often something happens over replicates, and saying how sure the share is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from scipy import stats

# Replicates run side by side, each on one core; workers read this when they start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

RESULTS = Path(__file__).parent / "results"


Seen = list[tuple[str, float]]


def run(one: Callable[[int], Seen], replicates: int, workers: int) -> pd.DataFrame:
    """Play replicates side by side and bring together what each has seen."""
    if workers == 1:
        return shares(seen for replicate in range(replicates) for seen in one(replicate))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return shares([seen for found in pool.map(one, range(replicates), chunksize=4) for seen in found])


def shares(seen: Iterable[tuple[str, float]]) -> pd.DataFrame:
    """One row a quantity: the share of replicates in which it holds, with its 95 % Wilson interval.

    A quantity named ``mean: …`` is averaged instead, with ± 1.96 standard errors.
    """
    frame = pd.DataFrame(list(seen), columns=["quantity", "value"]).astype({"value": float})
    rows = []
    for quantity, value in frame.groupby("quantity", sort=False)["value"]:
        if str(quantity).startswith("mean: "):
            half = 1.96 * value.std() / len(value) ** 0.5
            rows.append((quantity, value.mean(), value.mean() - half, value.mean() + half, len(value)))
        else:
            ends = stats.binomtest(int(value.sum()), len(value)).proportion_ci(method="wilson")
            rows.append((quantity, value.mean(), ends.low, ends.high, len(value)))
    return pd.DataFrame(rows, columns=["quantity", "share", "low", "high", "n"])


def markdown(frame: pd.DataFrame) -> str:
    """A table for people: shares in percent, means as they are."""
    lines = ["| quantity | share, % | 95 % interval | n |", "| --- | ---: | ---: | ---: |"]
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
