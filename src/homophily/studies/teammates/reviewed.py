"""Reasons worded anew: a file that a researcher reviews, of which only accepted texts are used."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from homophily.errors import UnknownName, UsageError
from homophily.studies.teammates.texts import LANGUAGES, Texts, key, texts

__all__ = ["Reviewed", "Wording", "accepted", "read", "shipped", "with_reviewed", "write"]

_STRICT = ConfigDict(extra="forbid", frozen=True)
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Wording(BaseModel):
    """One reason worded anew.

    Attributes:
        key: Which reason (`homophily.studies.teammates.texts.key`).
        was: The shipped wording.
        text: The new one.
        status: What the researcher decided; only ``accepted`` texts are used.
        faults: What a machine found wrong with it.
    """

    model_config = _STRICT

    key: str
    was: str
    text: _Line
    status: Literal["open", "accepted", "rejected"] = "open"
    faults: tuple[str, ...] = ()


class Reviewed(BaseModel):
    """A file of reasons worded anew.

    Attributes:
        model: Who worded them.
        parameters: With what settings.
        wordings: The texts.
    """

    model_config = _STRICT

    model: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    wordings: tuple[Wording, ...] = Field((), alias="wording")


def shipped(said: Texts) -> dict[str, str]:
    """Every shipped reason of a language by its `key`."""
    found: dict[str, str] = {}
    for (value, kind), phrasings in said.say.items():
        found |= {key(said.language, value, kind, place): text for place, text in enumerate(phrasings)}
        found[key(said.language, value, kind, "why")] = said.why[value, kind]
    return found


def read(path: str | Path) -> Reviewed:
    """The file's texts.

    Raises:
        UsageError: There is no such file, or it is not of this form.
        UnknownName: A key names no reason.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        found = Reviewed.model_validate(content)
    except OSError as error:
        raise UsageError(f"texts: {path} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"texts: {path} is no TOML file: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"texts: {path}, {where}: {first['msg']}.") from None
    known = {name for language in LANGUAGES for name in shipped(texts(language))}
    for each in found.wordings:
        if each.key not in known:
            raise UnknownName("reason of the teammates study", each.key, known)
    return found


def write(path: str | Path, found: Reviewed) -> None:
    """Write the file anew, whole or not at all."""
    lines = [
        '# Set status to "accepted" or "rejected"; only accepted texts are used (`texts = …` in a design).'
    ]
    lines += [f"model = {_quoted(found.model)}", "", "[parameters]"]
    lines += [f"{name} = {_quoted(value)}" for name, value in sorted(found.parameters.items())]
    for each in found.wordings:
        lines += ["", "[[wording]]", f"key = {_quoted(each.key)}", f"status = {_quoted(each.status)}"]
        lines += [f"was = {_quoted(each.was)}", f"text = {_quoted(each.text)}"]
        if each.faults:
            lines.append(f"faults = [{', '.join(map(_quoted, each.faults))}]")
    target = Path(path)
    partial = target.with_name(f"{target.name}.part")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(target)


def accepted(path: str | Path) -> dict[str, str]:
    """The accepted texts of a file, by key."""
    return {each.key: each.text for each in read(path).wordings if each.status == "accepted"}


def with_reviewed(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings completed by the accepted texts of the file that `texts` names.

    A design read back from a run's record already holds them and is left as it is.

    Raises:
        UsageError: The file cannot be used, or holds no accepted text.
    """
    if not settings.get("texts") or settings.get("reviewed"):
        return settings
    found = accepted(settings["texts"])
    if not found:
        raise UsageError(
            f"texts: {settings['texts']} holds no accepted text yet; review it "
            f"(homophily teammates review {settings['texts']})."
        )
    return {**settings, "reviewed": found}


def _quoted(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else f"{value!r}"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
