"""The live figure: ratings against similarity, so far."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from homophily.report import style

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["draw", "told"]

#: What is shown against what, in the first table of ratings that has both.
_PAIRS = (("similarity_rated", "trust"), ("similarity_designed", "trust"), ("similarity", "rating"))
_NAMES = {
    "similarity_rated": "rated similarity",
    "similarity_designed": "designed similarity",
    "similarity": "similarity",
    "trust": "trust",
    "rating": "rating",
}


def told(tables: Mapping[str, pd.DataFrame]) -> str:
    """What the figure shows, in a sentence; nothing where there is nothing to show."""
    shown = _shown(tables)
    if shown is None:
        return ""
    points, x, y = shown
    return (
        f"{len(points):,} ratings so far: {_NAMES[y]} against {_NAMES[x]}, with the mean of each step of "
        f"{_NAMES[x]}. Looking is no test: the analysis waits for the last participant."
    )


def draw(tables: Mapping[str, pd.DataFrame]) -> bytes | None:
    """The figure as PNG; None where there is nothing to show."""
    shown = _shown(tables)
    if shown is None:
        return None
    import matplotlib.figure
    import numpy as np
    import pandas as pd

    points, x, y = shown
    with style():
        figure = matplotlib.figure.Figure(figsize=(6.4, 3.6), layout="constrained", facecolor="white")
        axes = figure.subplots()
        chance = np.random.default_rng(1)
        wide = max(float(points[x].max() - points[x].min()), 1e-9)
        jitter = chance.uniform(-0.008, 0.008, len(points)) * wide
        axes.plot(points[x] + jitter, points[y], "o", color="#5b7a99", markersize=4, alpha=0.4)
        steps = points[x] if points[x].nunique() <= 9 else pd.cut(points[x], 7).map(lambda part: part.mid)
        means = points.groupby(steps.astype(float))[y].mean()
        axes.plot(means.index, means, "-o", color="#b3541e", markersize=6, linewidth=1.5)
        axes.set(xlabel=_NAMES[x].capitalize(), ylabel=_NAMES[y].capitalize())
        for limits, within in ((axes.get_xlim(), axes.set_xlim), (axes.get_ylim(), axes.set_ylim)):
            middle, half = sum(limits) / 2, max(0.5, (limits[1] - limits[0]) / 2)
            within(middle - half, middle + half)  # all alike so far is no reason for a scale of nothing
        axes.spines[["top", "right"]].set_visible(False)
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=160)
    return image.getvalue()


def _shown(tables: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, str, str] | None:
    ratings = tables.get("ratings")
    if ratings is None:
        return None
    for x, y in _PAIRS:
        if x in ratings and y in ratings:
            points = ratings[[x, y]].astype(float).dropna()
            return (points, x, y) if len(points) > 1 else None
    return None
