"""Agreement of judges: do they find the same values in the same messages?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily import seeds
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.setwise import Distance, SetAlpha, grouped_jaccard, jaccard, members
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, number, row, select, spelled
from homophily.errors import DataError
from homophily.values.taxonomy import taxonomy

__all__ = ["judge_agreement"]
__references__ = ("efron1993", "jaccard1912", "krippendorff2018", "passonneau2006")

Array = NDArray[np.float64]
_MESSAGE = ("session", "debate", "round", "position")
_METHOD = "percentile bootstrap over {cluster}s"


def judge_agreement(
    tables: Mapping[str, pd.DataFrame],
    *,
    distance: Distance = "masi",
    group_weight: float = 0.5,
    values: str = "values-48",
    cluster: str = "dilemma",
    least: int = 10,
    draws: int = 1000,
    seed: int = 1,
) -> Finding:
    """Krippendorff's alpha of the judges' sets and of each value, and the mean Jaccard of each two judges.

    Only readable judgements count, and only messages with two of them. Alpha is 0 for what chance would give
    and 1 for full agreement; reliable conclusions are usually asked to rest on .8, tentative ones on .667.

    Args:
        tables: With ``judgements`` and ``labels``, one row a message and judge, and one a value named.
        distance: Between sets.
        group_weight: Worth of a match within a group of the taxonomy, beside equal values.
        values: Name or file of the taxonomy.
        cluster: Column whose levels are resampled; the session where it is absent.
        least: How often a value must be named for an alpha of its own.
        draws: Bootstrap resamples.
        seed: Of the resamples.

    Raises:
        DataError: There are not two judges of the same messages.
    """
    judged = _judged(tables)
    listed = taxonomy(values)
    sets = members(judged["labels"].tolist(), listed.codes)
    units, where = pd.factorize(judged["message"])
    cluster = cluster if cluster in judged else "session"
    times = _resamples(judged, units, len(where), cluster, draws, seeds.generator(seed, "judge_agreement"))
    method = _METHOD.format(cluster=cluster)
    rows = [_alpha("alpha of sets", sets, units, distance, times, method)]
    common = [place for place in range(len(listed.codes)) if sets[:, place].sum() >= least]
    for place in sorted(common, key=lambda place: -sets[:, place].sum()):
        found = _alpha("alpha of a value", sets[:, [place]], units, "jaccard", times, method)
        rows.append({**found, "value": listed.codes[place]})
    groups = [list(listed.groups).index(entry.group) for entry in listed.values]
    pairs = list(_pairs(judged, sets, units, times, groups, group_weight, method))
    return _finding(judged, estimates(rows + pairs, "value", "contrast"), len(where), distance)


def _judged(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Readable judgements of messages that two judges read, with the labels of each."""
    judgements = select(tables, "judgements", ["session", "round", "position", "judge", "missing"])
    keys = [name for name in _MESSAGE if name in judgements]
    readable = judgements[judgements["missing"].isna() | (judgements["missing"] == "")].copy()
    message = readable[keys].astype(str).agg("|".join, axis=1)
    readable["message"] = message
    readable = readable.drop_duplicates(["message", "judge"])
    readable = readable[readable.groupby("message")["judge"].transform("size") >= 2]
    if readable.empty:
        judges = sorted(judgements["judge"].astype(str).unique())
        raise DataError(
            f"no message was read by two judges (judges: {', '.join(judges)}); name a second one under "
            "[judges] to see how far they agree."
        )
    labels = tables.get("labels", pd.DataFrame(columns=[*keys, "judge", "value"]))
    named = labels.assign(message=labels[keys].astype(str).agg("|".join, axis=1) if len(labels) else "")
    given = named.groupby(["message", "judge"])["value"].agg(tuple).to_dict() if len(labels) else {}
    readable["labels"] = [
        given.get((text, judge), ())
        for text, judge in zip(readable["message"], readable["judge"], strict=True)
    ]
    return readable.reset_index(drop=True)


