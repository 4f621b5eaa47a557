"""Many candidates for one model's relatives, ranked, with the number of candidates accounted for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homophily.errors import DataError
from homophily.lineage.folder import fingerprint, models_in
from homophily.lineage.keeping import Kept
from homophily.lineage.relation.descent import Descent, descent

__all__ = ["Candidate", "candidates", "holm", "step_up"]
__references__ = ("benjamini1995", "holm1979")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate's standing.

    Attributes:
        name: Its place in the folder.
        found: The descent; None where it could not be read.
        log10_holm: p adjusted by Holm: the chance of a single false claim among all candidates.
        log10_bh: p adjusted by Benjamini and Hochberg: the share of false claims among those as small.
        fault: Why it could not be read; empty if it could.
    """

    name: str
    found: Descent | None
    log10_holm: float
    log10_bh: float
    fault: str = ""


def candidates(
    model: str | Path,
    folder: str | Path,
    *,
    kept: Kept | None = None,
    progress: Progress = lambda done, all_, name: None,
    **settings: Any,
) -> list[Candidate]:
    """Compare a model with every model of a folder; the likeliest relatives first.

    Args:
        model: Its path; left out where it lies in the folder itself.
        folder: Of the candidates.
        kept: Where answers are kept and looked for first.
        progress: Told how many are done, of how many, and the next one's name.
        **settings: Of `descent`.

    Raises:
        UsageError: The folder holds no other model.
        DataError: The model itself cannot be read.
    """
    others = {
        name: path for name, path in models_in(folder).items() if path.resolve() != Path(model).resolve()
    }
    own = fingerprint(model) if kept else ""
    rows: list[tuple[str, Descent | None, str]] = []
    for done, (name, path) in enumerate(others.items()):
        progress(done, len(others), name)
        try:
            rows.append((name, _one(model, own, path, kept, settings), ""))
        except DataError as error:
            rows.append((name, None, str(error)))
    progress(len(others), len(others), "")
    ps = [
        found.log10_p if found is not None and math.isfinite(found.log10_p) else None for _, found, _ in rows
    ]
    made = [
        Candidate(name, found, first, second, fault)
        for (name, found, fault), first, second in zip(rows, holm(ps), step_up(ps), strict=True)
    ]
    return sorted(made, key=_place)


def _one(model: str | Path, own: str, path: Path, kept: Kept | None, settings: dict[str, Any]) -> Descent:
    if kept is None:
        return descent(model, path, **settings)
    theirs = fingerprint(path)
    known = kept.find(own, theirs, settings)
    if known is None:
        known = descent(model, path, **settings)
        kept.keep(own, theirs, settings, known)
    return known


def _place(candidate: Candidate) -> tuple[bool, bool, float, float, str]:
    found = candidate.found
    if found is None:
        return True, True, 0.0, 0.0, candidate.name
    near = found.distance if math.isfinite(found.distance) else math.inf
    return False, not found.related, near if found.related else candidate.log10_holm, 0.0, candidate.name


def holm(log10_ps: Sequence[float | None]) -> list[float]:
    """Holm's adjusted p-values (1979), as logarithms; NaN for None, which is not counted."""
    order = sorted((p, i) for i, p in enumerate(log10_ps) if p is not None)
    adjusted, worst = [math.nan] * len(log10_ps), -math.inf
    for place, (p, i) in enumerate(order):
        worst = max(worst, p + math.log10(len(order) - place))
        adjusted[i] = min(0.0, worst)
    return adjusted


def step_up(log10_ps: Sequence[float | None]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values (1995), as logarithms; NaN for None, not counted."""
    order = sorted((p, i) for i, p in enumerate(log10_ps) if p is not None)
    adjusted, best = [math.nan] * len(log10_ps), 0.0
    for place, (p, i) in reversed(list(enumerate(order))):
        best = min(best, p + math.log10(len(order) / (place + 1)))
        adjusted[i] = best
    return adjusted
