"""Writes the API's pages from the code: one a room, with every public module that says what is in it."""

from __future__ import annotations

import ast
from pathlib import Path

__all__ = ["write"]

#: Rooms in the order a reader meets them; what they leave out is inside, and documented in the code alone.
_ROOMS = {
    "homophily": "The front door",
    "values": "Values, profiles, similarity",
    "instruments": "Instruments",
    "items": "Items",
    "asks": "Asks and answers",
    "respondents": "Respondents",
    "personas": "Personas",
    "dilemmas": "Dilemmas",
    "lab": "The laboratory",
    "records": "Records",
    "studies": "Studies",
    "analysis": "Analyses",
    "report": "Reports",
    "filtering": "Token Filtering",
    "inference": "Inference",
    "lineage": "Lineage",
    "wire": "The wire",
    "errors": "Errors",
    "seeds": "Seeds",
    "catalogue": "Catalogues",
}


def write(source: Path, target: Path) -> None:
    """Write a page a room, and their index.

    Args:
        source: The package's folder.
        target: Folder of the pages; made if there is none.
    """
    target.mkdir(exist_ok=True)
    pages = {}
    for room, title in _ROOMS.items():
        modules = ["homophily"] if room == "homophily" else _modules(source, room)
        if modules:
            pages[room] = _page(title, modules)
    listed = "\n".join(f"   {room}" for room in pages)
    pages["index"] = f"The library\n===========\n\n.. toctree::\n   :maxdepth: 1\n\n{listed}\n"
    for name, text in pages.items():
        file = target / f"{name}.rst"
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def _page(title: str, modules: list[str]) -> str:
    parts = [f"{title}\n{'=' * len(title)}\n"]
    for module in modules:
        name = f"``{module}``"
        parts.append(f"{name}\n{'-' * len(name)}\n\n.. automodule:: {module}\n")
    return "\n".join(parts)


def _modules(source: Path, room: str) -> list[str]:
    """Modules that a user imports from: those without a leading underscore that name something of their own.

    A package that gathers its parts' names shows them itself; its parts are then not repeated.
    """
    if (source / f"{room}.py").is_file():
        return [f"homophily.{room}"]
    found: list[str] = []
    for file in sorted((source / room).rglob("*.py")):
        parts = file.relative_to(source).with_suffix("").parts
        if any(part.startswith("_") and part != "__init__" for part in parts):
            continue
        package = file.name == "__init__.py"
        names = _names(file)
        if package and not names:
            continue
        gathered = _names(file.parent / "__init__.py")
        if not package and (set(names) <= set(gathered) or file.stem in gathered):
            continue
        if names:
            found.append(".".join(("homophily", *(parts[:-1] if package else parts))))
    return found


def _names(file: Path) -> list[str]:
    """A module's ``__all__``, read without importing it."""
    if not file.is_file():
        return []
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets):
            return list(ast.literal_eval(node.value))
    return []
