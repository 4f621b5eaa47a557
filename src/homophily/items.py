"""Items: what can be asked, whoever answers.

An item is worded in one language, its placeholders filled. It knows the shape of its answer (`schema`, for
servers with structured output) and reads one strictly from text (`read`): what cannot be read raises
`Unreadable` with a reason, and never becomes a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from homophily import reading
from homophily.dilemmas.verdict import VERDICTS
from homophily.reading import Reason, Unreadable

__all__ = [
    "NOTHING",
    "Choice",
    "Item",
    "Likert",
    "Number",
    "Option",
    "Reason",
    "Several",
    "Text",
    "Unreadable",
    "Value",
    "Verdict",
    "chosen",
]

Value = int | float | str
"""What an item's answer can be: a scale point, a number, an option's id, several ids joined, or text."""

NOTHING = "none"
"""The answer to a `Several` item when nothing was chosen: an answer, not a missing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question, worded.

    Attributes:
        id: Names the item within a study, ``instrument/number``; part of every export.
        text: The wording, in `language`.
        language: ISO 639-1 code, ``en`` or ``ja``.
        measures: The construct: a value code (``SD``), or ``scale.facet`` (``trust.faith``).
        reverse: Whether agreement speaks against the construct; scoring turns it, `read` does not.
    """

    id: str
    text: str
    language: str = "en"
    measures: str = ""
    reverse: bool = False

    kind: ClassVar[str] = "item"

    def schema(self) -> dict[str, Any]:
        """JSON schema of the answer object, ``{"answer": …}``."""
        raise NotImplementedError

    def read(self, raw: str) -> Value:
        """The answer in `raw`, strictly.

        Raises:
            Unreadable: The text holds no answer, several, or one off the scale.
        """
        raise NotImplementedError

    def remarks(self, raw: str) -> dict[str, Any]:
        """What the record of a readable answer should keep beside it; nothing for most kinds."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likert(Item):
    """A rating scale of consecutive integers.

    Attributes:
        low: The lowest point.
        high: The highest point.
        labels: Wording of some or all points.
    """

    low: int = 1
    high: int = 7
    labels: Mapping[int, str] = field(default_factory=dict)

    kind: ClassVar[str] = "likert"

    def schema(self) -> dict[str, Any]:
        """JSON schema: one of the scale's points."""
        return _answer({"type": "integer", "enum": list(range(self.low, self.high + 1))})

    def read(self, raw: str) -> int:
        """The scale point that `raw` states, as a number or as a point's exact label."""
        return reading.point(raw, self.low, self.high, self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Item):
    """A number on a bounded line, such as 0–100."""

    low: float = 0.0
    high: float = 100.0

    kind: ClassVar[str] = "number"

    def schema(self) -> dict[str, Any]:
        """JSON schema: a number within the bounds."""
        return _answer({"type": "number", "minimum": self.low, "maximum": self.high})

    def read(self, raw: str) -> float:
        """The number that `raw` states."""
        return reading.number(raw, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Option:
    """One of a choice's options.

    Attributes:
        id: What is recorded; does not change with the order shown.
        text: The wording.
        measures: The construct that choosing it speaks for.
        note: An explanation shown after the wording, such as a definition.
        also: Other wordings that name it in a `Several` item, such as its name in another language.
    """

    id: str
    text: str
    measures: str = ""
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Item):
    """A forced choice between options, shown lettered A, B, … in the order given."""

    options: tuple[Option, ...]

    kind: ClassVar[str] = "choice"

    def letters(self) -> dict[str, Option]:
        """The options by the letter they are shown under."""
        return {chr(ord("A") + place): option for place, option in enumerate(self.options)}

    def schema(self) -> dict[str, Any]:
        """JSON schema: one of the letters shown."""
        return _answer({"type": "string", "enum": list(self.letters())})

    def read(self, raw: str) -> str:
        """The id of the option that `raw` names, by letter or by its exact wording."""
        letter = reading.letter(raw, {letter: option.text for letter, option in self.letters().items()})
        return self.letters()[letter].id


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Item):
    """A subset of options: none, or up to `most` of a closed list.

    The answer is the ids in alphabetical order, joined by commas, or `NOTHING`; `chosen` takes it apart. What
    an answer names beside the list is rejected: it never becomes an option, and `remarks` keeps it.

    Attributes:
        options: The list, shown under marks in the order given. Ids hold no comma and are not ``none``.
        most: How many may be chosen.
    """

    options: tuple[Option, ...]
    most: int = 5

    kind: ClassVar[str] = "several"

    def __post_init__(self) -> None:
        ids = [option.id for option in self.options]
        if len(set(ids)) < len(ids) or any("," in id_ or id_ in ("", NOTHING) for id_ in ids):
            raise ValueError(f"options need ids of their own, without commas and not {NOTHING!r}: {ids}")

    def marks(self) -> dict[str, Option]:
        """The options by the mark they are shown under: A, B, … up to 26 of them, 1, 2, … for more."""
        lettered = len(self.options) <= 26
        return {
            chr(ord("A") + place) if lettered else str(place + 1): option
            for place, option in enumerate(self.options)
        }

    def schema(self) -> dict[str, Any]:
        """JSON schema: a list of wordings as shown."""
        wordings = {"type": "string", "enum": [option.text for option in self.options]}
        return _answer({"type": "array", "items": wordings, "maxItems": self.most})

    def read(self, raw: str) -> str:
        """The ids of the options that `raw` lists, by wording, id or mark.

        Raises:
            Unreadable: It is no list; more than `most` options are named; or there are labels, all of them
                off the list.
        """
        return ",".join(self._listed(raw).ids) or NOTHING

    def remarks(self, raw: str) -> dict[str, Any]:
        """``rejected``: the labels of `raw` that are not on the list."""
        rejected = self._listed(raw).rejected
        return {"rejected": list(rejected)} if rejected else {}

    def _listed(self, raw: str) -> reading.Listed:
        names = {option.id: (option.text, option.id, *option.also) for option in self.options}
        return reading.several(raw, names, {mark: o.id for mark, o in self.marks().items()}, self.most)


