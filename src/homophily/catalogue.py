"""Catalogues: named things found by their file, listed without importing them.

A catalogue is a package folder. Each public module (or sub-package) in it is one entry, named by its file;
its first docstring line is its help text; its one public name in ``__all__`` is the thing itself; its
``__references__`` name the published sources that it rests on (`homophily.references`). Outside packages add
entries through the entry-point group ``homophily.<catalogue>``.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from homophily.errors import UnknownName, UsageError

__all__ = ["CATALOGUES", "declared", "describe", "get", "names", "references"]

#: Each catalogue with the singular noun used in messages.
CATALOGUES = {
    "analysis": "analysis",
    "filtering.evaluation": "measure of filtering",
    "filtering.rules": "filtering rule",
    "lineage.exposure.strategies": "strategy of reading",
    "lineage.tests": "descent test",
    "personas": "persona design",
    "report.figures": "figure",
    "respondents": "kind of respondent",
    "studies": "study",
    "values.profiles": "profile generator",
    "values.similarity": "similarity measure",
    "web.host.fields": "kind of item with a page",
}


def _shipped(catalogue: str) -> Iterator[tuple[str, Any]]:
    # A path below the front door, which is light: naming the folder's own package would import it.
    for entry in files("homophily").joinpath(*catalogue.split(".")).iterdir():
        name = entry.name.removesuffix(".py")
        if name.startswith(("_", ".")):
            continue
        if entry.name.endswith(".py"):
            yield name, entry
        elif entry.is_dir() and entry.joinpath("__init__.py").is_file():
            yield name, entry.joinpath("__init__.py")


def _outside(catalogue: str) -> dict[str, Any]:
    return {point.name: point for point in entry_points(group=f"homophily.{catalogue}")}


def names(catalogue: str) -> list[str]:
    """The names in a catalogue, sorted; nothing is imported."""
    return sorted({name for name, _ in _shipped(catalogue)} | set(_outside(catalogue)))


def describe(catalogue: str) -> dict[str, str]:
    """Each name with its first docstring line; shipped entries are parsed, not imported."""
    lines = {}
    for name, source in _shipped(catalogue):
        docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
        lines[name] = docstring.split("\n", 1)[0]
    for name, point in _outside(catalogue).items():
        lines.setdefault(name, f"from {point.dist.name if point.dist else point.value}")
    return dict(sorted(lines.items()))


def get(catalogue: str, name: str) -> Any:
    """The named entry.

    Raises:
        UnknownName: No entry has this name; the message suggests near ones.
        UsageError: The entry needs a package that is not installed.
    """
    outside = _outside(catalogue)
    if name in {shipped for shipped, _ in _shipped(catalogue)}:
        try:
            module = importlib.import_module(f"homophily.{catalogue}.{name}")
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("homophily"):
                raise
            raise UsageError(f"{name!r} needs the package {error.name!r}: pip install it first.") from error
        (public,) = module.__all__
        return getattr(module, public)
    if name in outside:
        return outside[name].load()
    raise UnknownName(CATALOGUES[catalogue], name, names(catalogue))


def references(catalogue: str, name: str) -> tuple[str, ...]:
    """The keys of the published sources that an entry names; a shipped entry is parsed, not imported.

    Raises:
        UnknownName: No entry has this name; the message suggests near ones.
    """
    for shipped, source in _shipped(catalogue):
        if shipped == name:
            return declared(source)
    outside = _outside(catalogue)
    if name in outside:
        module = importlib.import_module(outside[name].module)
        return tuple(getattr(module, "__references__", ()))
    raise UnknownName(CATALOGUES.get(catalogue, catalogue), name, names(catalogue))


def declared(source: Traversable) -> tuple[str, ...]:
    """What a module's file says in ``__references__``; nothing where it does not."""
    text = source.read_text(encoding="utf-8")
    if "__references__" not in text:
        return ()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__references__":
            return tuple(ast.literal_eval(node.value))
    return ()
