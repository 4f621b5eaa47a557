"""The design of the controllability study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from pydantic import Field, model_validator

from homophily.errors import UsageError
from homophily.lab.design import Design
from homophily.studies._known import require
from homophily.studies._persona import PersonaDesign
from homophily.studies._population import Profiles
from homophily.studies._questionnaire import Sampling
from homophily.studies.controllability.wording import ROLE

__all__ = ["ControllabilityDesign", "Instruments"]


class Instruments(Sampling):
    """What is asked."""

    values: str = Field(
        default="portraits-21",
        description="Instrument of the ten values, by name or file (`portraits-40` is the longer form).",
    )
    choices: str = Field(
        default="choices",
        description="Forced choices between actions that favour opposite values, by name or file: the check "
        'by behaviour. `""` leaves it out.',
    )


class ControllabilityDesign(Design):
    """Respondents × persona designs × languages × profiles × replicates: do the values arrive?"""

    study: str = Field(default="controllability", description="Name of the study.")
    personas: tuple[str, ...] = Field(
        default=("none", "scores", "definitions", "intensity", "ranking", "portrait", "anchor"),
        min_length=1,
        description="Persona designs to compare; `none` tells nothing and is the control.",
    )
    persona_options: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Options by persona design, such as `anchor = { k = 3 }`."
    )
    profiles: Profiles = Field(default=Profiles(), description="Where the target profiles come from.")
    n: int = Field(
        default=20, ge=1, description="Target profiles; the same for every respondent, persona and language."
    )
    replicates: int = Field(
        default=2, ge=1, description="How often each profile is asked, in new orders: test and retest."
    )
    instruments: Instruments = Field(default=Instruments(), description="What is asked.")

    def persona(self, name: str) -> PersonaDesign:
        """A persona design with its options."""
        return PersonaDesign(design=name, options=self.persona_options.get(name, {}))

    def uses(self) -> Iterator[tuple[str, str]]:
        """As of every design; with profiles, persona designs and instruments."""
        yield from super().uses()
        yield "values.profiles", self.profiles.generator
        for name in self.personas:
            yield "personas", name
        for instrument in filter(None, (self.instruments.values, self.instruments.choices)):
            yield "instruments", instrument

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in (*self.personas, *self.persona_options):
            require("personas", name)
        require("values.profiles", self.profiles.generator)
        if len(set(self.personas)) < len(self.personas):
            raise UsageError(f"personas = {list(self.personas)!r} names a design twice.")
        for language in self.languages:
            if language not in ROLE:
                raise UsageError(f"languages: the study is worded in {', '.join(ROLE)}, not in {language!r}.")
        return self
