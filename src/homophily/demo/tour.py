"""The tour: the demonstration's parts, one after the other; a part that cannot be played here says why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from homophily.demo.filtering import filtering
from homophily.demo.lineage import lineage
from homophily.demo.part import Part
from homophily.demo.studies import study
from homophily.errors import UnknownName

__all__ = ["PARTS", "tour"]

Play = Callable[..., Part]

#: What is shown, in order, with what it is called where it cannot be played.
PARTS: Mapping[str, tuple[str, Play]] = {
    "controllability": ("How well can a model's values be controlled?", partial(study, "controllability")),
    "dyads": ("Dyads: value similarity, trust and closeness", partial(study, "dyads")),
    "debate": ("Debate: panels before everyday dilemmas", partial(study, "debate")),
    "teammates": ("Teammates: a person and five agents", partial(study, "teammates")),
    "filter": ("Token Filtering: what skipping redundant tokens costs", filtering),
    "lineage": ("Lineage: whose child is this model?", lineage),
}


def tour(
    folder: Path,
    *,
    only: Sequence[str] = (),
    seed: int | None = None,
    quick: bool = False,
    quiet: bool = False,
    starting: Callable[[str], None] = lambda title: None,
) -> Iterator[Part]:
    """Play the parts, each as it is asked for.

    Args:
        folder: Where everything goes.
        only: Names of parts; all by default.
        seed: Of everything drawn; each part's own by default.
        quick: Smaller parts.
        quiet: Show no progress.
        starting: Told each part's title before it is played.

    Raises:
        UnknownName: There is no such part.
    """
    for name in only:
        if name not in PARTS:
            raise UnknownName("part of the demonstration", name, PARTS)
    for name, (title, play) in PARTS.items():
        if only and name not in only:
            continue
        starting(title)
        began = time.monotonic()
        try:
            part = play(folder, seed=seed, quick=quick, quiet=quiet)
        except ModuleNotFoundError as error:
            part = _lacking(name, title, str(error.name))
        yield replace(part, seconds=time.monotonic() - began)


def _lacking(name: str, title: str, package: str) -> Part:
    why = f"It needs {package}, not installed here: pip install 'homophily[local,serve]'."
    return Part(name=name, title=title, planted="", found="Not played.", lacking=why)
