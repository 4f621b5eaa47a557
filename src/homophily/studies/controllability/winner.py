"""The model and persona design that control values best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from homophily import values
from homophily.errors import DataError
from homophily.values.similarity.spearman import spearman

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Winner", "standings", "winner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """The winning cell.

    Attributes:
        respondent: The respondent's name in the controllability design.
        design: The persona design.
        spearman: Mean within-profile Spearman correlation of target and measured values.
        slope: Of measured on target values over all profiles and values; 1 is neither shrunk nor stretched.
        invalid: Share of the value items without a readable answer.
        n: Sittings.
    """

    respondent: str
    design: str
    spearman: float
    slope: float
    invalid: float
    n: int


def standings(profiles: pd.DataFrame) -> pd.DataFrame:
    """Every respondent × persona design, all languages together, best first.

    Ordered by highest mean within-profile Spearman (to two decimals, as closer ones are ties), then by slope
    nearest 1, then by the lower rate of invalid answers. The control ``none`` does not compete.

    Args:
        profiles: The table ``profiles`` of a controllability study.
    """
    import pandas as pd

    competing = profiles[profiles["design"] != "none"]
    cells = [
        {"respondent": respondent, "design": design, **_measures(rows)}
        for (respondent, design), rows in competing.groupby(["respondent", "design"], sort=True)
    ]
    table = pd.DataFrame(cells, columns=["respondent", "design", "spearman", "slope", "invalid", "n"])
    order = table.assign(rank=-table["spearman"].round(2), away=(table["slope"] - 1).abs())
    return table.loc[order.sort_values(["rank", "away", "invalid"], kind="stable").index].reset_index(
        drop=True
    )


def winner(profiles: pd.DataFrame) -> Winner:
    """The best respondent × persona design of a controllability study.

    Raises:
        DataError: No cell but the control has profiles that can be scored.
    """
    table = standings(profiles).dropna(subset=["spearman"])
    if table.empty:
        raise DataError("no persona design but the control has measured profiles: there is no winner yet.")
    best = {str(column): value for column, value in table.iloc[0].to_dict().items()}
    return Winner(**best)


def _measures(rows: pd.DataFrame) -> dict[str, float]:
    target = rows[[f"target_{code}" for code in values.CODES]].to_numpy(float)
    measured = rows[[f"measured_{code}" for code in values.CODES]].to_numpy(float)
    known = ~np.isnan(measured)
    within = np.atleast_1d(spearman(target, measured))
    within = within[~np.isnan(within)]
    spread = float(np.var(target[known])) if known.any() else 0.0
    slope = float(np.cov(target[known], measured[known], bias=True)[0, 1]) / spread if spread else np.nan
    return {
        "spearman": float(within.mean()) if len(within) else np.nan,
        "slope": slope,
        "invalid": float(rows["n_missing"].sum() / rows["n_items"].sum()),
        "n": len(rows),
    }
