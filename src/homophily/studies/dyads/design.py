"""The design of the dyad study: every choice a named setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from homophily.lab.design import Design
from homophily.studies._persona import PersonaDesign
from homophily.studies._population import Profiles
from homophily.studies._questionnaire import Sampling
from homophily.studies.dyads import checks

__all__ = ["Conditions", "Dialogue", "DyadDesign", "Pairs", "Ratings", "Seating", "SelfReport"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pairs(_Part):
    """Who meets whom."""

    n: int = Field(default=200, ge=1, description="Pairs per language; the same pairs in every language.")
    rule: Literal["stratified", "random", "target"] = Field(
        default="stratified",
        description="`stratified`: drawn from all pairs of the pool so that equal bins of similarity are "
        "equally filled and agents sit in about equally many pairs; `random`: drawn from all pairs of the "
        "pool; `target`: a partner is constructed for an agent of the pool at each of the `targets` in turn.",
    )
    bins: int = Field(
        default=5, ge=1, description="Bins of equal width on the similarity scale, for `stratified`."
    )
    trim: float = Field(
        default=0.05,
        ge=0,
        lt=0.5,
        description="Share of the pool's pairs beyond the inner edges at either end: the bins are of equal "
        "width between these two quantiles, and the outer ones stay open outwards. 0 spans the whole range.",
    )
    targets: tuple[float, ...] = Field(
        default=(-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75),
        min_length=1,
        description="Pearson similarities of target profiles that `target` constructs, in turn.",
    )


class Conditions(_Part):
    """Which pairs play under which condition."""

    dialogue: float = Field(
        default=1.0, ge=0, le=1, description="Share of the pairs that talk, then rate each other."
    )
    none: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of the pairs that also rate, in sessions of their own, a partner of whom only "
        "the name is known: the no-dialogue control.",
    )
    swapped: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of the pairs that are also played, in sessions of their own, with partners "
        "swapped: A of pair i talks with and rates B of the next pair (the first one after i, in the "
        "pairs' cyclic order, whose B is neither A nor B of pair i). `similarity` is that of the two who "
        "really talked, `similarity_assigned` that of A and B of pair i, which should predict nothing.",
    )


class Dialogue(_Part):
    """What is talked about, and how long."""

    topics: tuple[str, ...] = Field(
        default=("weekend", "move", "windfall"),
        min_length=1,
        description="Topics, shipped (`weekend`, `move`, `windfall`) or worded in `wordings`.",
    )
    wordings: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Topics of your own: name, then language, then text; `{partner}` stands for the name.",
    )
    utterances: int = Field(
        default=10, ge=1, description="Utterances per topic, both speakers together (3 topics × 10 = 30)."
    )
    topic_order: Literal["drawn", "given"] = Field(
        default="drawn", description="Order of the topics: drawn for each session and recorded, or as given."
    )
    opener: Literal["alternates", "a", "b"] = Field(
        default="alternates",
        description="Who opens a topic. `alternates`: A opens the first topic in one pair of a similarity "
        "bin, B in the next, and the opener changes from topic to topic.",
    )
    temperature: float = Field(default=1.0, ge=0, description="Sampling temperature of the dialogue.")
    max_tokens: int = Field(default=256, ge=1, description="Upper limit of an utterance, in tokens.")


class SelfReport(Sampling):
    """How the values an agent shows are measured, before anything else is asked."""

    instrument: str = Field(
        default="portraits-21",
        description='Instrument of the ten values, by name or file; leave it empty (`""`) to measure none.',
    )


class Ratings(Sampling):
    """What is rated in private: an instrument's name or file each, `""` to leave one out."""

    trust: str = Field(default="trust", description="Trust in the partner, three facets.")
    trust_global: str = Field(default="trust-global", description="Trust in one global item.")
    circles: str = Field(default="circles", description="Closeness as seven overlapping circles.")
    closeness: str = Field(default="closeness", description="Closeness in twelve items.")
    subjective: str = Field(
        default="similarity", description="How similar the partner's values are felt to be."
    )

    def instruments(self) -> dict[str, str]:
        """The outcomes asked for, each with its instrument."""
        outcomes = self.model_dump(exclude=set(Sampling.model_fields))
        return {outcome: instrument for outcome, instrument in outcomes.items() if instrument}


class Seating(_Part):
    """Which respondent plays whom."""

    rule: Literal["cycle", "shares", "crossed", "seats"] = Field(
        default="cycle",
        description="`cycle`: agents are played by the respondents in turn; `shares`: agents are allotted to "
        "respondents at random in the given `shares`; `crossed`: within each similarity bin pairs take all "
        "ordered combinations of two respondents in turn, so an agent may be played by several; `seats`: "
        "respondent `a` plays every first seat, `b` every second.",
    )
    shares: dict[str, float] = Field(
        default_factory=dict, description="Share of the agents per respondent, for `shares`."
    )
    a: str | None = Field(default=None, description="Respondent of every first seat, for `seats`.")
    b: str | None = Field(default=None, description="Respondent of every second seat, for `seats`.")


class DyadDesign(Design):
    """Pairs of agents with known values hold a dialogue, then rate each other in private."""

    study: str = Field(default="dyads", description="Name of the study.")
    profiles: Profiles = Field(default=Profiles(), description="Where the agents' target profiles come from.")
    agents: int = Field(default=60, ge=2, description="Agents in the pool from which pairs are drawn.")
    similarity: str = Field(
        default="pearson",
        description="Measure that stratifies the pairs and stands as `similarity` in the tables; all other "
        "measures are computed beside it, on target and on measured values.",
    )
    pairs: Pairs = Field(default=Pairs(), description="Who meets whom.")
    conditions: Conditions = Field(
        default=Conditions(), description="Which pairs play under which condition."
    )
    persona: PersonaDesign = Field(
        default=PersonaDesign(), description="How the agents' values are told to a model."
    )
    persona_from: str | None = Field(
        default=None,
        description="A finished run of `controllability` (folder or name under `runs/`): its winning model "
        "and persona design are used here, and `respondents` and `persona` must be left out.",
    )
    winner: dict[str, Any] | None = Field(
        default=None, description="Filled in from `persona_from` for the record; not to be set by hand."
    )
    seating: Seating = Field(default=Seating(), description="Which respondent plays whom.")
    values: SelfReport = Field(default=SelfReport(), description="How the agents' values are measured.")
    dialogue: Dialogue = Field(default=Dialogue(), description="What is talked about, and how long.")
    ratings: Ratings = Field(default=Ratings(), description="What is rated after the dialogue.")

    def uses(self) -> Iterator[tuple[str, str]]:
        """As of every design; with profiles, persona, measure of similarity and instruments."""
        yield from super().uses()
        yield "values.profiles", self.profiles.generator
        yield "personas", self.persona.design
        yield "values.similarity", self.similarity
        for instrument in filter(None, (self.values.instrument, *self.ratings.instruments().values())):
            yield "instruments", instrument

    @model_validator(mode="before")
    @classmethod
    def _take_winner(cls, settings: Any) -> Any:
        return checks.with_winner(settings)

    @model_validator(mode="after")
    def _check(self) -> Self:
        checks.check(self)
        return self
