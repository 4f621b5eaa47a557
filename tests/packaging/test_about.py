"""What the project says of itself to machines is whole and agrees: citation, packaging, licences."""

import importlib.util
import tomllib
from pathlib import Path
from typing import Any

import pytest

import homophily

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_citation_file_is_valid_and_agrees_with_the_package() -> None:
    yaml = pytest.importorskip(
        "yaml", reason="SKIPPED LOUDLY: PyYAML is not installed (extra `local` or `docs`)"
    )
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    # What the schema of CFF 1.2.0 requires, and the kinds that it allows.
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] in ("software", "dataset")
    assert all(isinstance(cited[key], str) for key in ("message", "title", "version", "license", "abstract"))
    assert all(set(author) & {"name", "family-names", "given-names"} for author in cited["authors"])
    assert len(set(cited["keywords"])) == len(cited["keywords"])
    assert cited["version"] == homophily.__version__
    assert cited["license"] == PROJECT["license"]
    assert [author["name"] for author in cited["authors"]] == [each["name"] for each in PROJECT["authors"]]


def test_the_page_of_licences_names_every_package_of_every_extra(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("_licences", ROOT / "docs/_licences.py")
    assert spec is not None
    assert spec.loader is not None
    licences: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(licences)
    licences.write(ROOT / "pyproject.toml", tmp_path / "licences.md")
    rows = (tmp_path / "licences.md").read_text(encoding="utf-8").splitlines()
    named = {row.split("|")[1].strip(): row for row in rows if row.startswith("| ")}
    for extra, listed in {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}.items():
        for requirement in listed:
            name = licences.re.split(r"[\[<>=~!;\s]", requirement)[0].lower()
            if name != "homophily":
                assert name in named
                assert (f"`{extra}`" if extra else "everything") in named[name]
    told = [row for name, row in named.items() if name in {"numpy", "pandas", "scipy", "pydantic", "typer"}]
    assert not any("see its package" in row or "not installed" in row for row in told)
