"""Our estimators beside R's: a script run on the same data, and how far apart the figures are."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["from_r", "gaps", "row"]

#: R that every script may use: the data, what else was given, figures as JSON, and a fit that is timed when
#: what R loads late has been loaded (large data are fitted once).
_BEFORE = """
given <- commandArgs(TRUE); d <- read.csv(given[1]); given <- given[-1]
show <- function(x) paste0("[", paste(sprintf("%.10g", x), collapse = ","), "]")
quiet <- function(x) suppressMessages(suppressWarnings(x))
timed <- function(fit) {
  if (nrow(d) <= 10000) fit()
  start <- proc.time()[["elapsed"]]; fitted <- fit()
  list(fitted, proc.time()[["elapsed"]] - start)
}
"""
_RELATIVE = ("estimate", "se", "df", "sd")


def from_r(script: str, frame: pd.DataFrame, *given: str) -> list[dict[str, Any]] | None:
    """What an R script prints, one JSON object a line; None where there is no R.

    Args:
        script: Finds the data in ``d`` and what else is given in ``given``.
        frame: The data.
        given: What else.
    """
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table, file = Path(folder, "data.csv"), Path(folder, "fit.R")
        frame.to_csv(table, index=False)
        file.write_text(_BEFORE + script, encoding="utf-8")
        command = ["Rscript", str(file), str(table), *given]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"R failed: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def gaps(mine: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, float]:
    """How far apart: the largest relative difference; of variances the largest absolute one.

    Of the deviance the difference itself: below 0, ours fits better.
    """
    found = {}
    for key in _RELATIVE:
        if key in mine and np.size(other.get(key, [])):  # no df from lme4 alone
            found[key] = float(np.max(np.abs(np.array(mine[key]) / np.array(other[key]) - 1)))
    if "variances" in mine:
        apart = _values(mine["variances"], other["variances"]) - _values(
            other["variances"], other["variances"]
        )
        found["variances"] = float(np.max(np.abs(apart)))
    return found | {"deviance": mine["deviance"] - other["deviance"]}


def _values(told: Any, order: Any) -> np.ndarray[Any, np.dtype[np.floating]]:
    return np.atleast_1d([told[key] for key in order] if isinstance(order, Mapping) else told)


def row(
    name: str,
    mine: Mapping[str, Any],
    other: Mapping[str, Any] | None,
    columns: Iterable[str],
    digits: int = 2,
) -> str:
    """A line of a table: the data, seconds of ours and theirs, the gaps in these columns; a dash for none."""
    told = gaps(mine, other) if other else {}
    figures = [f"{told[key]:.1e}" if key in told else "–" for key in columns]
    theirs = f"{other['seconds']:.{digits}f}" if other else "–"
    return f"| {name} | {mine['seconds']:.{digits}f} | {theirs} | {' | '.join(figures)} |"
