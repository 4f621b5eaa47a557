"""What a public name comes down to: every function that it can reach, and whom their words cite."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import homophily
from homophily.references import Reference, known

SOURCE = Path(homophily.__file__).parent


def file_of(module: str) -> Path | None:
    base = SOURCE.joinpath(*module.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@functools.cache
def parsed(module: str) -> tuple[ast.Module, dict[str, ast.stmt], dict[str, tuple[str, str]]]:
    """A module's tree, its top-level definitions, and what it imports from Homophily, by local name."""
    path = file_of(module)
    assert path is not None, module
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        defined[name.id] = node
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homophily"):
            for alias in node.names:
                imported[alias.asname or alias.name] = (node.module or "", alias.name)
    return tree, defined, imported


def reached(module: str, name: str, room: str) -> set[tuple[str, str]]:
    """Every (module, definition) of a room that a definition can reach, itself included."""
    seen: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    todo = [(module, name)]
    while todo:
        here = todo.pop()
        if here in seen or not here[0].startswith(room):
            continue
        seen.add(here)
        _, defined, imported = parsed(here[0])
        if here[1] not in defined:
            todo += [imported[here[1]]] if here[1] in imported else []
            continue
        found.add(here)
        todo += _leads(here[0], defined[here[1]], defined, imported)
    return found


def _leads(
    module: str, node: ast.stmt, defined: dict[str, ast.stmt], imported: dict[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in imported:
            whence, thing = imported[part.value.id]
            if file_of(f"{whence}.{thing}"):
                yield f"{whence}.{thing}", part.attr
        if isinstance(part, ast.Name) and part.id in defined:
            yield module, part.id
        elif isinstance(part, ast.Name) and part.id in imported:
            yield imported[part.id]


def words(found: set[tuple[str, str]]) -> str:
    """The docstrings of definitions and of the modules that hold them."""
    texts = []
    for module in {module for module, _ in found}:
        tree, defined, _ = parsed(module)
        texts.append(ast.get_docstring(tree) or "")
        for each, node in defined.items():
            if (module, each) in found and isinstance(node, ast.FunctionDef | ast.ClassDef):
                parts = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
                texts += [ast.get_docstring(part) or "" for part in parts]
    return "\n".join(texts)


def mentions(text: str) -> set[str]:
    """Keys of the references that a text cites by family name and year."""
    return {
        key
        for key, reference in known().items()
        if reference.year and reference.year in text and _pattern(reference).search(text)
    }


@functools.cache
def _pattern(reference: Reference) -> re.Pattern[str]:
    family = re.escape(reference.author[0].split(",")[0].strip("{}"))
    return re.compile(rf"{family}\b[^;]{{0,90}}?\b{reference.year}\b", re.DOTALL)
