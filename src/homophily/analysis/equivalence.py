"""Equivalence of two runs: did what sets them apart, such as a filter, change any measured outcome?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from homophily.analysis._clusters import holm
from homophily.analysis._estimators.concord import icc, kappa, same
from homophily.analysis._estimators.tost import Spread, by_cluster, by_members, tost
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, select
from homophily.errors import UsageError

__all__ = ["equivalence"]
__references__ = (
    "aronow2015",
    "bell2002",
    "cohen1960",
    "cohen1988",
    "holm1979",
    "lakens2017",
    "mcgraw1996",
    "pustejovsky2018",
    "schuirmann1987",
    "shrout1979",
)

_METHOD = "paired difference, two one-sided tests, {} standard error"
_FEW = 10  # clusters, or half as many members, below which the tests see little


def equivalence(
    tables: Mapping[str, pd.DataFrame],
    *,
    margin: float = 0.2,
    scale: Literal["sd", "points"] = "sd",
    level: float = 0.05,
) -> Finding:
    """The difference of two runs on every outcome, tested for lying within a margin.

    The margin is a choice, to be made before looking: .2 standard deviations is what Cohen (1988) calls a
    small effect, not a size known to be harmless. Take the largest difference that would not change what your
    study concludes. The tests are Schuirmann's two one-sided ones, with errors that are robust to what cases
    share (`homophily.analysis._estimators.tost`); ``p_equivalence`` and the ``p`` of a difference are
    corrected over all outcomes by Holm's method, each apart. Of a category each label that occurs is tested
    as a share. ``more`` says how many times as many cases would show equivalence with a probability of .8,
    were there no difference at all (one test, uncorrected).

    Args:
        tables: ``paired`` and ``unpaired``, as `homophily.analysis._paired` makes them.
        margin: Above 0.
        scale: ``sd``: the margin is in standard deviations of the outcome in the reference run; ``points``:
            in each outcome's own unit, for outcomes of one scale.
        level: Of each one-sided test, and of the verdicts.

    Returns:
        A row an outcome: means of both, the difference (run less reference) with its 95 % interval, the same
        on the margin's scale with the tests' interval, both p, ``same`` (share of exactly equal cases),
        ``agreement`` (ICC(2,1), or Cohen's kappa of categories) and a ``verdict``: equivalent, different,
        both, or undecided.

    Raises:
        DataError: Nothing is paired.
        UsageError: The margin is not above 0.
    """
    rows = select(tables, "paired", ["outcome", "kind", "run", "reference", "first", "second"])
    if not margin > 0:
        raise UsageError(f"a margin of {margin:g} leaves no room: give one above 0.")
    told = [line for _, part in rows.groupby("outcome", sort=False)
            for line in _outcome(part, margin=margin, scaled=scale == "sd", level=level)]  # fmt: skip
    table = estimates(told, "outcome")
    for name in ("p", "p_equivalence"):
        table[f"{name}_holm"] = holm(table[name].to_numpy(float))
    table["verdict"] = [_verdict(line, level) for _, line in table.iterrows()]
    return Finding(
        name="equivalence",
        title="Do the two runs measure the same?",
        text=_text(table, margin, scale),
        estimates=_ordered(table),
        warnings=tuple(_warnings(rows, table, tables.get("unpaired"))),
        figure="equivalence",
        data=table.assign(bound=margin, level=level, unit="sd" if scale == "sd" else "points"),
    )


def _outcome(part: pd.DataFrame, *, margin: float, scaled: bool, level: float) -> Iterator[dict[str, Any]]:
    """The rows of one outcome; of a category one a label."""
    known = part[part["run"].notna() & part["reference"].notna()]
    name, kind = str(part["outcome"].iloc[0]), part["kind"].iloc[0]
    about = {"outcome": name, "n": len(known), "lost": len(part) - len(known)}
    if known.empty:
        return
    one, other = known["run"].tolist(), known["reference"].tolist()
    if kind == "same":
        yield about | {"term": "agreement", "same": same(one, other), "method": "counted"}
        return
    spread, clusters, how = _spread(known)
    labels = sorted({*one, *other}) if kind == "category" else [None]
    for label in labels:
        a, b = (np.array(side if label is None else [each == label for each in side], dtype=float)
                for side in (one, other))  # fmt: skip
        found = tost(a, b, spread, margin=margin, scaled=scaled, level=level)
        agreed = icc(np.column_stack([a, b])) if label is None else kappa(a.tolist(), b.tolist())
        yield about | {
            "term": "difference",
            "outcome": name if label is None else f"{name}: {label}",
            "run": a.mean(),
            "reference": b.mean(),
            "estimate": found.difference.estimate,
            "low": found.difference.low,
            "high": found.difference.high,
            "p": found.difference.p,
            "margin": found.margin,
            "scaled": found.scaled.estimate,
            "scaled_low": found.scaled.low,
            "scaled_high": found.scaled.high,
            "p_equivalence": found.p,
            "more": found.more,
            "same": same(a, b),
            "agreement": agreed,
            "n_units": clusters,
            "method": _METHOD.format(how),
        }


def _spread(known: pd.DataFrame) -> tuple[Spread, int, str]:
    """How the mean of these cases varies, over how many clusters or members, in words."""
    first, second = known["first"].astype(str).tolist(), known["second"].astype(str).tolist()
    if first == second:
        return by_cluster(first), len(set(first)), "cluster-robust (CR2)"
    return by_members(first, second), len({*first, *second}), "dyadic-cluster-robust"


def _verdict(line: pd.Series[Any], level: float) -> str | None:
    if line["term"] != "difference":
        return None
    if line["same"] == 1:
        return "identical"
    if not np.isfinite(line["p_equivalence"]):
        return "not testable"
    near, apart = line["p_equivalence_holm"] < level, line["p_holm"] < level
    if near:
        return "different, within the margin" if apart else "equivalent"
    return "different" if apart else "undecided"


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    last = ["estimate", "low", "high", "p", "p_holm", "p_equivalence", "p_equivalence_holm", "n", "method"]
    return table[[*(name for name in table if name not in last), *last]]


def _text(table: pd.DataFrame, margin: float, scale: str) -> str:
    tested = table[table["term"] == "difference"]
    unit = "standard deviations" if scale == "sd" else "points"
    told = [
        f"{len(rows)} {verdict} ({', '.join(rows['outcome'][:6])}{', …' if len(rows) > 6 else ''})"
        for verdict, rows in tested.groupby("verdict", sort=False)
    ]
    shares = [f"{name} the same in {100 * share:.0f} %" for name, share in
              table.loc[table["term"] == "agreement", ["outcome", "same"]].to_numpy()]  # fmt: skip
    text = (
        f"Of {len(tested)} outcomes at a margin of {margin:g} {unit}, after correction for as many tests: "
        f"{'; '.join(told)}.{' Case by case: ' + '; '.join(shares) + '.' if shares else ''}"
    )
    return text.replace("_", " ")


def _warnings(rows: pd.DataFrame, table: pd.DataFrame, alone: pd.DataFrame | None) -> Iterator[str]:
    few = table[(table["n_units"] < _FEW) & (table["verdict"] == "undecided")]
    if len(few):
        yield (
            f"{int(few['n_units'].min())} clusters or agents are few: undecided means that the data cannot "
            "tell, not that there is no difference."
        )
    lost = int(table.drop_duplicates("outcome")["lost"].sum())
    if lost:
        yield f"{lost} cases have no value in one of the runs; left out of differences."
    if alone is not None and len(alone):
        sides = alone["only"].value_counts()
        yield (
            f"asks that one run alone has, left out: {sides.get('run', 0)} of the run, "
            f"{sides.get('reference', 0)} of the reference (such as {alone['ask'].iloc[0]}). Where answers "
            "decide what is asked next, as in a debate, that is a difference in itself."
        )
