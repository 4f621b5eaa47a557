"""What a study rests on: the published sources of all that it asks, draws and computes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from homophily import catalogue
from homophily.errors import UsageError
from homophily.references import Reference, find

if TYPE_CHECKING:
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["sources"]

#: Whose numbers and figures stand in every report.
_ALWAYS = ("analysis", "report")


def sources(study: Study, design: Design, *, made: str = "") -> list[Reference]:
    """Exactly what a run of this design uses, by key: Homophily, the method, instruments, analyses, software.

    An instrument whose file is not at hand (it may stay at home when a run is archived) adds nothing.

    Args:
        study: What is played.
        design: Under which settings.
        made: The year of the run, which dates Homophily's own entry.

    Raises:
        UnknownName: Something names a reference that nobody knows, or the design names what is not there.
    """
    own = find(["homophily"])[0].model_copy(update={"year": made})
    return find([*_named(study, design), *study.references, own])


def _named(study: Study, design: Design) -> Iterator[str | Reference]:
    for part in _ALWAYS:
        yield from catalogue.declared(files("homophily").joinpath(part, "__init__.py"))
    for step in study.plan:
        yield from catalogue.references("analysis", step.analysis)
    for shelf, name in design.uses():
        yield from _of(shelf, name)


def _of(shelf: str, name: str) -> tuple[str | Reference, ...]:
    try:
        if shelf == "instruments":
            from homophily import instruments

            return instruments.load(name).references
        if shelf == "taxonomies":
            from homophily.values.taxonomy import taxonomy

            return taxonomy(name).references
    except UsageError:
        return ()
    return catalogue.references(shelf, name)
