"""Phrases: the sentences of a synthetic panellist, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from homophily.errors import UsageError

__all__ = ["Phrases", "phrases"]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What can be said in a language.

    Attributes:
        language: ISO 639-1.
        frames: Sentences around the arguments, by ``section.key``; ``{names}`` stands for other agents.
        values: Sentences that voice a value, by its code.
    """

    language: str
    frames: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]

    def voiced(self, text: str) -> list[str]:
        """The values that a text voices in these sentences, in the order of the list."""
        return [code for code, said in self.values.items() if any(phrase in text for phrase in said)]

    def join(self, sentences: list[str]) -> str:
        """Sentences as one paragraph."""
        return ("" if self.language == "ja" else " ").join(sentences)

    def names(self, agents: list[str]) -> str:
        """Agents as the language lists them."""
        if self.language == "ja":
            return "、".join(agents)
        return agents[0] if len(agents) == 1 else f"{', '.join(agents[:-1])} and {agents[-1]}"


@lru_cache(maxsize=4)
def phrases(language: str) -> Phrases:
    """The sentences of a language.

    Raises:
        UsageError: There are none.
    """
    file = files("homophily.respondents") / "_panel" / "phrases" / f"{language}.toml"
    if not file.is_file():
        raise UsageError(f"synthetic panellists speak en and ja, not {language!r}.")
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    values = told.pop("values")
    frames = {f"{part}.{key}": tuple(said) for part, keys in told.items() for key, said in keys.items()}
    return Phrases(language, frames, {code: tuple(said) for code, said in values.items()})
