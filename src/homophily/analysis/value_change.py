"""Value change: which values, an agent's own or those it heard, precede a change of verdict?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import holm
from homophily.analysis._estimators.interval import Interval, wald
from homophily.analysis._estimators.mixed_logit import mixed_logit
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._voices import Rule, Voices, voices
from homophily.errors import DataError

__all__ = ["value_change"]
__references__ = ("holm1979", "liu1994", "pinheiro2006")

Array = NDArray[np.float64]
_METHOD = "mixed logit, intercepts by dilemma, adaptive Gauss–Hermite quadrature, Wald"


def value_change(
    tables: Mapping[str, pd.DataFrame],
    *,
    rule: Rule = "majority",
    least: int = 20,
    nodes: int = 15,
) -> Finding:
    """A mixed logit of changing one's verdict on the values voiced before, with dilemmas as clusters.

    A case is a reply of an agent with a readable verdict before. It changes if its verdict differs from
    that one. Predictors: each value in the agent's own message before (``own``), each value in the latest
    messages of others that it has heard (``heard``), whether any of them held another verdict, model,
    protocol and round. Coefficients are log odds on one and the same dilemma; ``p_holm`` is corrected over
    all values.

    This is what precedes a change, not what causes it: values go with arguments, and arguments with verdicts.

    Args:
        tables: With ``verdicts``, ``judgements`` and ``labels``.
        rule: When several judges agree on a value.
        least: A value enters if it was voiced, and not voiced, in so many cases at least.
        nodes: Points of the quadrature, 5 at least.

    Raises:
        DataError: No value is common enough, or nothing finite can be estimated.
    """
    found = voices(tables, rule=rule)
    y, fixed, names, own, heard, dilemma = _cases(found)
    parts = [fixed]
    labels: list[tuple[str, str | None]] = [(name, None) for name in names]
    for term, said in (("own", own), ("heard", heard)):
        count = said.sum(axis=0)
        for place in np.flatnonzero((count >= least) & (len(y) - count >= least)):
            parts.append(said[:, [place]])
            labels.append((term, found.codes[place]))
    x = _independent(np.column_stack(parts))
    if not any(labels[place][1] for place in x):
        raise DataError(f"no value was both voiced and not voiced in {least} of {len(y)} replies.")
    fitted = mixed_logit(np.column_stack(parts)[:, x], y, dilemma, nodes=nodes)
    rows: list[dict[str, Any]] = []
    for at, column in enumerate(x):
        term, value = labels[column]
        interval = wald(float(fitted.beta[at]), float(np.sqrt(fitted.covariance[at, at])))
        rows.append({**row(term, interval, len(y), _METHOD), "value": value})
    spread = Interval(fitted.sd, float("nan"), float("nan"))
    rows.append(row("sd between dilemmas", spread, int(np.unique(dilemma).size), _METHOD))
    table = estimates(rows, "value")
    table["p_holm"] = holm(table["p"].where(table["value"].notna()).to_numpy())
    return Finding(
        name="value_change",
        title="Values before a change",
        text=_text(table, len(y), int(y.sum())),
        estimates=table,
        warnings=() if fitted.converged else ("the fit did not converge; do not believe it.",),
        figure="contrasts",
        data=_lines(table),
    )


def _lines(table: pd.DataFrame, most: int = 16) -> pd.DataFrame:
    """What the figure draws: the values that tell most, own beside heard."""
    rows = table[table["value"].notna()]
    order = rows.assign(size=rows["estimate"].abs()).groupby("value")["size"].max()
    kept = list(order.sort_values(ascending=False, kind="stable").index[:most])
    rows = rows[rows["value"].isin(kept)]
    rows = rows.iloc[np.argsort([kept.index(value) for value in rows["value"]], kind="stable")]
    return rows.assign(panel="values " + rows["term"], line=rows["value"].str.replace("-", " "))


def _cases(found: Voices) -> tuple[Array, Array, list[str], Array, Array, NDArray[np.int64]]:
    """Responses, fixed columns with their names, own and heard values, dilemmas."""
    panel = found.debates.panel
    before, voiced, known, other = panel.own(), *_latest(found)
    ready = panel.readable & (before >= 0) & known
    debate, turn, seat = at = np.nonzero(ready)
    if not debate.size:
        raise DataError("no judged message was followed by another reply.")
    y = (panel.verdicts[at] != before[at]).astype(float)
    model, protocol = panel.models[debate, seat], panel.protocol[debate]
    columns, names = [np.ones(len(y)), other[at].astype(float)], ["constant", "another verdict heard"]
    for code, name in list(enumerate(found.debates.models))[1:]:
        columns.append((model == code).astype(float))
        names.append(f"model {name}")
    for code, name in list(enumerate(found.debates.protocols))[1:]:
        columns.append((protocol == code).astype(float))
        names.append(f"protocol {name}")
    for late in range(2, panel.verdicts.shape[1]):
        columns.append((turn == late).astype(float))
        names.append(f"round {late + 1}")
    own, heard = (part[at].astype(float) for part in voiced)
    return y, np.column_stack(columns), names, own, heard, panel.dilemma[debate]


def _latest(found: Voices) -> tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], Any, Any]:
    """Of each reply: own values before and others' latest; whether they are known; whether others differ."""
    panel = found.debates.panel
    seats = panel.models.shape[1]
    past = np.concatenate([np.zeros_like(found.labels[:, :1]), found.labels[:, :-1]], axis=1)
    known_past = np.concatenate([np.zeros_like(found.judged[:, :1]), found.judged[:, :-1]], axis=1)
    heard, known, other = np.zeros_like(past), known_past.copy(), np.zeros(panel.verdicts.shape, dtype=bool)
    before = panel.own()
    held = np.where(panel.verdicts >= 0, panel.verdicts, before)
    for listener in range(seats):
        for speaker in range(seats):
            if speaker == listener:
                continue
            now = ~panel.simultaneous & (speaker < listener)
            said = np.where(now[:, None, None], found.labels[:, :, speaker], past[:, :, speaker])
            judged = np.where(now[:, None], found.judged[:, :, speaker], known_past[:, :, speaker])
            verdict = np.where(now[:, None], held[:, :, speaker], before[:, :, speaker])
            seated = (panel.models[:, speaker] >= 0)[:, None]
            heard[:, :, listener] |= said & seated[..., None]
            known[:, :, listener] &= judged | ~seated
            other[:, :, listener] |= (verdict >= 0) & (verdict != before[:, :, listener])
    return (past, heard), known, other


def _independent(x: Array) -> list[int]:
    """Columns that no earlier ones imply."""
    kept: list[int] = []
    basis = np.zeros((len(x), 0))
    for place in range(x.shape[1]):
        rest = x[:, place] - basis @ (basis.T @ x[:, place])
        size = float(np.linalg.norm(rest))
        if size > 1e-8 * max(1.0, float(np.linalg.norm(x[:, place]))):
            kept.append(place)
            basis = np.column_stack([basis, rest / size])
    return kept


def _text(table: pd.DataFrame, cases: int, changes: int) -> str:
    values = table[table["value"].notna()]
    sure = values[values["p_holm"] < 0.05]
    strong = sure.loc[sure["estimate"].abs().sort_values(ascending=False, kind="stable").index[:4]]
    told = "; ".join(f"{x['value']} ({x['term']}) {spelled(x)}" for _, x in strong.iterrows())
    return (
        f"{changes} of {cases} replies change the verdict; {len(sure)} of {len(values)} values precede "
        f"changes more or less often than not after correction{': ' + told if told else ''}."
    )
