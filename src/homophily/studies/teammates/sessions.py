"""The sessions of a teammates study: one participant each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from homophily.asks import Persona
from homophily.lab.session import Seat, Session
from homophily.seeds import derive
from homophily.studies._population import as_scores, draw
from homophily.studies.teammates.balance import sequences, shifts
from homophily.studies.teammates.texts import texts

if TYPE_CHECKING:
    from homophily.studies.teammates.design import TeammatesDesign

__all__ = ["SEAT", "sessions"]

SEAT = "participant"
"""The one seat of a session."""


def sessions(design: TeammatesDesign) -> Iterator[Session]:
    """Yield the participants block by block, so that a run cut short is nearly balanced.

    A participant's conditions follow from their number alone and stay when the design grows. ``sequence``
    says in which order the levels are met, ``names``, ``pictures`` and ``sets`` by how much the agents'
    names, pictures and missions are shifted (`homophily.studies.teammates.balance`).
    """
    orders = len(sequences(len(design.agents.levels)))
    profiles = _profiles(design)
    for number in range(design.participants):
        block, sequence = divmod(number, orders)
        for language in design.languages:
            yield Session(
                id=f"{language}/participant-{number + 1:04}",
                language=language,
                seats={SEAT: _seat(design, number, language, profiles[language])},
                condition={"sequence": sequence, **shifts(block)},
            )


def _profiles(design: TeammatesDesign) -> dict[str, list[dict[str, float]]]:
    """The values told to each participant, by language; none where nothing is told."""
    if design.persona.design == "none":
        return {language: [{}] * design.participants for language in design.languages}
    return {
        language: [
            as_scores(profile)
            for profile in draw(design.profiles, design.participants, derive(design.seed, language))
        ]
        for language in design.languages
    }


def _seat(
    design: TeammatesDesign, number: int, language: str, profiles: Sequence[Mapping[str, float]]
) -> Seat:
    seated, profile = tuple(design.respondents), profiles[number]
    role = texts(language, wordings=design.wordings)["role.text"]
    told = design.persona.paragraph(profile, language) if profile else ""
    return Seat(
        respondent=seated[number % len(seated)],
        persona=Persona(id=f"{language}-{number + 1:04}", name="", profile=profile),
        system="\n\n".join(filter(None, (role, told))),
    )
