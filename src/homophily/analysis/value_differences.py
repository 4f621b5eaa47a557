"""Value differences: which values does one model voice more than another, or one verdict more than others?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import holm, paired
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._voices import Rule, Voices, voices
from homophily.dilemmas.verdict import VERDICTS

__all__ = ["value_differences"]
__references__ = ("holm1979",)

Flags = NDArray[np.bool_]
_METHOD = "paired by dilemma, t over dilemmas"


def value_differences(
    tables: Mapping[str, pd.DataFrame], *, rule: Rule = "majority", least: float = 0.01
) -> Finding:
    """Differences in the share of messages that voice a value, on the same dilemmas.

    Between each two models; and between messages with a verdict and those of the same model with another one.
    A dilemma's mean difference is one case; those without both sides are left out. ``p_holm`` is corrected
    by Holm's method over all values and pairs of one kind.

    Args:
        tables: With ``verdicts``, ``judgements`` and ``labels``.
        rule: When several judges agree on a value.
        least: Values voiced in a smaller share of all messages are not tested.
    """
    found = voices(tables, rule=rule)
    common = found.labels[found.judged].mean(axis=0) >= least
    rows = [*_models(found, common), *_verdicts(found, common)]
    table = estimates(rows, "value", "contrast")
    table["p_holm"] = np.nan
    for term in table["term"].unique():
        of = table["term"] == term
        table.loc[of, "p_holm"] = holm(table.loc[of, "p"].to_numpy())
    sure = table[(table["p_holm"] < 0.05) & (table["term"] == "models")]
    strong = sure.loc[sure["estimate"].abs().sort_values(ascending=False, kind="stable").index[:4]]
    told = "; ".join(f"{x['value']} ({x['contrast']}) {spelled(x)}" for _, x in strong.iterrows())
    return Finding(
        name="value_differences",
        title="Values that set models apart",
        text=f"{len(sure)} of {int((table['term'] == 'models').sum())} differences between models are sure "
        f"after correction{', the largest: ' + told if told else ''}.",
        estimates=table,
        figure="value_differences",
        data=table[table["term"] == "models"].reset_index(drop=True),
    )


def _models(found: Voices, common: Flags) -> list[dict[str, Any]]:
    panel = found.debates.panel
    seated = np.broadcast_to(panel.models[:, None, :], panel.verdicts.shape)
    rows = []
    for (a, first), (b, second) in combinations(enumerate(found.debates.models), 2):
        cells = [(_means(found, seated == a), _means(found, seated == b))]
        rows += _contrast(found, common, cells, "models", f"{first} − {second}")
    return rows


def _verdicts(found: Voices, common: Flags) -> list[dict[str, Any]]:
    panel = found.debates.panel
    seated = np.broadcast_to(panel.models[:, None, :], panel.verdicts.shape)
    rows = []
    for number, verdict in enumerate(VERDICTS):
        cells = []
        for model in range(len(found.debates.models)):
            own = (seated == model) & panel.readable
            with_it, without = (own & (panel.verdicts == number), own & (panel.verdicts != number))
            cells.append((_means(found, with_it), _means(found, without)))
        rows += _contrast(found, common, cells, "verdicts", f"{verdict} − others")
    return rows


def _means(found: Voices, chosen: Flags) -> NDArray[np.float64]:
    """Each dilemma's share of chosen messages that voice each value; NaN without any, (dilemmas, values)."""
    where = np.nonzero(chosen & found.judged)
    dilemma, size = found.debates.panel.dilemma[where[0]], len(found.debates.dilemmas)
    total = np.zeros((size, len(found.codes)))
    np.add.at(total, dilemma, found.labels[where].astype(float))
    count = np.bincount(dilemma, minlength=size)[:, None]
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _contrast(
    found: Voices,
    common: Flags,
    cells: list[tuple[NDArray[np.float64], NDArray[np.float64]]],
    term: str,
    contrast: str,
) -> list[dict[str, Any]]:
    """A row for each common value, cells averaged on each dilemma."""
    gaps = np.concatenate([a - b for a, b in cells])
    dilemma = np.tile(np.arange(len(found.debates.dilemmas)), len(cells))
    known = np.isfinite(gaps).all(axis=1)
    rows = []
    if known.sum() > 1:
        for place in np.flatnonzero(common):
            interval, n = paired(gaps[known, place], dilemma[known])
            rows.append(
                {**row(term, interval, n, _METHOD), "value": found.codes[place], "contrast": contrast}
            )
    return rows
