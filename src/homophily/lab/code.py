"""Fingerprints of analyses: whether their code is still what it was when a plan was frozen."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

__all__ = ["fingerprint"]

_ROOM = "homophily.analysis"


def fingerprint(analysis: str) -> str:
    """SHA-256 of an analysis's code and of all in ``homophily/analysis`` that it imports.

    Docstrings, comments and blank lines do not count, and nothing is imported. An analysis of another package
    counts by its own file; one that is not there has an empty fingerprint.
    """
    start = f"{_ROOM}.{analysis}"
    if _file(start) is None:
        found = [point for point in entry_points(group=_ROOM) if point.name == analysis]
        spec = importlib.util.find_spec(found[0].module) if found else None
        return _digest([_bare(Path(spec.origin))]) if spec and spec.origin else ""
    seen: dict[str, str] = {}
    todo = [start]
    while todo:
        module = todo.pop()
        file = _file(module)
        if module not in seen and file is not None:
            seen[module] = _bare(file)
            todo += _imported(file)
    return _digest([f"{module}\n{seen[module]}" for module in sorted(seen)])


def _file(module: str) -> Traversable | None:
    parts = module.split(".")[1:]
    place = files("homophily").joinpath(*parts[:-1])
    for name in (f"{parts[-1]}.py", f"{parts[-1]}/__init__.py"):
        if (file := place.joinpath(*name.split("/"))).is_file():
            return file
    return None


def _imported(file: Traversable) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_ROOM}."):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _bare(file: Traversable | Path) -> str:
    """Code without docstrings, comments on lines of their own, and blank lines: alike in every Python."""
    text = file.read_text(encoding="utf-8")
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                left_out |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = [line for place, line in enumerate(text.splitlines(), 1) if place not in left_out]
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n\n".join(parts).encode()).hexdigest()
