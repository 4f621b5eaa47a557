"""A tiny zoo for tests: the benchmarks' own script on invented stories, made in seconds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from homophily.seeds import generator

#: Two bases with descendants' shape, a third and fourth to be unrelated; one thread, a few seconds.
SEEDS = 4


@dataclass(frozen=True)
class Zoo:
    """Models of known descent on disk.

    Attributes:
        folder: Where they lie, one folder a model, named family-seed-kind; ``manifest.json`` beside them.
    """

    folder: Path

    @cached_property
    def members(self) -> dict[str, dict[str, Any]]:
        """What is true of each member, by name."""
        manifest = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return {member["name"]: member for member in manifest["members"]}

    def path(self, name: str) -> Path:
        """A member's folder."""
        return self.folder / name

    def of(self, kind: str) -> list[tuple[Path, Path]]:
        """Each base with its descendant of this kind."""
        found = [member for member in self.members.values() if member["kind"] == kind]
        return [(self.path(member["roots"][0]), self.path(member["name"])) for member in found]

    def strangers(self) -> list[tuple[Path, Path]]:
        """Every two bases of one family."""
        bases = [member for member in self.members.values() if member["kind"] == "base"]
        return [
            (self.path(one["name"]), self.path(other["name"]))
            for one in bases
            for other in bases
            if one["family"] == other["family"] and one["seed"] < other["seed"]
        ]


def make(folder: Path) -> Zoo:
    """Make the tiny zoo: three families of four seeds, descendants of every kind from the first."""
    from benchmarks.zoo.__main__ import build
    from benchmarks.zoo.size import Size

    size = Size(
        seeds=SEEDS, rich=1, vocabulary=384, hidden=32, layers=3, heads=4, steps=30, tuning=10, batch=8
    )
    build(folder, size, stories(200), " ".join(stories(60, "other")), say=False)
    return Zoo(folder)


def stories(count: int, name: str = "stories") -> list[str]:
    """Invented stories of about two hundred words, long enough to have an opening, a middle and an end."""
    rng = generator("tests", "zoo", name)
    who = ["the fox", "a girl", "the old boat", "my brother", "a grey bird", "the baker"]
    did = ["saw", "lost", "found", "wanted", "carried", "painted", "forgot"]
    what = ["a red ball", "the moon", "some bread", "a long road", "the last key", "a song"]
    when = ["in the morning", "at night", "after the rain", "by the river", "once more"]

    def sentence() -> str:
        return " ".join(str(rng.choice(part)) for part in (who, did, what, when)) + "."

    return [" ".join(sentence() for _ in range(25)) for _ in range(count)]
