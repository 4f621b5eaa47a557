"""Mediation: does designed similarity reach trust by way of the similarity that people feel?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.repeated import within
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._teammates import complete, over_people, rated
from homophily.errors import DataError

__all__ = ["mediation"]
__references__ = ("efron1993", "hesterberg2015", "kenny2003", "krull2001")

Array = NDArray[np.float64]
_METHOD = "person-centred least squares, bootstrap over people, expanded percentile"
_FEW = 40  # people below whom the intervals were seen to be too short (docs/explanation)
_PATHS = ("a", "b", "direct", "indirect", "total")


def mediation(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = ("trust",),
    cause: str = "level",
    by_way_of: str = "similarity_rated",
    draws: int = 2000,
    seed: int = 1,
) -> Finding:
    """A multilevel mediation in which all three vary within persons (1-1-1; Krull & MacKinnon 2001).

    Everything is taken less its person's mean, so that nothing in which people differ can confound it. Path
    ``a``: felt similarity on designed level; ``b``: the outcome on felt similarity at equal level;
    ``direct``: the outcome on level at equal felt similarity; ``indirect`` is a × b; ``total`` the outcome on
    level alone, which is direct + indirect. Intervals are expanded percentiles of a
    bootstrap over people.

    Levels were assigned, so ``a`` and ``total`` are causal. ``b`` is not: it takes felt similarity and trust
    to share no cause within a person but the level (an agent's wording, a good mood), trust not to colour the
    felt similarity, and level and felt similarity not to interact. If people who notice more (``a``) also are
    moved more (``b``), their covariance belongs to the average indirect effect (Kenny, Korchmaros & Bolger
    2003), and one slope for all cannot tell it from the direct one.

    Args:
        tables: With ``ratings``.
        outcomes: What level may move.
        cause: The designed similarity: ``level``, or ``similarity_designed``.
        by_way_of: The felt similarity.
        draws: Bootstrap resamples of people.
        seed: Seed of the resampling.
    """
    ratings = rated(tables, cause, by_way_of) if cause != "level" else rated(tables, by_way_of)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        if outcome not in ratings:
            raise DataError(f"the ratings have no column {outcome!r}.")
        kept = complete(ratings, [cause, by_way_of, outcome], warnings)
        products, people = _products(kept, cause, by_way_of, outcome)
        times = counts(people, draws, seeds.generator(seed, "mediation", outcome))
        point, drawn = _paths(products.sum(axis=0)[None]), _paths(np.tensordot(times, products, 1))
        if people < _FEW:
            warnings.append(
                f"{outcome}: {people} people are few for a bootstrap; its intervals are somewhat too short: "
                "with 20 people, those of b and of the indirect effect hold the truth in about 89 of 100."
            )
        rows = [
            row(name, over_people(float(point[0, k]), drawn[:, k], people), len(kept), _METHOD)
            for k, name in enumerate(_PATHS)
        ]
        return rows + _share(rows[-1], point[0], drawn, people)

    table = estimates(gather([{"outcome": name} for name in outcomes], estimate, warnings), "outcome")
    return Finding(
        name="mediation",
        title="From designed to felt similarity to trust",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="mediation",
        data=table[table["term"].isin(_PATHS)].assign(cause=cause, by_way_of=by_way_of),
    )


def _products(kept: pd.DataFrame, cause: str, by_way_of: str, outcome: str) -> tuple[Array, int]:
    """Cross-products of the three, each less its person's mean, by person, (people, 3, 3)."""
    names, person = np.unique(kept["participant"].astype(str).to_numpy(), return_inverse=True)
    three = np.column_stack([within(kept[c].to_numpy(float), person) for c in (cause, by_way_of, outcome)])
    products: Array = np.zeros((len(names), 3, 3))
    np.add.at(products, person, three[:, :, None] * three[:, None, :])
    size = products.sum(axis=0)
    for k, column in enumerate((cause, by_way_of, outcome)):
        if not size[k, k] > 1e-12 * len(kept):
            raise DataError(f"{column!r} does not vary within any person.")
    if size[0, 0] * size[1, 1] - size[0, 1] ** 2 < 1e-9 * size[0, 0] * size[1, 1]:
        raise DataError(
            f"{by_way_of!r} follows {cause!r} without exception; their paths cannot be told apart."
        )
    return products, len(names)


def _paths(total: Array) -> Array:
    """a, b, direct, indirect, total from cross-products, (draws, 3, 3) to (draws, 5)."""
    xx, xm, xy = total[:, 0, 0], total[:, 0, 1], total[:, 0, 2]
    mm, my = total[:, 1, 1], total[:, 1, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        room = xx * mm - xm**2
        a, b, direct = xm / xx, (xx * my - xm * xy) / room, (mm * xy - xm * my) / room
    return np.column_stack([a, b, direct, a * b, direct + a * b])


def _share(total: Mapping[str, Any], point: Array, drawn: Array, people: int) -> list[dict[str, Any]]:
    """The indirect effect's share of the total; only where the total is surely not 0, as it divides by it."""
    if not total["low"] * total["high"] > 0:
        return []
    found = over_people(float(point[3] / point[4]), drawn[:, 3] / drawn[:, 4], people)
    return [row("indirect by total", Interval(found.estimate, found.low, found.high), total["n"], _METHOD)]


def _text(table: pd.DataFrame) -> str:
    paths = {(x["outcome"], x["term"]): x for _, x in table[table["term"].isin(_PATHS)].iterrows()}
    told = [
        f"{str(outcome).replace('_', ' ')} by {spelled(found)} by way of felt similarity and by "
        f"{spelled(paths[outcome, 'direct'])} otherwise"
        for (outcome, term), found in paths.items()
        if term == "indirect"
    ]
    if not told:
        return "No path could be estimated."
    return f"One level of designed similarity more moves {'; '.join(told)}."
