"""The dilemmas of a design, chosen and put in order."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from homophily import dilemmas as shelf
from homophily import seeds
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.dilemmas import Dilemma
    from homophily.studies.debate.design import DebateDesign, Dilemmas

__all__ = ["case", "cases"]


def cases(design: DebateDesign) -> tuple[Dilemma, ...]:
    """The dilemmas that a design plays, in order; a larger number begins with those of a smaller one.

    Raises:
        UnknownName: An id that `dilemmas.names` gives does not exist.
        UsageError: There is no such file, or a dilemma is not told in one of the design's languages.
        DataError: A row of the file cannot be read.
    """
    return tuple(_cases(design.dilemmas.model_dump_json(), design.seed, design.languages).values())


def case(design: DebateDesign, id_: str) -> Dilemma:
    """The dilemma of this id."""
    return _cases(design.dilemmas.model_dump_json(), design.seed, design.languages)[id_]


@lru_cache(maxsize=8)  # a study asks for them when it is laid out, planned, played and tabled
def _cases(settings: str, seed: int, languages: tuple[str, ...]) -> dict[str, Dilemma]:
    from homophily.studies.debate.design import Dilemmas

    chosen = Dilemmas.model_validate_json(settings)
    found = _ordered(_named(_all(chosen, languages), chosen), chosen, seed)
    if chosen.number:
        found = found[: chosen.number]
    if not found:
        raise UsageError("dilemmas: none is left to be deliberated on; look at names, cleaning and the file.")
    for dilemma in found:
        for language in languages:
            dilemma.told(language)
    return {dilemma.id: dilemma for dilemma in found}


def _all(chosen: Dilemmas, languages: tuple[str, ...]) -> list[Dilemma]:
    if not chosen.file:
        return list(shelf.shipped())
    loaded = shelf.load(
        chosen.file,
        columns=chosen.columns,
        language=languages[0],
        cleaning=chosen.cleaning,
        skip_bad=chosen.skip_bad,
    )
    return list(loaded.dilemmas)


def _named(found: list[Dilemma], chosen: Dilemmas) -> list[Dilemma]:
    if not chosen.names:
        return found
    known = {dilemma.id: dilemma for dilemma in found}
    for name in chosen.names:
        if name not in known:
            raise UnknownName("dilemma", name, known)
    return [known[name] for name in chosen.names]


def _ordered(found: list[Dilemma], chosen: Dilemmas, seed: int) -> list[Dilemma]:
    if chosen.order == "drawn":
        return sorted(found, key=lambda dilemma: seeds.derive(seed, "dilemmas", dilemma.id))
    if chosen.order == "entropy":
        ranked = shelf.rank_by_entropy([dilemma.votes for dilemma in found])
        if not ranked:
            raise UsageError(
                "dilemmas.order = 'entropy' needs people's votes, and none are known here: choose 'given'."
            )
        return [found[each.place] for each in ranked]
    return found
