"""The layers of docs/architecture.md, held by the code's own imports."""

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import homophily
from homophily import catalogue

SOURCE = Path(homophily.__file__).parent

#: From the bottom up; a module may import its own layer and those before it.
LAYERS = (
    ("errors", "seeds"),
    ("catalogue", "whole"),
    ("references",),
    ("wire",),
    ("values", "filtering", "lineage"),
    ("inference", "dilemmas"),
    ("reading", "items", "wording"),
    ("instruments",),
    ("personas",),
    ("asks",),
    ("records",),
    ("respondents",),
    ("lab",),
    ("studies",),
    ("analysis",),
    ("report",),
    ("web",),
    ("library",),
    ("demo",),
    ("cli", "__main__"),
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
FILES = sorted(SOURCE.rglob("*.py"))


def layer_of(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """The layers that a file imports, also inside functions; a type-only import still draws an arrow."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "homophily":
                found |= {alias.name for alias in node.names if not alias.name.startswith("__")}
            elif (node.module or "").startswith("homophily."):
                found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("homophily.")}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    layer = layer_of(path)
    if layer == "__init__":
        return
    upward = {name for name in imported(path) if RANK[name] > RANK[layer]}
    assert not upward, f"{layer} imports {sorted(upward)} from above"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_file_holds_one_noun(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def modules() -> list[str]:
    return [
        module.name
        for module in pkgutil.walk_packages([str(SOURCE)], "homophily.")
        if not module.name.endswith("__main__")
    ]


@pytest.mark.parametrize("name", modules())
def test_public_names_exist_and_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), f"{name}.__all__ names {public}, which is not there"
        thing = getattr(module, public)
        if callable(thing) and getattr(thing, "__module__", None) == name:
            assert thing.__doc__, f"{name}.{public} has no docstring"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_whatever_is_public_is_listed_and_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = [node for node in tree.body if isinstance(node, ast.Assign) and _name(node) == "__all__"]
    code = [node for node in tree.body if not isinstance(node, ast.Expr)]
    assert listed or not code or path.name == "__main__.py", "no __all__"
    inside = path.relative_to(SOURCE)
    if not code or any(part.startswith("_") for part in inside.parts):
        return  # private, or words alone
    names = set(ast.literal_eval(listed[0].value))
    entry = ".".join(inside.parent.parts) in catalogue.CATALOGUES  # lists the one thing that it is
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            public = not node.name.startswith("_")
            assert not public or entry or node.name in names, f"{node.name} is not in __all__"
            assert not public or ast.get_docstring(node), f"{node.name} has no docstring"
            if public and isinstance(node, ast.ClassDef):
                bare = [each.name for each in node.body if _undocumented(each)]
                assert not bare, f"{node.name}: {bare} have no docstring"


def _name(node: ast.Assign) -> str:
    return str(getattr(node.targets[0], "id", ""))


def _undocumented(node: ast.stmt) -> bool:
    methods = ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, methods) and not node.name.startswith("_") and not ast.get_docstring(node)


@pytest.mark.parametrize("command", [["-c", "import homophily"], ["-m", "homophily", "--help"]])
def test_the_front_door_is_light(command: list[str]) -> None:
    heavy = {"pandas", "scipy", "matplotlib", "sqlalchemy", "statsmodels", "torch", "transformers", "duckdb"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert not heavy & loaded
