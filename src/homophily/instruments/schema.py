"""What an instrument's file may hold: scales, items, options, checks."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from homophily.instruments.wording import Language, Wording

__all__ = ["Check", "Entry", "Label", "Name", "OptionEntry", "Part", "Scale"]

Name = Annotated[str, StringConstraints(pattern=r"^[\w-]+$")]
Measure = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w-]*(\.[\w-]+)?$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Part(BaseModel):
    """A part of an instrument's file: closed to unknown fields, and unchanging."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Scale(Part):
    """The answer scale that all rated items share."""

    kind: Literal["likert", "number"] = Field("likert", description="Whole points, or any number between.")
    low: float = Field(description="The lowest answer.")
    high: float = Field(description="The highest answer.")
    labels: dict[Language, dict[int, Label]] = Field(
        default_factory=dict, description="Wording of some or all points, by language."
    )

    @model_validator(mode="after")
    def _check(self) -> Scale:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        if self.kind == "likert" and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError("the ends of a likert scale are whole numbers; use kind = 'number' otherwise")
        for language, labels in self.labels.items():
            for point in labels:
                if not self.low <= point <= self.high:
                    raise ValueError(f"label {point} ({language}) lies off the scale")
            if len({label.casefold() for label in labels.values()}) < len(labels):
                raise ValueError(f"two points have the same label ({language})")
        return self

    def holds(self, answer: object) -> bool:
        """Whether `answer` is one of the scale's."""
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return False
        whole = self.kind == "number" or float(answer).is_integer()
        return whole and self.low <= answer <= self.high


class OptionEntry(Part):
    """One option of a forced choice."""

    id: Name = Field("", validate_default=False, description="What is recorded; `measures` if left out.")
    measures: Measure = Field(description="The construct that choosing it speaks for.")
    text: Wording = Field(min_length=1, description="The action, by language.")

    @property
    def key(self) -> str:
        """What is recorded when it is chosen."""
        return self.id or self.measures


class Entry(Part):
    """One item: rated on the instrument's scale, or a choice where it has options."""

    id: Name = Field(description="The item's number or name, unique in the file.")
    measures: Measure | None = Field(None, description="A value code, or scale.facet. Not for choices.")
    reverse: bool = Field(False, description="Whether agreement speaks against the construct.")
    text: Wording = Field(default_factory=dict, description="The statement or question, by language.")
    options: tuple[OptionEntry, ...] = Field((), description="Two or more options make it a choice.")

    @model_validator(mode="after")
    def _check(self) -> Entry:
        if not self.options:
            if self.measures is None:
                raise ValueError("a rated item needs `measures`")
            if not self.text:
                raise ValueError("a rated item needs `text`")
            return self
        if len(self.options) < 2:
            raise ValueError("a choice needs two options or more")
        if self.reverse or self.measures:
            raise ValueError("a choice has no `measures` or `reverse` of its own; its options measure")
        if len({option.key for option in self.options}) < len(self.options):
            raise ValueError("two options have the same id")
        return self


class Check(Part):
    """Known answers with their known scores, which the file must reproduce."""

    answers: dict[str, float | str] = Field(default_factory=dict, description="Answers by the item's id.")
    others: float | None = Field(None, description="Answer of every item not named; left out: unanswered.")
    scores: dict[str, float] = Field(min_length=1, description="What they must score; nan for no score.")
