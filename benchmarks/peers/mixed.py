"""Mixed models: our fits beside lme4's on the same data, at small and large sizes, in turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from benchmarks import mixed, mixed_logit, mixed_slopes
from benchmarks._beside import gaps
from benchmarks._grid import grid
from benchmarks.peers._spread import spread

Fit = Mapping[str, Any]
Pair = tuple[Fit, Fit | None]


def crossed(name: str) -> Pair:
    """Crossed intercepts: rater, partner, pair."""
    settings, factors = mixed.SIZES[name]
    frame = mixed.data(**settings)
    return mixed.ours(frame, factors), mixed.theirs(frame, factors, df=False)


def slopes(name: str) -> Pair:
    """Slopes by person, by REML."""
    settings, form = mixed_slopes.SIZES[name]
    frame = mixed_slopes.data(**settings)
    other = mixed_slopes.theirs(frame, form)
    return mixed_slopes.ours(frame, form)[0], other[0] if other else None


def logit(name: str) -> Pair:
    """A logit with intercepts by cluster, by quadrature."""
    settings, nodes = mixed_logit.SIZES[name]
    frame = mixed_logit.data(**settings)
    return mixed_logit.beside(frame, nodes), mixed_logit.theirs(frame, nodes)


#: Model as lme4 spells it, data, and how both fit it.
CASES: tuple[tuple[str, str, Callable[[str], Pair]], ...] = (
    ("lmer, three crossed intercepts", "800 ratings, 60 agents", crossed),
    ("lmer, three crossed intercepts", "20,000 ratings, 1,000 agents", crossed),
    ("lmer, slopes by person", "89 people × 5", slopes),
    ("lmer, slopes by person", "1,000 people × 5", slopes),
    ("glmer, quadrature", "200 clusters of 4, 15 nodes", logit),
    ("glmer, quadrature", "300 clusters of 30, 7 nodes", logit),
)


def line(model: str, data: str, fits: list[Pair]) -> dict[str, str]:
    """A row of the table."""
    ours, theirs = ([each[place]["seconds"] for each in fits if each[place]] for place in (0, 1))
    row = {"model": model, "data": data, "ours, s": spread(ours, ".3f")}
    mine, other = fits[0]
    if other is None:
        return row | dict.fromkeys(("lme4, s", "ours is faster by", "estimates", "SE", "log likelihood"), "–")
    faster = [their / our for our, their in zip(ours, theirs, strict=True)]
    apart = gaps(mine, other)
    return row | {
        "lme4, s": spread(theirs, ".3f"),
        "ours is faster by": spread(faster, ".1f"),
        "estimates": f"{apart['estimate']:.0e}",
        "SE": f"{apart['se']:.0e}",
        "log likelihood": f"{-apart['deviance'] / 2:.0e}",
    }


def report(repeats: int) -> str:
    """The page's part on mixed models."""
    for warm in (CASES[0], CASES[2], CASES[4]):  # what is imported late is imported now
        warm[2](warm[1])
    found: dict[tuple[str, str], list[Pair]] = {}
    for _ in range(repeats):
        for model, data, fit in CASES:
            found.setdefault((model, data), []).append(fit(data))
            print(f"{model}, {data}", file=sys.stderr, flush=True)
    table = pd.DataFrame([line(*case, fits) for case, fits in found.items()])
    versions = (
        'cat(R.version$major, ".", R.version$minor, ", lme4 ", format(packageVersion("lme4")), sep = "")'
    )
    told = subprocess.run(["Rscript", "-e", versions], capture_output=True, text=True).stdout
    return f"R {told}; {repeats} repeats in turns, medians (least–most).\n\n{grid(table)}"
