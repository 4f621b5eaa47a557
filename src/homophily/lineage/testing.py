"""Descent tests run by name on two checkpoints as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from homophily import catalogue
from homophily.lineage.relation.pairing import blocks, spread
from homophily.lineage.relation.reading import opened
from homophily.lineage.relation.view import View
from homophily.lineage.tests import Score, Weights

if TYPE_CHECKING:
    from homophily.lineage.checkpoints import Checkpoint

__all__ = ["run_tests"]


def run_tests(
    a: str | Path | Checkpoint | Weights,
    b: str | Path | Checkpoint | Weights,
    *,
    tests: Sequence[str] | None = None,
    layers: int | None = 6,
    mapping: str | Path | None = None,
    base: str | Path | None = None,
    progress: Callable[[int, int, str], None] = lambda done, all_, name: None,
) -> dict[str, Score]:
    """Every named test's score, with nothing aligned and nothing combined.

    Args:
        a: A checkpoint's path, an open checkpoint, or arrays by role and layer.
        b: The other.
        tests: Names in the catalogue ``lineage.tests``; all if None.
        layers: At most so many, evenly spread; None for all.
        mapping: A file of names that the shipped families do not know.
        base: The base that adapters are merged into.
        progress: Told how many are done, of how many, and the next one's name.

    Raises:
        UnknownName: There is no test of a name.
        DataError: A checkpoint cannot be read.
    """
    names = list(tests or catalogue.names("lineage.tests"))
    found = {name: catalogue.get("lineage.tests", name) for name in names}
    scores: dict[str, Score] = {}
    with opened(a, mapping=mapping, base=base) as one, opened(b, mapping=mapping, base=base) as other:
        kept = {layer: layer for layer in spread(blocks(one), layers)}
        views = View(one, layers=kept), View(other, layers=kept)
        for done, (name, test) in enumerate(found.items()):
            progress(done, len(found), name)
            scores[name] = test(*views)
    progress(len(found), len(found), "")
    return scores
