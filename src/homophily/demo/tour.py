"""The tour: the demonstration's parts, one after the other; a part that cannot be played here says why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from homophily.demo.filtering import filtering
from homophily.demo.index import write
from homophily.demo.journal import Journal
from homophily.demo.lineage import lineage
from homophily.demo.part import Part, Showing
from homophily.demo.studies import study
from homophily.demo.teammates import teammates
from homophily.errors import UnknownName

__all__ = ["PARTS", "tour"]

Play = Callable[..., Part]

#: What is shown, in order, with what it is called where it cannot be played.
PARTS: Mapping[str, tuple[str, Play]] = {
    "controllability": ("How well can a model's values be controlled?", partial(study, "controllability")),
    "dyads": ("Dyads: value similarity, trust and closeness", partial(study, "dyads")),
    "debate": ("Debate: panels before everyday dilemmas", partial(study, "debate")),
    "teammates": ("Teammates: a person and five agents", teammates),
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
    showing: Showing = lambda: nullcontext(lambda what, done, total: None),
) -> Iterator[Part]:
    """Play the parts, each as it is asked for, and keep ``index.html`` up to date with all of the folder.

    A tour that was stopped goes on: parts shown before are given as they were.

    Args:
        folder: Where everything goes.
        only: Names of parts; all by default.
        seed: Of everything drawn; each part's own by default.
        quick: Smaller parts.
        quiet: Show no progress.
        starting: Told each part's title before it is played.
        showing: Shows how a part goes on.

    Raises:
        UnknownName: There is no such part.
        UsageError: The folder cannot be written.
    """
    for name in only:
        if name not in PARTS:
            raise UnknownName("part of the demonstration", name, PARTS)
    names, journal = [name for name in PARTS if not only or name in only], Journal(folder)
    journal.begin(names, seed=seed, quick=quick)
    for name in names:
        title, play = PARTS[name]
        if name in journal.left:
            _index(journal, folder)
            starting(title)
            began = time.monotonic()
            try:
                part = play(folder, seed=seed, quick=quick, quiet=quiet, showing=showing)
            except ModuleNotFoundError as error:
                part = _lacking(name, title, str(error.name))
            journal.add(replace(part, seconds=time.monotonic() - began))
        yield journal.parts[name]
    _index(journal, folder)


def _index(journal: Journal, folder: Path) -> None:
    """Every part of the folder; those left as still to come."""
    shown = []
    for name, (title, _) in PARTS.items():
        if name in journal.parts and name not in journal.left:
            shown.append(journal.parts[name])
        elif name in journal.left:
            why = "Not played yet: the same command goes on."
            shown.append(Part(name=name, title=title, planted="", found="Not played yet.", lacking=why))
    write(shown, folder / "index.html")


def _lacking(name: str, title: str, package: str) -> Part:
    why = f"It needs {package}, not installed here: pip install 'homophily[local,serve]'."
    return Part(name=name, title=title, planted="", found="Not played.", lacking=why)
