"""Loading: a study with its design, from a name, a design file or a Python file."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from homophily import catalogue
from homophily.errors import DataError, UsageError
from homophily.lab.complaint import complaint
from homophily.lab.design import Design
from homophily.lab.study import Study

__all__ = ["keys", "load_design", "load_study", "schema"]


def load_design(source: str | Path, changes: Mapping[str, Any] | None = None) -> tuple[Study, Design]:
    """A study and the design to play it with.

    Args:
        source: A study's name, a design file (TOML, or a run's ``design.json``), or a Python file that
            exports `study`.
        changes: Settings that replace those of the file, by dotted key (``budget.asks``).

    Raises:
        UsageError: No such file or study, or a setting that the study does not take.
        DataError: The file cannot be read as TOML, JSON or Python.
    """
    path = Path(source)
    if path.suffix in (".toml", ".json"):
        settings = _settings(path)
        name = settings.get("study")
        if not isinstance(name, str):
            raise UsageError(f"{path}: `study` is missing; one of: {', '.join(catalogue.names('studies'))}.")
        beside = path.parent / name
        study = load_study(beside if beside.suffix == ".py" else name)
        settings["study"] = study.name
    else:
        study, settings = load_study(source), {}
    for key, value in (changes or {}).items():
        table, *inner = key.split(".")
        if inner and table not in settings and table in study.design.model_fields:
            default = study.design.model_fields[table].get_default(call_default_factory=True)
            if isinstance(default, dict):  # a part of a table changes that part, not the whole
                settings[table] = copy.deepcopy(default)
        _change(settings, [table, *inner], value)
    try:
        return study, study.design.model_validate(settings)
    except ValidationError as error:
        within = str(path) if path.suffix in (".toml", ".json") else f"study {study.name}"
        raise UsageError(complaint(error, study.design, within=within)) from error


def load_study(source: str | Path) -> Study:
    """A study by its name in the catalogue, or from a Python file that exports `study`.

    Raises:
        UsageError: No such study or file.
        DataError: The file cannot be run, or exports no study.
    """
    path = Path(source)
    study = _from_file(path) if path.suffix == ".py" else catalogue.get("studies", str(source))
    if not isinstance(study, Study):
        raise DataError(f"{str(source)!r} exports no `study = Study(...)`.")
    return study


def schema(study: Study) -> list[dict[str, Any]]:
    """Every key of a study's design files, as `keys` gives them."""
    return keys(study.design)


def keys(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Every key of a schema, dotted: ``key``, ``type``, ``default``, ``required``, ``meaning``, one a row."""
    whole = model.model_json_schema()
    return list(_keys(whole, "", whole.get("$defs", {})))


def _keys(node: Mapping[str, Any], prefix: str, definitions: Mapping[str, Any]) -> Any:
    for key, field in node.get("properties", {}).items():
        inner = definitions.get(field.get("$ref", "").rsplit("/", 1)[-1])
        if inner and inner.get("properties"):
            yield from _keys(inner, f"{prefix}{key}.", definitions)
            continue
        yield {
            "key": prefix + key,
            "type": _type(field, definitions),
            "default": field.get("default"),
            "required": key in node.get("required", ()),
            "meaning": field.get("description", ""),
        }


def _type(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _type(definitions[field["$ref"].rsplit("/", 1)[-1]], definitions)
    if "anyOf" in field:
        return " or ".join(_type(each, definitions) for each in field["anyOf"] if each.get("type") != "null")
    if "enum" in field:
        return " or ".join(json.dumps(value) for value in field["enum"])
    if field.get("type") == "array" and "items" in field:
        return f"list of {_type(field['items'], definitions)}"
    kind = str(field.get("type", "any"))
    return {"object": "table", "array": "list"}.get(kind, kind)


def _settings(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the design file {str(path)!r} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{str(path)!r} is not UTF-8 text: {error.reason}.") from error
    try:
        settings = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise DataError(f"{str(path)!r} is no {path.suffix[1:].upper()}: {error}.") from error
    if not isinstance(settings, dict):
        raise DataError(f"{str(path)!r} holds no table of settings.")
    return settings


def _change(settings: dict[str, Any], keys: list[str], value: Any) -> None:
    *tables, last = keys
    for table in tables:
        settings = settings.setdefault(table, {})
        if not isinstance(settings, dict):
            raise UsageError(f"`{'.'.join(keys)}` cannot be set: `{table}` is no table.")
    settings[last] = value


def _from_file(path: Path) -> Any:
    if not path.is_file():
        raise UsageError(f"there is no study file {str(path)!r}.")
    name = f"homophily_study_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DataError(f"{str(path)!r} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic resolves a design's annotations through it
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise DataError(f"{str(path)!r} cannot be run: {type(error).__name__}: {error}.") from error
    return getattr(module, "study", None)
