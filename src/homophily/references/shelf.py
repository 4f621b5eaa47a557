"""The references that are known, and those of a list of keys."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType

from homophily import __version__
from homophily.errors import UnknownName
from homophily.references.reference import Reference

__all__ = ["OWN", "find", "known"]

#: In the place of a key: this project's own, after nobody.
OWN = "own"


@functools.cache
def known() -> Mapping[str, Reference]:
    """Every shipped reference by its key, sorted; Homophily's own has the version that runs."""
    entries = {}
    for file in files("homophily.references").joinpath("data").iterdir():
        if file.name.endswith(".toml"):
            for key, fields in tomllib.loads(file.read_text(encoding="utf-8")).items():
                entries[key] = Reference.model_validate({"key": key, **fields})
    entries["homophily"] = entries["homophily"].model_copy(update={"version": __version__})
    return MappingProxyType(dict(sorted(entries.items())))


def find(named: Iterable[str | Reference]) -> list[Reference]:
    """References by key, sorted and once each; `OWN` has none, and a reference stands for itself.

    Raises:
        UnknownName: Nobody knows a key; the message suggests near ones.
    """
    found = {}
    for each in named:
        if isinstance(each, Reference):
            found[each.key] = each
        elif each != OWN:
            if each not in known():
                raise UnknownName("reference", each, known())
            found[each] = known()[each]
    return [found[key] for key in sorted(found)]