def _resamples(
    judged: pd.DataFrame,
    units: NDArray[np.intp],
    count: int,
    cluster: str,
    draws: int,
    rng: np.random.Generator,
) -> Array:
    """How often each message counts in each resample of clusters, (draws, messages)."""
    codes, names = pd.factorize(judged[cluster].astype(str))
    of_unit = np.zeros(count, dtype=int)
    of_unit[units] = codes
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return np.asarray(drawn[:, of_unit], dtype=float)


def _alpha(
    term: str, sets: NDArray[np.bool_], units: NDArray[np.intp], distance: Distance, times: Array, method: str
) -> dict[str, Any]:
    alpha = SetAlpha(sets, units, distance)
    found = percentile(alpha.value(), alpha.values(times))
    return _row(term, found, alpha.units, f"Krippendorff's alpha, {method}")


def _pairs(
    judged: pd.DataFrame,
    sets: NDArray[np.bool_],
    units: NDArray[np.intp],
    times: Array,
    groups: list[int],
    weight: float,
    method: str,
) -> list[dict[str, Any]]:
    """Mean Jaccard of each two judges over the messages that both read, plain and by groups."""
    rows = []
    judges = sorted(judged["judge"].astype(str).unique())
    of = judged["judge"].astype(str).to_numpy()
    for one, other in combinations(judges, 2):
        first = {unit: place for place, unit in enumerate(units) if of[place] == one}
        second = {unit: place for place, unit in enumerate(units) if of[place] == other}
        shared = np.array(sorted(first.keys() & second.keys()), dtype=int)
        if not shared.size:
            continue
        a, b = (sets[[held[unit] for unit in shared]] for held in (first, second))
        for term, each in (
            ("mean Jaccard", jaccard(a, b)),
            ("mean Jaccard by groups", grouped_jaccard(a, b, groups, weight)),
        ):
            drawn = times[:, shared]
            with np.errstate(invalid="ignore"):
                means = drawn @ each / drawn.sum(axis=1)
            found = percentile(float(each.mean()), means)
            rows.append({**_row(term, found, shared.size, method), "contrast": f"{one} – {other}"})
    return rows


def _row(term: str, found: Interval, n: int, method: str) -> dict[str, Any]:
    """Without p: nobody doubts that agreement is above 0."""
    return row(term, Interval(found.estimate, found.low, found.high), n, method)


def _finding(judged: pd.DataFrame, table: pd.DataFrame, messages: int, distance: Distance) -> Finding:
    alpha = table.iloc[0]
    judges = judged["judge"].nunique()
    named = judged["labels"].map(len).groupby(judged["judge"]).mean()
    told = ", ".join(f"{judge} {number(mean)}" for judge, mean in named.items())
    name = "MASI" if distance == "masi" else "Jaccard"
    text = (
        f"{judges} judges read the same {messages:,} messages. Krippendorff's alpha of the sets of values "
        f"({name} distance) is {spelled(alpha)}. Values named per message: {told}."
    )
    warnings: tuple[str, ...] = ()
    if not alpha["estimate"] >= 0.667:
        warnings = (
            "The judges agree too little to rely on any one of them: read value analyses by judge, and audit "
            "a sample by hand (homophily debate audit-out).",
        )
    return Finding(
        name="judge_agreement",
        title="Do the judges find the same values?",
        text=text,
        estimates=table,
        warnings=warnings,
        figure="judges",
        data=_drawn(table),
    )


def _drawn(table: pd.DataFrame) -> pd.DataFrame:
    """What the figure shows: the pairs of judges, and the values that have an alpha."""
    shown = table[table["term"].isin(["mean Jaccard", "alpha of a value"])]
    judges = shown["contrast"].astype("str").str.split(" – ", n=1, expand=True).reindex(columns=[0, 1])
    pair = shown["term"] == "mean Jaccard"
    named = shown.assign(one=judges[0].where(pair), other=judges[1].where(pair))
    return named[["one", "other", "value", "estimate", "low", "high"]].reset_index(drop=True)