def chosen(value: str) -> tuple[str, ...]:
    """The ids in the answer to a `Several` item; empty where nothing was chosen."""
    return () if value == NOTHING else tuple(value.split(","))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Item):
    """Free text, such as one utterance of a dialogue."""

    kind: ClassVar[str] = "text"

    def schema(self) -> dict[str, Any]:
        """JSON schema: a string. Free text is asked for plainly; this serves exports and forms."""
        return _answer({"type": "string", "minLength": 1})

    def read(self, raw: str) -> str:
        """The text, without surrounding white space."""
        return reading.text(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Item):
    """A verdict on a dilemma with its explanation; the answer's value is the verdict's code.

    How to answer is told in the seat's role, not with the item: `text` is what was said to the seat last.

    Attributes:
        agent: The name under which the seat speaks ("Agent 1").
        round: Of the deliberation, from 1.
        structured: Whether an object is asked for, from servers that can be held to one.
        codes: The verdicts there are.
    """

    agent: str = ""
    round: int = 1
    structured: bool = True
    codes: tuple[str, ...] = VERDICTS

    kind: ClassVar[str] = "verdict"

    def schema(self) -> dict[str, Any]:
        """JSON schema: agent, round, verdict and explanation; empty where plain text is asked for."""
        if not self.structured:
            return {}
        fields: dict[str, Any] = {
            "agent": {"type": "string", "enum": [self.agent]},
            "round": {"type": "integer", "enum": [self.round]},
            "verdict": {"type": "string", "enum": list(self.codes)},
            "explanation": {"type": "string"},
        }
        return {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }

    def read(self, raw: str) -> str:
        """The code of the one verdict that `raw` states."""
        return reading.verdict(raw, self.codes, agent=self.agent).verdict

    def explanation(self, raw: str) -> str:
        """The words of `raw` without the verdict; all of them where no verdict can be read."""
        return reading.explained(raw, self.codes, agent=self.agent)


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"answer": schema},
        "required": ["answer"],
        "additionalProperties": False,
    }
