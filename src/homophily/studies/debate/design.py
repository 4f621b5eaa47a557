"""The design of the debate study: every choice a named setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from homophily.dilemmas.cleaning import Cleaning
from homophily.lab.design import Design
from homophily.studies.debate import checks

__all__ = ["DebateDesign", "Deliberation", "Dilemmas", "Judges", "Panels"]

#: Three synthetic agents: one that keeps to its verdict, one that listens, one that follows.
_PANEL: dict[str, dict[str, Any]] = {
    "steady": {"kind": "panelist", "seed": 1, "inertia": 2.0, "conformity": 0.3, "conformity_within": 0.3},
    "open": {"kind": "panelist", "seed": 2, "inertia": 1.5, "conformity": 0.5, "conformity_within": 0.8},
    "pliant": {"kind": "panelist", "seed": 3, "inertia": 1.0, "conformity": 0.8, "conformity_within": 1.6},
    "lexicon": {"kind": "lexicon"},
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Panels(_Part):
    """Who deliberates with whom."""

    groups: tuple[tuple[str, ...], ...] = Field(
        default=(),
        description='Panels by their members\' names in `respondents`, such as [["claude", "gpt"]]; a name '
        "may stand twice. Empty: every combination of the respondents that are no judges, in the `sizes`.",
    )
    sizes: tuple[int, ...] = Field(default=(2,), description="Sizes of the combinations; 2 or more.")
    orders: Literal["all", "balanced", "given"] = Field(
        default="all",
        description="Speaking orders of a round-robin panel. `all`: every order; `balanced`: a Latin square, "
        "as many orders as members, in which each member speaks once at every place (and, in panels of an "
        "even size, once after every other member); `given`: as the group or the design lists them.",
    )
    solo: bool = Field(default=True, description="Also ask every member alone, without any deliberation.")


class Dilemmas(_Part):
    """What is deliberated on."""

    file: str = Field(
        default="",
        description="File of dilemmas (CSV, TSV, JSON, JSONL, Parquet, TOML); empty: the shipped ones.",
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description='The file\'s columns by field, where their names do not tell: { text = "selftext" }.',
    )
    cleaning: Cleaning = Field(
        default=Cleaning(), description="Which posts of a file are left out, and what is cut."
    )
    skip_bad: bool = Field(default=False, description="Skip rows of the file that cannot be read.")
    names: tuple[str, ...] = Field(default=(), description="Only the dilemmas of these ids; empty: any.")
    order: Literal["given", "drawn", "entropy"] = Field(
        default="given",
        description="Which come first: as listed; drawn with the design's seed; or those on which people's "
        "votes disagree most, where votes are known.",
    )
    number: int = Field(default=20, ge=0, description="How many, from the first; 0 takes all.")
    digest: str = Field(
        default="",
        description="Fingerprint of the file's content. Filled in when a run begins, so that a run is never "
        "continued on another content.",
    )


class Deliberation(_Part):
    """How an agent replies."""

    rounds: tuple[int, ...] = Field(
        default=(4,), min_length=1, description="Limit of rounds; several are crossed with all else."
    )
    temperature: float = Field(default=1.0, ge=0, description="Sampling temperature.")
    max_tokens: int = Field(
        default=1024,
        ge=1,
        description="Upper limit of a reply, in tokens; more for models that think before they answer.",
    )
    output: Literal["structured", "text"] = Field(
        default="structured",
        description="`structured`: an object with agent, round, verdict and explanation, enforced where the "
        "server can; `text`: a line with the verdict, then the explanation. Either is read strictly.",
    )


class Judges(_Part):
    """Who says which values a message voices."""

    panel: tuple[str, ...] = Field(
        default=("lexicon",),
        description="Judges by their names in `respondents`; empty: values are not judged.",
    )
    taxonomy: str = Field(default="values-48", description="Closed list of values, by name or TOML file.")
    most: int = Field(default=5, ge=1, description="Most values that may be named for one message.")
    temperature: float = Field(default=0.0, ge=0, description="Sampling temperature.")


class DebateDesign(Design):
    """Panels × protocols × goals × dilemmas × languages × replicates: who revises, and follows whom?"""

    study: str = Field(default="debate", description="Name of the study.")
    respondents: dict[str, dict[str, Any]] = Field(
        default_factory=lambda: {name: dict(settings) for name, settings in _PANEL.items()},
        min_length=1,
        description="Respondents by a name of your choice, panel and judges alike: `kind` and that kind's "
        "settings.",
    )
    protocols: tuple[Literal["synchronous", "round_robin"], ...] = Field(
        default=("synchronous", "round_robin"),
        description="`synchronous`: all agents reply at once, round by round; `round_robin`: one after "
        "another, each reply passed on to the others at once.",
    )
    goals: tuple[Literal["original", "balanced", "adversarial", "none", "empathy"], ...] = Field(
        default=("original",),
        min_length=1,
        description="What the agents are told to aim at. `original`: agreement, but being right first; "
        "`balanced`: both alike; `adversarial`: winning; `none`: nothing is said; `empathy`: understanding.",
    )
    panels: Panels = Field(default=Panels(), description="Who deliberates with whom.")
    dilemmas: Dilemmas = Field(default=Dilemmas(), description="What is deliberated on.")
    replicates: int = Field(default=1, ge=1, description="How often everything is played.")
    deliberation: Deliberation = Field(default=Deliberation(), description="How an agent replies.")
    judges: Judges = Field(default=Judges(), description="Who says which values a message voices.")

    def members(self) -> list[str]:
        """The respondents that can sit in a panel: all that are no judges."""
        return [name for name in self.respondents if name not in self.judges.panel]

    def uses(self) -> Iterator[tuple[str, str]]:
        """As of every design; with the judges' list of values, ranked dilemmas and balanced orders."""
        yield from super().uses()
        if self.judges.panel:
            yield "taxonomies", self.judges.taxonomy
        if self.dilemmas.order == "entropy":
            yield "dilemmas", "ranking"
        if self.panels.orders == "balanced" and "round_robin" in self.protocols:
            yield "studies.debate", "experiments"

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, settings: Any) -> Any:
        return checks.with_digest(settings)

    @model_validator(mode="after")
    def _check(self) -> Self:
        checks.check(self)
        return self
