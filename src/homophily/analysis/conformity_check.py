"""Conformity check: do debates played forward from the fitted model look like those that were held?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._debates import Debates, debates
from homophily.analysis._estimators import conformity as estimator
from homophily.analysis._estimators.chains import DIRECTIONS, changed, consensus, directions
from homophily.analysis._estimators.panel import Panel
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates
from homophily.errors import UnknownName

__all__ = ["conformity_check"]
__references__ = ("sachdeva2026",)

_METHOD = "posterior predictive, central 95 %"
Label = tuple[str, str, str]


def conformity_check(
    tables: Mapping[str, pd.DataFrame],
    *,
    forms: Sequence[str] = ("model", "protocol"),
    kind: estimator.Estimator = "marginal",
    draws: int = 200,
    most: int = 10_000,
    level: float = 0.95,
    seed: int = 1,
) -> Finding:
    """Posterior-predictive checks of forms of the conformity model.

    Each draw takes parameters from the normal approximation of their posterior (dilemmas' leanings
    included), plays every debate forward under its protocol, and measures: change of verdict by model and
    protocol, consensus by round, rounds played, where revisions go, by protocol. What was seen should lie
    within what was drawn; p is twice the share of draws on its far side.

    With protocols of different inertia, the form ``model``, whose inertia is one for all protocols, cannot
    reproduce how rarely verdicts change in each; ``protocol`` can.

    Args:
        tables: With ``verdicts``.
        forms: Keys of `FORMS` to be checked.
        kind: How the model is fitted.
        draws: How often all debates are played.
        most: Debates played at most; where there are more, as many are drawn with the seed, and what was
            seen is taken from the same.
        level: Of the predictive interval.
        seed: Seed of the draws.
    """
    found = debates(tables)
    said = estimator.rows(found.panel)
    sizes: dict[str, Any] = {
        "models": len(found.models),
        "dilemmas": len(found.dilemmas),
        "protocols": len(found.protocols),
    }
    lost = 1 - found.panel.readable.sum() / found.panel.asked.sum()
    order = seeds.generator(seed, "check", "debates").permutation(len(found.frame))
    played = np.sort(order[:most])
    held = found.panel.take(played)
    seen = _measure(held, found)
    rows: list[dict[str, Any]] = []
    for form in forms:
        if form not in estimator.FORMS:
            raise UnknownName("form of the conformity model", form, list(estimator.FORMS))
        fitted = estimator.fit(said, estimator.FORMS[form], estimator=kind, **sizes)
        rng = seeds.generator(seed, "check", form)
        limit = found.frame["rounds"].to_numpy(int)[played]
        drawn = [
            _measure(estimator.simulate(fitted.draw(rng), held, rng, unreadable=lost, limit=limit), found)
            for _ in range(draws)
        ]
        rows += [{**line, "form": form} for line in _compare(seen, drawn, level)]
    table = estimates(rows, "model", "protocol", "form", "seen")
    return Finding(
        name="conformity_check",
        title="Does the model reproduce the debates?",
        text=_text(table, forms, len(played), len(found.frame)),
        estimates=table,
        warnings=_warnings(table, forms),
        figure="predictive",
        data=table,
    )


def _measure(panel: Panel, found: Debates) -> dict[Label, float]:
    """What is compared, each by (term, model, protocol)."""
    moved, when, gone = changed(panel), consensus(panel), directions(panel)
    measured: dict[Label, float] = {}
    for number, protocol in enumerate(found.protocols):
        here = panel.protocol == number
        if not here.any():
            continue
        for model, name in enumerate(found.models):
            if (sits := (panel.models == model) & here[:, None]).any():
                measured["change of verdict", name, protocol] = float(moved[sits].mean())
        for turn in range(1, panel.verdicts.shape[1] + 1):
            measured[f"consensus in round {turn}", "", protocol] = float((when[here] == turn).mean())
        measured["no consensus", "", protocol] = float((when[here] == 0).mean())
        measured["rounds played", "", protocol] = float(panel.rounds[here].mean())
        revised = gone[here][gone[here] >= 0]
        for place, term in enumerate(DIRECTIONS):
            share = float((revised == place).mean()) if revised.size else float("nan")
            measured[f"revisions: {term}", "", protocol] = share
    return measured


def _compare(
    seen: Mapping[Label, float], drawn: Sequence[Mapping[Label, float]], level: float
) -> list[dict[str, Any]]:
    rows = []
    for label, value in seen.items():
        values = np.array([each[label] for each in drawn])
        values = values[np.isfinite(values)]
        if not values.size or not np.isfinite(value):
            continue
        low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2])
        side = min(np.sum(values <= value), np.sum(values >= value))
        term, model, protocol = label
        rows.append(
            {
                "term": term,
                "model": model or None,
                "protocol": protocol,
                "seen": value,
                "estimate": float(values.mean()),
                "low": float(low),
                "high": float(high),
                "p": float(min(1.0, 2 * (side + 1) / (values.size + 1))),
                "n": values.size,
                "method": _METHOD,
            }
        )
    return rows


def _outside(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["seen"] < table["low"]) | (table["seen"] > table["high"])]


def _text(table: pd.DataFrame, forms: Sequence[str], played: int, of: int) -> str:
    parts = []
    for form in forms:
        rows = table[table["form"] == form]
        parts.append(f"{form!r} misses {len(_outside(rows))} of {len(rows)}")
    some = f"{played:,} of the {of:,} debates, drawn at random" if played < of else "the debates"
    return f"Of what was seen in {some}, outside what the model foretells: {'; '.join(parts)}."


def _warnings(table: pd.DataFrame, forms: Sequence[str]) -> tuple[str, ...]:
    """One for each form that misses more than chance would: over three times the expected one in twenty."""
    said = []
    for form in forms:
        rows = table[table["form"] == form]
        missed = _outside(rows)
        if len(missed) > 0.15 * len(rows):
            gap = (missed["seen"] - missed["estimate"]).abs()
            worst = missed.iloc[int(gap.to_numpy().argmax())]
            who = f" of {worst['model']}" if worst["model"] else ""
            said.append(
                f"the form {form!r} does not reproduce these debates: e.g. {worst['term']}{who} "
                f"({worst['protocol']}) is {worst['seen']:.3f}, foretold {worst['estimate']:.3f}."
            )
    return tuple(said)
