"""The sessions of a controllability study: one questionnaire sitting each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

from homophily.asks import Persona
from homophily.lab.session import Seat, Session
from homophily.studies import _population
from homophily.studies.controllability.wording import ROLE

if TYPE_CHECKING:
    from homophily.studies.controllability.design import ControllabilityDesign

__all__ = ["SEAT", "sessions"]

#: The one seat of every session.
SEAT = "self"


def sessions(design: ControllabilityDesign) -> Iterator[Session]:
    """Yield the sessions profile by profile, so that a run cut short compares all cells on fewer profiles."""
    profiles = _population.draw(design.profiles, design.n, design.seed)
    for place, profile in enumerate(profiles, start=1):
        scores = _population.as_scores(profile)
        cells = product(
            range(1, design.replicates + 1), design.respondents, design.personas, design.languages
        )
        for replicate, respondent, name, language in cells:
            cell = (f"profile-{place:04d}", replicate, respondent, name, language)
            yield _session(design, scores, *cell)


def _session(
    design: ControllabilityDesign,
    scores: Mapping[str, float],
    profile: str,
    replicate: int,
    respondent: str,
    name: str,
    language: str,
) -> Session:
    told = design.persona(name).paragraph(scores, language)
    return Session(
        id=f"{language}/{respondent}/{name}/{profile}/{replicate}",
        language=language,
        seats={
            SEAT: Seat(
                respondent=respondent,
                # Who is told nothing has no profile to answer from, whoever sits there.
                persona=Persona(id=profile, name="", profile=scores if told else {}),
                system="\n\n".join(part for part in (ROLE[language], told) if part),
            )
        },
        condition={"design": name, "profile": profile, "replicate": replicate},
    )
