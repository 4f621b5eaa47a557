"""The design of the teammates study: every choice a named setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from homophily.lab.design import Design
from homophily.studies._persona import PersonaDesign
from homophily.studies._population import Profiles
from homophily.studies._questionnaire import Sampling
from homophily.studies.teammates import checks
from homophily.studies.teammates.reviewed import with_reviewed

__all__ = ["Agents", "Forms", "TeammatesDesign"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Agents(_Part):
    """The agents that a participant meets, and what they say."""

    levels: tuple[float, ...] = Field(
        default=(1.0, 0.5030, 0.0061, -0.5030, -1.0),
        min_length=2,
        max_length=5,
        description="Spearman similarity of each agent's ranking of the ten values with the participant's, "
        "from the most similar to the most opposite; the nearest that can be had is met exactly. Exactly 0 "
        "and ±.5 cannot be had with ten values.",
    )
    overlap: tuple[int, ...] = Field(
        default=(3, 2, 1, 0, 0),
        description="How many of the first `top` values each agent shares with the participant.",
    )
    top: int = Field(default=3, ge=1, le=5, description="How many values count as the first ones.")
    margin: float = Field(
        default=0.0,
        description="Circle plausibility: by how many places values opposite on the circle must on average "
        "lie further apart in an agent's ranking than neighbours do. Not asked of the agents at 1 and -1, "
        "whose ranking the participant's determines.",
    )
    restarts: int = Field(default=10, ge=1, description="Searches for a ranking before giving up.")
    speaking: int = Field(
        default=2, ge=1, le=3, description="How many of an agent's first values its reasons speak for."
    )
    points: int = Field(default=4, ge=1, le=4, description="Decision points with each agent.")


class Forms(Sampling):
    """What is asked, and how it is answered: an instrument's name or file each, `""` to leave one out."""

    values: str = Field(
        default="portraits-21", description="Instrument of the ten values; the agents are made from it."
    )
    confirmation: Literal["ties", "order", "none"] = Field(
        default="ties",
        description="Whether the participant then puts the ten values in order. `ties`: that order decides "
        "between values whose centred scores are equal; `order`: it replaces the scores; `none`: not asked, "
        "ties are decided by the laboratory's rule (raw score, higher-order mean, circle).",
    )
    similarity: str = Field(
        default="similarity-agent", description="How alike the agent's values are felt to be."
    )
    trust: str = Field(default="trust-agent", description="Trust in the agent, four facets.")
    alone: str = Field(default="send-alone", description="Readiness to send the agent in alone, 0–100.")
    closeness: str = Field(
        default="", description="Closeness to the agent; `circles` shows seven pairs of circles."
    )
    attention: bool = Field(
        default=True, description="Two lines that ask for one certain answer; counted, nobody is excluded."
    )
    page: int = Field(default=6, ge=1, description="Most items of a form that are asked together.")


class TeammatesDesign(Design):
    """A participant meets five agents of graded value similarity, decides with them, and rates each."""

    study: str = Field(default="teammates", description="Name of the study.")
    respondents: dict[str, dict[str, Any]] = Field(
        default_factory=lambda: {"volunteer": {"kind": "volunteer"}},
        min_length=1,
        description="Who takes part, by a name of your choice: `kind` and that kind's settings. Several take "
        "the participants' seats in turn. Kind `person` waits for people in a browser.",
    )
    participants: int = Field(default=89, ge=1, description="Participants in each language.")
    persona: PersonaDesign = Field(
        default=PersonaDesign(design="none"),
        description="How values are told to a model in the participant's seat. `none`: nothing is told, "
        "models answer as themselves, and volunteers draw values of their own.",
    )
    profiles: Profiles = Field(
        default=Profiles(), description="Where the values come from that `persona` tells."
    )
    agents: Agents = Field(default=Agents(), description="The agents, and what they say.")
    forms: Forms = Field(default=Forms(), description="What is asked.")
    texts: str = Field(
        default="",
        description="File of reasons worded anew and reviewed (`homophily teammates word`); only accepted "
        "ones are used, in place of the shipped ones.",
    )
    reviewed: dict[str, str] = Field(
        default_factory=dict,
        description="The accepted reasons themselves. Filled in from `texts` when a run begins, so that a "
        "run is never continued on other words.",
    )
    wordings: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Texts of your own for what is said around the agents, such as your consent form: "
        "`consent.text`, then language, then text.",
    )

    def uses(self) -> Iterator[tuple[str, str]]:
        """As of every design; with instruments, and with persona and profiles where values are told."""
        yield from super().uses()
        if self.persona.design != "none":
            yield "personas", self.persona.design
            yield "values.profiles", self.profiles.generator
        forms = self.forms
        for form in (forms.values, forms.similarity, forms.trust, forms.alone, forms.closeness):
            if form:
                yield "instruments", form

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, settings: Any) -> Any:
        return with_reviewed(settings) if isinstance(settings, Mapping) else settings

    @model_validator(mode="after")
    def _check(self) -> Self:
        checks.check(self)
        return self
