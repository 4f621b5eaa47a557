"""Words of the participants' pages, one TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["languages", "words"]

_FOLDER = "homophily.web.host.words"


@cache
def languages() -> Mapping[str, str]:
    """The languages the pages themselves speak, each with its own name for itself."""
    codes = sorted(
        file.name.removesuffix(".toml") for file in files(_FOLDER).iterdir() if file.name.endswith(".toml")
    )
    return {code: words(code)["own_name"] for code in codes}


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of a language; English for one that has none."""
    file = files(_FOLDER).joinpath(f"{language}.toml")
    if not (language.isalpha() and file.is_file()):
        return words("en")
    return tomllib.loads(file.read_text(encoding="utf-8"))
