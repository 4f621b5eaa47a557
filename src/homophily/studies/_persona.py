"""Which persona design tells a model its values, with the design's own options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from homophily import catalogue
from homophily.errors import UsageError

__all__ = ["PersonaDesign"]


class PersonaDesign(BaseModel):
    """Which persona design tells a model its values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    design: str = Field(
        default="portrait",
        description="Persona design: one of `anchor`, `definitions`, `intensity`, `none`, `portrait`, "
        "`ranking`, `scores`.",
    )
    options: dict[str, Any] = Field(
        default_factory=dict, description="The persona design's own options, such as `k` of `anchor`."
    )

    def paragraph(self, profile: Mapping[str, float], language: str) -> str:
        """The paragraph of a system prompt that gives a model these values; empty for `none`.

        Raises:
            UsageError: The design is unknown, or does not take the options.
        """
        tell = _named(self.design)
        try:
            return str(tell(profile, language, **self.options))
        except TypeError as error:
            raise UsageError(
                f"persona {self.design!r}: options {self.options!r} do not fit: {error}."
            ) from error


@cache  # asked for twice a session, and finding an entry looks through all installed packages
def _named(design: str) -> Callable[..., str]:
    tell: Callable[..., str] = catalogue.get("personas", design)
    return tell
