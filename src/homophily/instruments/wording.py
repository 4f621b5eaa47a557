"""Wordings: texts by language, with named placeholders such as ``{partner}``."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

__all__ = ["Wording", "fill", "placeholders"]


def placeholders(text: str) -> set[str]:
    """The names in braces within `text`.

    Raises:
        ValueError: A brace stands alone, or holds anything but a plain name.
    """
    try:
        fields = [field for _, *field in string.Formatter().parse(text)]
    except ValueError as error:
        raise ValueError(f"{error}; write {{{{ and }}}} for braces that are meant as such") from None
    names = set()
    for name, spec, conversion in fields:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is no plain placeholder; write a name such as {{partner}}")
        names.add(name)
    return names


def fill(text: str, given: Mapping[str, str]) -> str:
    """`text` with each placeholder replaced by what is given for it; doubled braces become single."""
    return text.format_map(given)


def _well_formed(text: str) -> str:
    placeholders(text)
    return text


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_well_formed)]
Wording = dict[Language, Words]
"""A text in one or more languages, by ISO 639-1 code."""
