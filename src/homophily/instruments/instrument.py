"""Instruments: a questionnaire's items in a language, and the scores of its answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pydantic import Field, field_validator, model_validator

from homophily.errors import UnknownName, UsageError
from homophily.instruments.schema import Check, Entry, Label, Name, Part, Scale
from homophily.instruments.wording import Wording, fill, placeholders
from homophily.items import Choice, Item, Likert, Number, Option, Value
from homophily.references import Reference, find

__all__ = ["Instrument"]


class Instrument(Part):
    """A questionnaire as its file states it.

    A scale's score is the mean of its answered items, reverse items turned (low + high − answer). A choice
    scores 1 for the construct of the chosen option and 0 for those of the others, so that a construct's
    score is the share of its choices won. Where a scale has several facets, the scale's own score is the mean
    of all its items.
    """

    name: Name = Field(description="Begins every item's id; the file's name if left out.")
    title: Wording = Field(min_length=1, description="Title, by language.")
    source: Label = Field(description="Where the wording comes from.")
    licence: Label = Field(description="On what terms it may be used.")
    references: tuple[str | Reference, ...] = Field(
        (), description="Keys of published sources, whole entries of your own, and `own` for own wording."
    )
    placeholders: tuple[str, ...] = Field((), description="Names that the texts hold in braces.")
    instruction: Wording = Field(default_factory=dict, description="Shown above every item, by language.")
    scale: Scale | None = Field(None, description="The scale of all rated items.")
    missing_codes: tuple[float, ...] = Field((), description="Codes of a data file that mean no answer.")
    answered: float = Field(0.5, gt=0, le=1, description="Least share of a scale's items for a score.")
    entries: tuple[Entry, ...] = Field(alias="items", min_length=1, description="The items.")
    checks: tuple[Check, ...] = Field((), alias="check", description="Known answers, known scores.")

    @field_validator("placeholders", "missing_codes", "references", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        return [part.strip() for part in given.split(",")] if isinstance(given, str) else given

    @field_validator("references")
    @classmethod
    def _known(cls, given: tuple[str | Reference, ...]) -> tuple[str | Reference, ...]:
        try:
            find(given)
        except UnknownName as error:
            raise ValueError(str(error)) from None
        return given

    @model_validator(mode="after")
    def _check(self) -> Instrument:
        if self.scale is None and any(not entry.options for entry in self.entries):
            raise ValueError("rated items need a [scale] with low and high")
        ids = [entry.id for entry in self.entries]
        if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
            raise ValueError(f"item id given twice: {', '.join(sorted(twice))}")
        used: set[str] = set()
        for where, wording in self._wordings():
            for language in self.languages:
                if language not in wording:
                    raise ValueError(f"{where}: no wording in {language!r}, which other parts have")
            for text in wording.values():
                used |= placeholders(text)
                if unknown := placeholders(text) - set(self.placeholders):
                    raise ValueError(
                        f"{where}: {{{unknown.pop()}}} is not among the file's placeholders "
                        f"({', '.join(self.placeholders) or 'none'})"
                    )
        if self.scale and self.scale.labels and set(self.scale.labels) != set(self.languages):
            raise ValueError(
                f"field 'scale.labels': worded in {', '.join(sorted(self.scale.labels))}, "
                f"other parts in {', '.join(self.languages)}"
            )
        if unused := set(self.placeholders) - used:
            raise ValueError(f"placeholder {{{unused.pop()}}} is declared, but no text holds it")
        return self

    def _wordings(self) -> Iterator[tuple[str, Wording]]:
        yield "title", self.title
        if self.instruction:
            yield "instruction", self.instruction
        for entry in self.entries:
            if entry.text:
                yield f"item {entry.id!r}, field 'text'", entry.text
            for place, option in enumerate(entry.options, 1):
                yield f"item {entry.id!r}, field 'options.{place}.text'", option.text

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the whole instrument is worded, sorted."""
        return tuple(sorted({language for _, wording in self._wordings() for language in wording}))

    @property
    def measures(self) -> tuple[str, ...]:
        """The keys of `score`, in the order of the items, each scale before its facets."""
        return tuple(self._scales)

    def items(self, language: str, **given: str) -> tuple[Item, ...]:
        """The items in one language, placeholders filled.

        Args:
            language: One of `languages`.
            **given: What stands in for each placeholder; a Japanese text adds its own honorific to a name.

        Raises:
            UsageError: The instrument has no such language, or a placeholder is missing or unknown.
        """
        if language not in self.languages:
            raise UnknownName(f"wording of instrument {self.name!r} in a language", language, self.languages)
        if missing := set(self.placeholders) - set(given):
            name = min(missing)
            raise UsageError(
                f"instrument {self.name!r} needs a text for {{{name}}}: items({language!r}, {name}='…')."
            )
        if unknown := set(given) - set(self.placeholders):
            raise UnknownName(f"placeholder of instrument {self.name!r}", min(unknown), self.placeholders)
        return tuple(self._item(entry, language, given) for entry in self.entries)

    def _item(self, entry: Entry, language: str, given: Mapping[str, str]) -> Item:
        texts = [self.instruction.get(language, ""), entry.text.get(language, "")]
        common: dict[str, Any] = {
            "id": f"{self.name}/{entry.id}",
            "text": fill("\n\n".join(filter(None, texts)), given),
            "language": language,
        }
        if entry.options:
            options = (
                Option(option.key, fill(option.text[language], given), option.measures)
                for option in entry.options
            )
            return Choice(**common, options=tuple(options))
        assert self.scale is not None  # held by the validators
        assert entry.measures is not None
        common |= {"measures": entry.measures, "reverse": entry.reverse}
        labels = self.scale.labels.get(language, {})
        if self.scale.kind == "number":
            ends = labels.get(int(self.scale.low), ""), labels.get(int(self.scale.high), "")
            return Number(**common, low=self.scale.low, high=self.scale.high, ends=ends)
        return Likert(**common, low=int(self.scale.low), high=int(self.scale.high), labels=labels)

    def score(self, answers: Mapping[str, Value | None]) -> dict[str, float]:
        """The score of every scale, facet and value code.

        Args:
            answers: Answers by item id, as `Item.read` gives them (reverse items not turned). An item left
                out, None, NaN or a missing code is unanswered; other instruments' items are ignored.

        Returns:
            A float each; NaN where fewer than the share `answered` of a scale's items are answered.

        Raises:
            UsageError: An answer is off the scale, or an id of this instrument's form is none of its items.
        """
        own, stem = self._own, f"{self.name}/"
        for id_ in answers:
            if id_ not in own and id_.startswith(stem):
                raise UnknownName(f"item of instrument {self.name!r}", id_, own)
        read = {entry.id: self._keyed(entry, answers.get(id_)) for id_, entry in own.items()}
        scores = {}
        for scale, places in self._scales.items():
            points = [read[id_].get(measure) for id_, measure in places]
            known = [point for point in points if point is not None]
            enough = bool(known) and len(known) >= self.answered * len(points)
            scores[scale] = sum(known) / len(known) if enough else math.nan
        return scores

    def _keyed(self, entry: Entry, answer: Value | None) -> dict[str, float]:
        """What an answer says for each construct; empty if unanswered."""
        if answer is None or answer != answer or answer in self.missing_codes:
            return {}
        if entry.options:
            if answer not in {option.key for option in entry.options}:
                raise UsageError(
                    f"instrument {self.name!r}, item {entry.id!r}: {answer!r} is none of its options "
                    f"({', '.join(option.key for option in entry.options)})."
                )
            said: dict[str, float] = {}
            for option in entry.options:
                said[option.measures] = max(said.get(option.measures, 0.0), float(option.key == answer))
            return said
        assert self.scale is not None  # held by the validators
        assert entry.measures is not None
        if not self.scale.holds(answer):
            raise UsageError(
                f"instrument {self.name!r}, item {entry.id!r}: answer {answer!r} is not on the scale "
                f"{self.scale.low:g}–{self.scale.high:g}; list codes of missing answers in `missing_codes`."
            )
        point = float(answer)
        return {entry.measures: self.scale.low + self.scale.high - point if entry.reverse else point}

    @cached_property
    def _own(self) -> dict[str, Entry]:
        """The entries by the ids of their items."""
        return {f"{self.name}/{entry.id}": entry for entry in self.entries}

    @cached_property
    def _scales(self) -> dict[str, list[tuple[str, str]]]:
        """Each scale with the (item id, measure) that speak for it."""
        scales: dict[str, list[tuple[str, str]]] = {}
        for entry in self.entries:
            for measure in dict.fromkeys([entry.measures, *(option.measures for option in entry.options)]):
                if measure is None:
                    continue
                for scale in dict.fromkeys([measure.partition(".")[0], measure]):
                    scales.setdefault(scale, []).append((entry.id, measure))
        for whole in [scale for scale in scales if "." not in scale]:
            measured = {measure for _, measure in scales[whole]}
            if whole not in measured and len(measured) == 1:  # one facet alone is no scale of its own
                del scales[whole]
        return scales
