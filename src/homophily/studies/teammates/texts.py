"""Texts of the study: missions, reasons by value, and all that is said around them, as data by language."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

__all__ = ["KINDS", "LANGUAGES", "Mission", "Point", "Texts", "key", "pictures", "texts"]

_DATA = files("homophily.studies.teammates") / "data"

LANGUAGES = ("en", "ja")
"""Languages in which the study is worded."""

KINDS = ("entry", "split", "obstacle", "exit")
"""Kinds of decision point, in the order of a mission."""


@dataclass(frozen=True, slots=True)
class Point:
    """One decision point of a mission.

    Attributes:
        kind: One of `KINDS`.
        scene: What is to be seen.
        suggest: Suggestions, none of them right.
    """

    kind: str
    scene: str
    suggest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mission:
    """One building to enter.

    Attributes:
        key: Names it in tables.
        name: What it is called.
        points: Its decision points, one of each kind.
    """

    key: str
    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The study in one language.

    Attributes:
        language: Which.
        missions: The buildings.
        say: Phrasings of a reason by value and kind of point.
        why: The further reason by value and kind of point.
        frame: All other texts, by dotted key (``consent.text``); some hold {placeholders}.
        greetings: What an agent introduces itself with.
        guided: What guides an agent, by value.
        names: Names of agents.
    """

    language: str
    missions: tuple[Mission, ...]
    say: Mapping[tuple[str, str], tuple[str, ...]]
    why: Mapping[tuple[str, str], str]
    frame: Mapping[str, str]
    greetings: tuple[str, ...]
    guided: Mapping[str, str]
    names: tuple[str, ...]

    def __getitem__(self, name: str) -> str:
        """A text of the frame."""
        return self.frame[name]


def key(language: str, value: str, kind: str, place: int | str) -> str:
    """Names one reason: ``en/SD.entry.0``; `place` is ``why`` for the further reason."""
    return f"{language}/{value}.{kind}.{place}"


def texts(
    language: str,
    reviewed: Mapping[str, str] | None = None,
    wordings: Mapping[str, Mapping[str, str]] | None = None,
) -> Texts:
    """The texts in a language, with reasons and frame texts replaced where others were given.

    Args:
        language: One of `LANGUAGES`.
        reviewed: Reasons to use instead, by `key`.
        wordings: Frame texts to use instead: dotted key, then language.
    """
    found = _shipped(language)
    if not reviewed and not wordings:
        return found
    given, others = reviewed or {}, wordings or {}
    return Texts(
        language=language,
        missions=found.missions,
        say={
            (value, kind): tuple(
                given.get(key(language, value, kind, place), text) for place, text in enumerate(said)
            )
            for (value, kind), said in found.say.items()
        },
        why={
            (value, kind): given.get(key(language, value, kind, "why"), text)
            for (value, kind), text in found.why.items()
        },
        frame={**found.frame, **{name: said[language] for name, said in others.items() if language in said}},
        greetings=found.greetings,
        guided=found.guided,
        names=found.names,
    )


@functools.cache
def pictures() -> tuple[str, ...]:
    """Drawings of the agents, as SVG, in the order of their file names."""
    folder = _DATA / "pictures"
    drawn = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".svg")), key=lambda each: each.name
    )
    return tuple(each.read_text(encoding="utf-8").strip() for each in drawn)


@functools.cache
def _shipped(language: str) -> Texts:
    missions, reasons, frame = (_read(f"{language}/{name}.toml") for name in ("missions", "reasons", "frame"))
    introduction = frame["introduction"]
    return Texts(
        language=language,
        missions=tuple(
            Mission(
                name,
                told["name"],
                tuple(Point(kind, told[kind]["scene"], tuple(told[kind]["suggest"])) for kind in KINDS),
            )
            for name, told in missions.items()
        ),
        say={(value, kind): tuple(given["say"]) for value, kind, given in _each(reasons)},
        why={(value, kind): given["why"] for value, kind, given in _each(reasons)},
        frame={
            f"{part}.{name}": text
            for part, named in frame.items()
            for name, text in named.items()
            if isinstance(text, str)
        },
        greetings=tuple(introduction["greet"]),
        guided=introduction["values"],
        names=tuple(_read("names.toml")[language]),
    )


def _each(reasons: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    return [(value, kind, given) for value, kinds in reasons.items() for kind, given in kinds.items()]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))
