"""The sessions of a dyad study: every pair in every language and condition it plays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from homophily import seeds
from homophily.asks import Persona
from homophily.lab.session import Seat, Session
from homophily.studies import _population
from homophily.studies.dyads.population import Population, populate
from homophily.studies.dyads.seating import seat
from homophily.studies.dyads.wording import NAMES, ROLE

if TYPE_CHECKING:
    from homophily.studies.dyads.design import DyadDesign

__all__ = ["sessions", "swapped_partner"]


def sessions(design: DyadDesign) -> Iterator[Session]:
    """Yield the sessions pair by pair, so that a run cut short has whole pairs in all languages."""
    population = populate(design)
    respondents = seat(design, population)
    shares = design.conditions.model_dump()
    for place in range(design.pairs.n):
        for condition, share in shares.items():
            if place < round(share * design.pairs.n):
                for language in design.languages:
                    yield _session(design, population, respondents, place, condition, language)


def swapped_partner(pairs: np.ndarray, place: int) -> int:
    """The pair whose B meets A of pair `place` in the swapped control.

    It is the first pair after `place`, in cyclic order, whose B is neither A nor B of that pair.
    """
    for step in range(1, len(pairs)):
        other = (place + step) % len(pairs)
        if pairs[other, 1] not in pairs[place]:
            return other
    return place


def _session(
    design: DyadDesign,
    population: Population,
    respondents: list[tuple[str, str]],
    place: int,
    condition: str,
    language: str,
) -> Session:
    pair = f"pair-{place + 1:04d}"
    other = swapped_partner(population.pairs, place) if condition == "swapped" else place
    names = seeds.generator(design.seed, "names", language, pair).permutation(NAMES[language])
    seats = {
        "a": _seat(design, population, population.pairs[place, 0], respondents[place][0], names[0], language),
        "b": _seat(design, population, population.pairs[other, 1], respondents[other][1], names[1], language),
    }
    return Session(
        id=f"{language}/{pair}" if condition == "dialogue" else f"{language}/{pair}/{condition}",
        language=language,
        seats=seats,
        condition={
            "pair": pair,
            "condition": condition,
            "bin": int(population.bins[place]) + 1,
            "a_opens": _a_opens(design, population, place),
        },
    )


def _seat(
    design: DyadDesign, population: Population, agent: int, respondent: str, name: str, language: str
) -> Seat:
    profile = _population.as_scores(population.profiles[agent])
    told = design.persona.paragraph(profile, language)
    role = ROLE[language].format(name=name)
    return Seat(
        respondent=respondent,
        persona=Persona(
            id=population.agent(agent),
            name=str(name),
            profile={} if design.persona.design == "none" else profile,
        ),
        system="\n\n".join(part for part in (role, told) if part),
    )


def _a_opens(design: DyadDesign, population: Population, place: int) -> bool:
    if design.dialogue.opener != "alternates":
        return design.dialogue.opener == "a"
    return int(population.rounds[place]) % 2 == 0
