"""The settings of a synthetic panellist: the parameters an analysis should find again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import UnknownName
from homophily.respondents._synthetic.chance import uniform
from homophily.values.taxonomy import taxonomy

__all__ = ["PerProtocol", "Settings", "of"]

PerProtocol = float | dict[str, float]
"""One number for both protocols, or a number each: {synchronous = 2.0, round_robin = 1.0}."""

_PROTOCOLS = ("synchronous", "round_robin")
_VOICED = 14  # values of a drawn repertoire


class Settings(BaseModel):
    """All parameters; log-odds throughout, unless said otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(
        1, ge=0, description="Seed of the panellist's own quirks: how readily it voices each value."
    )
    panel_seed: int = Field(
        1,
        ge=0,
        description="Seed of what a dilemma suggests and of the values talked about, for all who share it.",
    )
    base: dict[str, float] = Field(
        {"YTA": 0.7, "NTA": 1.1, "ESH": 0.0, "NAH": -0.2, "INFO": -1.6},
        description="θ: leaning to each verdict; centred, 0 for those not named.",
    )
    dilemma_sd: float = Field(1.0, ge=0, description="Sd of φ, a dilemma's leaning to each verdict.")
    inertia: PerProtocol = Field(
        1.5, description="α: pull of one's own last verdict, by protocol where they differ."
    )
    conformity: PerProtocol = Field(
        0.4, description="γ across rounds: pull of each verdict by another agent in the rounds before."
    )
    conformity_within: float = Field(
        0.8, description="γ within a round: pull of each verdict given before in the same round, in turn."
    )
    repertoire: dict[str, float] = Field(
        {},
        description="Probability with which a reply voices a value, by code; empty: drawn, the values by "
        "`panel_seed`, the probabilities by `seed`.",
    )
    tilt: float = Field(
        1.2, ge=0, description="Sd of the log-odds by which a dilemma and a verdict call for a value."
    )
    adoption: float = Field(
        0.1, ge=0, le=1, description="Probability of taking up a value that another agent voiced last."
    )
    moved_by: dict[str, float] = Field(
        {},
        description="Pull of another agent's verdict where its last reply voices a value, by code: change "
        "that values bring about.",
    )
    missing_rate: float = Field(0.0, ge=0, le=1, description="Share of replies without a readable verdict.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        for verdict in self.base:
            if verdict not in VERDICTS:
                raise ValueError(str(UnknownName("verdict", verdict, VERDICTS)))
        codes = taxonomy().codes
        for code in (*self.repertoire, *self.moved_by):
            if code not in codes:
                raise ValueError(str(UnknownName("value", code, codes)))
        for setting in (self.inertia, self.conformity):
            for protocol in setting if isinstance(setting, Mapping) else ():
                if protocol not in _PROTOCOLS:
                    raise ValueError(str(UnknownName("protocol", protocol, _PROTOCOLS)))
        if any(not 0 <= share <= 1 for share in self.repertoire.values()):
            raise ValueError("repertoire: a probability lies within 0 and 1")
        return self

    def voices(self) -> dict[str, float]:
        """The repertoire in effect."""
        return self.repertoire or dict(_drawn(self.seed, self.panel_seed))


def of(setting: PerProtocol, protocol: str) -> float:
    """A setting's number for a protocol; 0 where it names others alone."""
    return setting.get(protocol, 0.0) if isinstance(setting, Mapping) else setting


@lru_cache(maxsize=64)
def _drawn(seed: int, panel_seed: int) -> tuple[tuple[str, float], ...]:
    """A repertoire: values that the panel has in common, voiced with probabilities of one's own."""
    codes = sorted(taxonomy().codes, key=lambda code: uniform(panel_seed, "repertoire", code))[:_VOICED]
    return tuple((code, round(0.03 + 0.37 * uniform(seed, "voiced", code), 3)) for code in sorted(codes))
