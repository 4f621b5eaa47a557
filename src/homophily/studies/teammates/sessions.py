"""The sessions of a teammates study: one participant each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from homophily.asks import Persona
from homophily.lab.session import Seat, Session
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
    seated = tuple(design.respondents)
    for number in range(design.participants):
        block, sequence = divmod(number, orders)
        for language in design.languages:
            yield Session(
                id=f"{language}/participant-{number + 1:04}",
                language=language,
                seats={
                    SEAT: Seat(
                        respondent=seated[number % len(seated)],
                        persona=Persona(id=f"{language}-{number + 1:04}", name=""),
                        system=texts(language, wordings=design.wordings)["role.text"],
                    )
                },
                condition={"sequence": sequence, **shifts(block)},
            )
