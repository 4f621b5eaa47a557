"""Which references the modules of a part of the laboratory name, without importing any."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from homophily.catalogue import declared

__all__ = ["named_within"]


def named_within(part: str = "") -> dict[str, tuple[str, ...]]:
    """Keys by the module that names them in ``__references__``; modules without it are left out.

    Args:
        part: A package below ``homophily``, such as ``lineage`` or ``filtering.rules``; empty for all.
    """
    folder = files("homophily").joinpath(*part.split(".")) if part else files("homophily")
    return dict(sorted(_walk(folder, part)))


def _walk(folder: Traversable, dotted: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for entry in folder.iterdir():
        name = entry.name.removesuffix(".py")
        inner = f"{dotted}.{name}" if dotted else name
        if entry.is_dir() and entry.joinpath("__init__.py").is_file():
            found += _walk(entry, inner)
        elif entry.name.endswith(".py") and (keys := declared(entry)):
            found.append((dotted if name == "__init__" else inner, keys))
    return found
