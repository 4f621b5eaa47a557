"""Target profiles drawn by a named generator."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from homophily import seeds, values
from homophily.errors import UsageError
from homophily.values import CODES

__all__ = ["Profiles", "as_scores", "draw"]


class Profiles(BaseModel):
    """Where target profiles come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    generator: str = Field(
        default="human",
        description="Profile generator, which decides the range of similarity: `human` draws from the means "
        "and covariance of a surveyed population; see `homophily/values/profiles` for the others.",
    )
    options: dict[str, Any] = Field(
        default_factory=dict,
        description="The generator's own options, such as `population` of `human` or `path` of `file`.",
    )


def draw(profiles: Profiles, n: int, seed: int) -> np.ndarray:
    """Draw `n` target profiles, (n, 10) on the 1–6 scale, to two decimals.

    Two decimals are what a persona can show, and they keep a design's profiles equal across machines whose
    linear algebra differs in the last digit.

    Raises:
        UsageError: The generator is unknown, does not take the options, or yields too few profiles.
    """
    rng = seeds.generator(seed, "profiles")
    drawn: np.ndarray = values.profiles.draw(profiles.generator, n, rng, **profiles.options).scores
    if drawn.shape != (n, len(CODES)):
        raise UsageError(
            f"the generator {profiles.generator!r} gave {len(drawn)} profiles, {n} are needed: ask for fewer."
        )
    return np.asarray(np.round(np.clip(drawn, 1.0, 6.0), 2))


def as_scores(profile: np.ndarray) -> dict[str, float]:
    """One profile as scores by value code."""
    return {code: float(score) for code, score in zip(CODES, profile, strict=True)}
