"""Opinion: what one volunteer feels and thinks of one agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from homophily import seeds
from homophily.asks import Persona
from homophily.respondents._synthetic.chance import normal
from homophily.respondents._synthetic.character import alike, profiled
from homophily.respondents._volunteer.settings import Settings
from homophily.values import CODES
from homophily.values.profiles.human import human

__all__ = ["MIDDLE", "Opinion", "held", "opinion", "stands_for"]

#: Where felt similarity (1–7) and trust (1–5) are on average.
MIDDLE = {"similarity": 4.0, "trust": 3.1}

Ten = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a volunteer makes of an agent, before it is put on any scale.

    Attributes:
        felt: Felt similarity, in points of seven.
        trust: Trust, in points of five.
    """

    felt: float
    trust: float


def held(settings: Settings, session: str, persona: Persona | None) -> Ten:
    """The values of the volunteer in a session, raw on 1–6: the seat's profile, or a draw."""
    if persona is not None and persona.profile:
        return profiled(persona.profile)
    return _drawn(settings.population, settings.seed, session)


def stands_for(agent: Persona) -> Ten:
    """The profile of an agent, in circle order; flat where nothing is known."""
    return profiled(agent.profile) if agent.profile else (3.5,) * len(CODES)


def opinion(settings: Settings, session: str, own: Ten, agent: str, profile: Sequence[float]) -> Opinion:
    """What the volunteer in a session thinks of an agent with a profile.

    The equations stand in `homophily.respondents.volunteer`.
    """
    who = settings.seed, "volunteer", session
    leaning = settings.leaning_sd * normal(*who, "leaning")
    moved = settings.similarity_slope * alike(own, tuple(profile))
    moved += settings.impression_sd * normal(*who, "impression", agent)
    slope = settings.trust_slope + settings.trust_slope_sd * normal(*who, "slope")
    if settings.trust_slope == 0:  # null volunteers: nobody's trust goes with similarity
        slope = 0.0
    trust = MIDDLE["trust"] + slope * moved + settings.trust_between * leaning
    trust += settings.trusting_sd * normal(*who, "trusting")
    trust += settings.relation_sd * normal(*who, "relation", agent)
    return Opinion(MIDDLE["similarity"] + leaning + moved, trust)


@lru_cache(maxsize=4096)  # every ask of a session draws the same person
def _drawn(population: str, seed: int, session: str) -> Ten:
    rng = seeds.generator(seed, "volunteer", session, "values")
    return tuple(float(score) for score in np.round(human(1, rng, population=population)[0], 4))
