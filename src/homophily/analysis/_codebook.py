"""The codebook of open answers: which themes coders look for, in the languages of the study."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from homophily.errors import DataError

__all__ = ["Theme", "codebook"]

_FIELDS = ("name", "what", "example")


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme that an answer may show.

    Attributes:
        id: As codings spell it.
        name: What coders and readers call it, by language.
        what: When to give it, by language.
        example: An answer that shows it, by language.
    """

    id: str
    name: Mapping[str, str]
    what: Mapping[str, str]
    example: Mapping[str, str]


def codebook(name: str | Path = "teammates") -> tuple[Theme, ...]:
    """The themes of a codebook, in its order.

    Args:
        name: ``teammates``, or a TOML file of yours with ``[[theme]]`` tables like the shipped one's.

    Raises:
        DataError: The file cannot be read, or a theme lacks a field or is there twice.
    """
    shipped = files("homophily.analysis").joinpath("data", f"themes-{name}.toml")
    source = Path(name) if str(name).endswith(".toml") else shipped
    try:
        given = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"the codebook {str(name)!r} cannot be read: {error}.") from error
    themes = []
    for place, entry in enumerate(given.get("theme", ()), 1):
        lacking = [field for field in ("id", *_FIELDS) if not entry.get(field)]
        if lacking:
            raise DataError(f"theme {place} of the codebook {str(name)!r} lacks {', '.join(lacking)}.")
        themes.append(Theme(entry["id"], *(entry[field] for field in _FIELDS)))
    if not themes or len({theme.id for theme in themes}) < len(themes):
        raise DataError(
            f"the codebook {str(name)!r} has no theme, or one id twice: give each an id of its own."
        )
    return tuple(themes)
