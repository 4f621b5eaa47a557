"""What a study's languages do to an outcome, on the same dilemmas in the same debates."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import paired
from homophily.analysis._debates import Debates
from homophily.analysis._rows import row

__all__ = ["between_languages"]

_METHOD = "paired by dilemma, t over dilemmas"
_MATCHED = ["experiment", "goal", "dilemma", "seat"]


def between_languages(
    found: Debates, outcome: str, values: NDArray[np.generic], chosen: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """A row for each two languages: an outcome in the second less that in the first.

    Cases of one experiment, goal, dilemma and seat are compared with each other, replicates averaged; then
    the mean over dilemmas. None where there is one language, or fewer than two dilemmas in both.

    Args:
        found: The debates.
        outcome: Its name, for the term.
        values: Of each agent, or of each debate, (debates, seats) or (debates,).
        chosen: Which of them count, of the same shape.
    """
    names = sorted(found.frame["language"].astype(str).unique())
    debate, *seat = np.nonzero(chosen)
    cases = found.frame.iloc[debate][["experiment", "goal", "language"]].astype(str)
    cases = cases.assign(dilemma=found.panel.dilemma[debate], seat=seat[0] if seat else 0)
    cases = cases.assign(value=np.asarray(values, dtype=float)[chosen])
    means = cases.groupby([*_MATCHED, "language"])["value"].mean().unstack("language")
    rows = []
    for first, second in combinations(names, 2):
        gap: pd.Series = (means.get(second, np.nan) - means.get(first, np.nan)).dropna()
        if gap.index.get_level_values("dilemma").nunique() > 1:
            interval, n = paired(gap.to_numpy(float), gap.index.get_level_values("dilemma").to_numpy(int))
            rows.append(row(f"{outcome}, {second} − {first}", interval, n, _METHOD))
    return rows
