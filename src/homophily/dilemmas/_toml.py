"""Files of dilemmas in TOML: the form of the shipped ones."""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from homophily.dilemmas.dilemma import Dilemma
from homophily.dilemmas.votes import Votes
from homophily.errors import DataError

__all__ = ["read"]

_STRICT = ConfigDict(extra="forbid", frozen=True)


class _Entry(BaseModel):
    model_config = _STRICT

    id: str = Field(pattern=r"^[\w.-]+$")
    text: dict[str, str] = Field(min_length=1)
    title: dict[str, str] = {}
    invites: Literal["YTA", "NTA", "ESH", "NAH", "INFO"] | None = None
    values: tuple[str, ...] = ()
    votes: dict[str, float] | None = None
    verdict: Literal["YTA", "NTA", "ESH", "NAH", "INFO"] | None = None

    @model_validator(mode="after")
    def _told(self) -> _Entry:
        for language, text in self.text.items():
            if not text.strip():
                raise ValueError(f"the text in {language!r} is empty")
        if self.votes is not None:
            Votes.of(self.votes)
        return self


class _File(BaseModel):
    model_config = _STRICT

    source: str = ""
    dilemma: tuple[_Entry, ...] = Field(min_length=1)


def read(path: Traversable) -> list[Dilemma]:
    """The dilemmas of a file.

    Raises:
        DataError: It is no TOML in UTF-8, or does not fit the schema; file, dilemma and field are named.
    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: not in UTF-8; save it again with that encoding.") from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: no valid TOML: {error}.") from None
    try:
        found = _File.model_validate(data)
    except ValidationError as error:
        raise DataError(f"{path}: {_explain(error, data)}") from None
    return [_dilemma(entry, found.source) for entry in found.dilemma]


def _dilemma(entry: _Entry, source: str) -> Dilemma:
    return Dilemma(
        id=entry.id,
        text={language: text.strip() for language, text in entry.text.items()},
        title=entry.title,
        invites=entry.invites,
        values=entry.values,
        votes=None if entry.votes is None else Votes.of(entry.votes),
        verdict=entry.verdict,
        source=source,
    )


def _explain(error: ValidationError, data: dict[str, Any]) -> str:
    fault = error.errors()[0]
    place = [str(part) for part in fault["loc"]]
    where = ""
    if place[:1] == ["dilemma"] and len(place) > 1:
        entry = data["dilemma"][int(place[1])]
        id_ = entry.get("id") if isinstance(entry, dict) else None
        where = f"dilemma {id_!r}" if id_ else f"dilemma no. {int(place[1]) + 1}"
        place = place[2:]
    field = f"field {'.'.join(place)!r}" if place else ""
    said = {"missing": "is required", "extra_forbidden": "is not known"}.get(fault["type"], fault["msg"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    told = ", ".join(filter(None, (where, field)))
    return f"{told}: {said.removeprefix('Value error, ').rstrip('.')}{more}."
