"""Words of the participants' pages, one TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "words"]

#: Languages the pages themselves speak, each under its own name.
LANGUAGES = {"en": "English", "ja": "日本語"}


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of a language; English for one that has none."""
    name = language if language in LANGUAGES else "en"
    text = files("homophily.web.host.words").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
