"""The crew: the agents made for one participant, in the order met, with all they say, recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homophily.asks import Persona
from homophily.items import chosen
from homophily.lab.table import Table
from homophily.studies.teammates.agents import agents, level_of, profile
from homophily.studies.teammates.balance import THINGS, sequences
from homophily.studies.teammates.script import Part, Script, choose, script
from homophily.studies.teammates.sessions import SEAT
from homophily.studies.teammates.texts import Mission, Texts, pictures

__all__ = ["Teammate", "crew"]

#: What is recorded of each agent, with what it is in words.
_NOTED = {
    "ranking": "An agent's values, most important first.",
    "similarity": "Spearman's correlation of the agent's ranking with the participant's.",
    "overlap": "Values that both have among their first.",
    "phrasing": "Numbers of the suggestions and phrasings drawn for the agent.",
}


@dataclass(frozen=True, slots=True)
class Teammate:
    """One agent as a participant meets it.

    Attributes:
        level: 1 for the most opposite, highest for the most similar.
        position: Place in the order met, from 1.
        persona: Who it is to respondents that know: ``level-5``, its name and its profile.
        codes: Its ranking of values, most important first.
        mission: Its building.
        script: What it says.
        picture: Its face, as SVG.
    """

    level: int
    position: int
    persona: Persona
    codes: tuple[str, ...]
    mission: Mission
    script: Script
    picture: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.persona.name


async def crew(table: Table, said: Texts, ranking: Sequence[str]) -> tuple[Teammate, ...]:
    """Make the agents for a participant and record them; what is recorded is what is used.

    Args:
        table: The session's table.
        said: The texts in the session's language.
        ranking: The participant's ten value codes, most important first.
    """
    settings, shift = table.design.agents, table.session.condition
    made = agents(ranking, settings, table.chance("agents"))
    n = len(made)
    order = sequences(n)[_whole(shift["sequence"])]
    parts = []
    for position, place in enumerate(order):
        level = level_of(place, n)
        codes = chosen(str(await _note(table, level, "ranking", ",".join(made[place].codes))))
        await _note(table, level, "similarity", made[place].rho)
        await _note(table, level, "overlap", made[place].overlap)
        name = said.names[(position + _whole(shift["names"])) % THINGS]
        building = said.missions[(position + _whole(shift["sets"])) % THINGS]
        parts.append(Part(name, codes, building, (position + _whole(shift["pictures"])) % THINGS))
    drawn = choose(
        parts, said, points=settings.points, speaking=settings.speaking, rng=table.chance("phrasing")
    )
    faces, team = pictures(), []
    for position, (place, part, numbers) in enumerate(zip(order, parts, drawn, strict=True)):
        level = level_of(place, n)
        noted = await _note(table, level, "phrasing", ",".join(map(str, numbers)))
        words = script(part, said, [int(number) for number in chosen(str(noted))], settings.speaking)
        persona = Persona(id=f"level-{level}", name=part.name, profile=profile(part.codes))
        face = faces[(2 * position + _whole(shift["pictures"])) % len(faces)]
        team.append(Teammate(level, position + 1, persona, part.codes, part.mission, words, face))
    return tuple(team)


async def _note(table: Table, level: int, what: str, value: str | float | int) -> object:
    at = f"agents/level-{level}/{what}"
    return await table.note(SEAT, f"teammates/agent-{what}", value, at=at, text=_NOTED[what])


def _whole(shift: object) -> int:
    return int(str(shift))
