"""The settings of a synthetic respondent: the parameters an analysis should find again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from homophily.errors import UsageError
from homophily.respondents._synthetic.character import profiled
from homophily.values import CODES

__all__ = ["PerOutcome", "Settings", "kin", "of", "outcome"]

PerOutcome = float | dict[str, float]
"""One number for all outcomes (or languages), or a number by name."""

#: Near the centred means of a surveyed population, on the 1–6 scale: benevolent, curious, unassuming.
_OWN = {
    "SD": 4.8,
    "ST": 3.5,
    "HE": 4.2,
    "AC": 3.7,
    "PO": 2.8,
    "SE": 4.6,
    "CO": 4.1,
    "TR": 3.9,
    "BE": 5.3,
    "UN": 5.2,
}


class Settings(BaseModel):
    """All parameters, with defaults that give data like people's, away from floor and ceiling.

    Ratings are in points of a seven-point scale; other scales are stretched. An outcome is the part of an
    item's `measures` before the dot (``trust``, ``closeness``, ``similarity``); ``circles`` counts as
    closeness unless it is named itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(
        1, ge=0, description="Seed of the agents' own effects and quirks; vary it to replicate."
    )
    intercept: PerOutcome = Field(
        {"trust": 3.9, "closeness": 3.5, "similarity": 3.7},
        description="Mean rating at similarity 0; 4 for outcomes not named.",
    )
    similarity_slope: PerOutcome = Field(
        {"trust": 1.2, "closeness": 1.2, "similarity": 2.0},
        description="Points gained from similarity 0 to 1; 0 for outcomes not named.",
    )
    language_slope: dict[str, float] = Field({}, description="Added to every slope, by language.")
    language_shift: dict[str, float] = Field({"ja": -0.2}, description="Added to every rating, by language.")
    partner_values: dict[str, float] = Field(
        {}, description="Points gained per point of the partner's centred value, by code: {BE = 0.4}."
    )
    actor_sd: float = Field(0.5, ge=0, description="Sd of leniency between raters.")
    partner_sd: float = Field(0.3, ge=0, description="Sd of likeability between partners.")
    pair_sd: float = Field(0.3, ge=0, description="Sd of what both directions of a pair share.")
    direction_sd: float = Field(0.4, ge=0, description="Sd of one rater's own relation to one partner.")
    noise_sd: float = Field(0.9, ge=0, description="Sd of a single rating item about all that.")
    stability: float = Field(
        0.5, ge=0, le=1, description="Share of an item's noise variance that comes back when asked again."
    )
    values_slope: PerOutcome = Field(
        0.8, description="Slope of stated values on the persona's values; by language, 0 for those not named."
    )
    portrait_sd: float = Field(0.7, ge=0, description="Sd of a single value item, in points of six.")
    consistency: float = Field(
        1.0, description="Log-odds of choosing an action per point by which its value is held higher."
    )
    own_values: dict[str, float] = Field(
        _OWN, description="Values of a seat whose persona has no profile: a respondent not controlled."
    )
    perception: Literal["profile", "dialogue"] = Field(
        "profile",
        description="How a partner's values are known: from the persona once the partner has spoken, "
        "or by inference from the partner's words.",
    )
    voice_temperature: float = Field(
        0.6,
        gt=0,
        description="What is spoken for: softmax of centred values over this; low is single-minded.",
    )
    closing_after: int = Field(
        4, ge=1, description="Own utterances on a topic after which a speaker rounds it off."
    )
    missing_rate: float = Field(0.0, ge=0, le=1, description="Share of asks refused, or answered unreadably.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        try:
            profiled(self.own_values)
        except UsageError as error:
            raise ValueError(str(error)) from None
        unknown = sorted(set(self.partner_values) - set(CODES))
        if unknown:
            raise ValueError(f"partner_values names {unknown!r}: use the codes {', '.join(CODES)}")
        return self


def outcome(measures: str) -> str:
    """The outcome an item speaks for: what stands before the dot."""
    return measures.partition(".")[0]


def of(setting: PerOutcome, name: str, otherwise: float = 0.0) -> float:
    """A setting's number for an outcome or a language."""
    if not isinstance(setting, Mapping):
        return setting
    return setting.get(name, setting.get(kin(name), otherwise))


def kin(what: str) -> str:
    """The outcome whose effects another shares: circles are a measure of closeness."""
    return "closeness" if what == "circles" else what
