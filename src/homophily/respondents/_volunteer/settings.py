"""The settings of a volunteer: the parameters that an analysis of teammates should find again."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from homophily.values import norms

__all__ = ["Settings"]


class Settings(BaseModel):
    """All parameters, with defaults that give data like people's, away from floor and ceiling."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(1, ge=0, description="Seed of all that a volunteer is; vary it to replicate.")
    population: str = Field(
        norms.DEFAULT, description="Population whose values volunteers hold, where a seat has no profile."
    )
    values_slope: float = Field(1.0, description="Slope of stated values on those held.")
    portrait_sd: float = Field(0.5, ge=0, description="Sd of a single value item, in points of six.")
    similarity_slope: float = Field(
        1.5, description="Points of seven by which an agent is felt more similar from similarity 0 to 1."
    )
    impression_sd: float = Field(
        0.5, ge=0, description="Sd of what one volunteer feels of one agent's similarity beside that."
    )
    leaning_sd: float = Field(
        0.4, ge=0, description="Sd between volunteers of how similar agents feel at all."
    )
    similarity_noise: float = Field(0.5, ge=0, description="Sd of a single similarity item.")
    trust_slope: float = Field(
        0.35, description="Points of five of trust gained per point of felt similarity, within a volunteer."
    )
    trust_slope_sd: float = Field(0.1, ge=0, description="Sd of that slope between volunteers.")
    trust_between: float = Field(
        0.2, description="The same between volunteers: points gained per point of their leaning."
    )
    trusting_sd: float = Field(0.4, ge=0, description="Sd between volunteers of trust in any agent.")
    relation_sd: float = Field(0.25, ge=0, description="Sd of one volunteer's own relation to one agent.")
    trust_noise: float = Field(0.6, ge=0, description="Sd of a single trust item.")
    follow_slope: float = Field(
        0.5, description="Log-odds of following a suggestion per point of felt similarity."
    )
    follow_level: float = Field(
        0.4, description="Log-odds of following an agent felt neither alike nor unlike."
    )
    asking: float = Field(
        0.25, ge=0, le=1, description="Share of suggestions at which the reason is asked for."
    )
    confidence_slope: float = Field(
        0.25, description="Points of seven of confidence per point of felt similarity."
    )
    alone_slope: float = Field(15.0, description="Points of 100 for sending in alone per point of trust.")
    alone_sd: float = Field(12.0, ge=0, description="Sd of that answer.")
    ranking_noise: float = Field(
        0.2, ge=0, description="Scale of the Gumbel noise, in points of trust, in ranking the agents."
    )
    lapse: float = Field(0.02, ge=0, le=1, description="Share of attention checks that are failed.")
    decline: float = Field(0.0, ge=0, le=1, description="Share of volunteers who do not consent.")
    missing_rate: float = Field(0.0, ge=0, le=1, description="Share of asks refused, or answered unreadably.")
