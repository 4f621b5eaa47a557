"""Designs: what every study's design file has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from homophily import catalogue

__all__ = ["Budget", "Design"]


class Budget(BaseModel):
    """Limits of a run; what is reached first stops it cleanly, and a larger limit resumes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    money: float | None = Field(default=None, gt=0, description="Most that may be spent, in US dollars.")
    tokens: int | None = Field(default=None, gt=0, description="Most tokens, read and written together.")
    asks: int | None = Field(default=None, gt=0, description="Most questions put to respondents.")


class Design(BaseModel):
    """The part of a design that all studies share.

    A study's own design extends it; its canonical JSON names the run.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    study: str = Field(description="Name of the study.")
    seed: int = Field(
        1, ge=0, description="Seed of everything drawn: profiles, pairs, orders, synthetic answers."
    )
    languages: tuple[str, ...] = Field(
        default=("en", "ja"), min_length=1, description="Languages of the sessions."
    )
    respondents: dict[str, dict[str, Any]] = Field(
        default_factory=lambda: {"synthetic": {"kind": "synthetic"}},
        min_length=1,
        description="Respondents by a name of your choice: `kind` and that kind's settings.",
    )
    budget: Budget = Field(default=Budget(), description="Limits of the run.")

    def uses(self) -> Iterator[tuple[str, str]]:
        """What the run takes from the catalogues: (catalogue, name) each, so that its sources can be cited.

        Instruments stand under ``instruments`` and lists of values under ``taxonomies``, by name or file. A
        study's own design adds what its settings name.
        """
        known = catalogue.names("respondents")
        for settings in self.respondents.values():
            kind = str(settings.get("kind", ""))
            if kind in known:  # brought data have answers of models that no respondent here asked
                yield "respondents", kind
            rule = settings.get("filter")
            if kind == "local" and rule is not None:
                yield "filtering.rules", str(rule.get("rule", "joint")) if isinstance(rule, dict) else "joint"
