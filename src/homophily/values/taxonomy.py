"""Taxonomies of values: closed lists of what an argument can appeal to, for judges of free text.

The shipped list, ``values-48``, has 48 values in 22 groups. Its English names are published; its definitions,
Japanese names, groups and the basic values it speaks for are the project's own
(``docs/reference/value-taxonomy.md``). A list of yours is a
TOML file of the same form.
"""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from homophily.errors import UnknownName, UsageError
from homophily.references import Reference
from homophily.values.theory import CODES

__all__ = ["Entry", "Taxonomy", "taxonomies", "taxonomy"]

_SHIPPED = files("homophily.values") / "data"
_PREFIX = "values-"
_STRICT = ConfigDict(extra="forbid", frozen=True)
_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ByLanguage = dict[str, str]


class Entry(BaseModel):
    """One value of a taxonomy.

    A definition says in a sentence or two what counts, and what sets the value apart from its neighbours.
    """

    model_config = _STRICT

    code: str = Field(pattern=_CODE, description="What is recorded: small letters, digits and hyphens.")
    published: str = Field(min_length=1, description="The English name.")
    group: str = Field(description="The group's key; values of one group are near to each other.")
    ja: str = Field("", description="The Japanese name; the English one stands in where it is empty.")
    basic: tuple[str, ...] = Field(
        (), description="The basic value it speaks for, by code, or several in equal parts; empty for none."
    )
    sense: ByLanguage = Field(min_length=1, description="The definition, by language.")

    def name(self, language: str) -> str:
        """The name in a language; the English one where there is none."""
        return self.ja if language == "ja" and self.ja else self.published

    def definition(self, language: str) -> str:
        """The definition in a language; the English one, or else any, where there is none."""
        return self.sense.get(language) or self.sense.get("en") or next(iter(self.sense.values()))


class Taxonomy(BaseModel):
    """A closed list of values in groups."""

    model_config = _STRICT

    title: ByLanguage = Field(min_length=1, description="What the list is called, by language.")
    source: str = Field("", description="Whence names and definitions come.")
    references: tuple[str | Reference, ...] = Field(
        (), description="Keys of published sources, whole entries of your own, and `own`."
    )
    groups: dict[str, ByLanguage] = Field(
        min_length=1, description="Names of the groups, by key and language."
    )
    values: tuple[Entry, ...] = Field(min_length=2, description="The values, in the order they are shown.")

    @model_validator(mode="after")
    def _whole(self) -> Taxonomy:
        codes = [entry.code for entry in self.values]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"code {twice[0]!r} is given to more than one value")
        if "none" in codes:
            raise ValueError("code 'none' is kept for a message that voices no value")
        for entry in self.values:
            for basic in entry.basic:
                if basic not in CODES:
                    raise ValueError(f"value {entry.code!r}: {UnknownName('basic value', basic, CODES)}")
            if entry.group not in self.groups:
                raise ValueError(f"value {entry.code!r}: {UnknownName('group', entry.group, self.groups)}")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in the order of the list."""
        return tuple([entry.code for entry in self.values])

    @property
    def group_of(self) -> dict[str, str]:
        """Each code's group."""
        return {entry.code: entry.group for entry in self.values}

    @property
    def weights(self) -> dict[str, dict[str, float]]:
        """By code, the basic values it speaks for, weights summing to 1; who speaks for none is left out."""
        return {
            entry.code: {basic: 1 / len(entry.basic) for basic in entry.basic}
            for entry in self.values
            if entry.basic
        }

    def entry(self, code: str) -> Entry:
        """The value of this code.

        Raises:
            UnknownName: There is none.
        """
        for entry in self.values:
            if entry.code == code:
                return entry
        raise UnknownName("value", code, self.codes)


def taxonomies() -> list[str]:
    """The names of the shipped taxonomies, sorted."""
    found = [entry.name.removesuffix(".toml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".toml")]
    return sorted(name for name in found if name.startswith(_PREFIX))


def taxonomy(name: str | Path = "values-48") -> Taxonomy:
    """The taxonomy of this name, or in this file.

    Args:
        name: A shipped name, or the path of a ``.toml`` file in UTF-8.

    Raises:
        UsageError: No such taxonomy or file, or it does not fit the schema; the message names file, value and
            field.
    """
    path = Path(name)
    if path.suffix.lower() == ".toml":
        return _read(path)
    if isinstance(name, Path) or path.name != name:
        raise UsageError(f"{str(name)!r} is no taxonomy file: use .toml.")
    return _shipped(name)


@functools.cache
def _shipped(name: str) -> Taxonomy:
    if name not in taxonomies():
        raise UnknownName("taxonomy", name, taxonomies())
    return _read(_SHIPPED / f"{name}.toml")


def _read(path: Traversable) -> Taxonomy:
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not in UTF-8; save it again with that encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: no valid TOML: {error}.") from None
    try:
        return Taxonomy.model_validate(data)
    except ValidationError as error:
        raise UsageError(f"{path}: {_explain(error, data)}") from None


def _explain(error: ValidationError, data: dict[str, Any]) -> str:
    """The first fault with the value and the field where it stands."""
    fault = error.errors()[0]
    place = [str(part) for part in fault["loc"]]
    if place[:1] == ["values"] and len(place) > 1:
        entry = data["values"][int(place[1])]
        code = entry.get("code") if isinstance(entry, dict) else None
        where = f"value {code!r}" if code else f"value no. {int(place[1]) + 1}"
        place = [where, *([f"field {'.'.join(place[2:])!r}"] if place[2:] else [])]
    elif place:
        place = [f"field {'.'.join(place)!r}"]
    said = {"missing": "is required", "extra_forbidden": "is not known"}.get(fault["type"], fault["msg"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{', '.join(place)}: {said.removeprefix('Value error, ').rstrip('.')}{more}.".removeprefix(": ")
