"""The reference page of design files is current and complete."""

from pathlib import Path

import pytest

from homophily import catalogue
from homophily.lab.loading import keys, load_design
from homophily.lab.reference import page

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    written = (ROOT / "docs/reference/designs.md").read_text(encoding="utf-8")
    assert written == page(), "write it anew: python -m homophily.lab.reference > docs/reference/designs.md"


@pytest.mark.parametrize("name", catalogue.names("studies"))
def test_every_key_has_a_meaning_and_a_default(name: str) -> None:
    for row in keys(catalogue.get("studies", name).design):
        assert row["meaning"], f"{name}: {row['key']}"
        assert not row["required"], f"{name}: {row['key']}"


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda path: path.name)
def test_examples_fit_their_schema_and_say_what_they_are(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
    study, design = load_design(path)
    assert next(iter(study.sessions(design)))


def test_the_examples_are_there() -> None:
    assert {path.stem for path in (ROOT / "examples").glob("*.toml")} >= {
        "controllability",
        "dyads-openai",
        "dyads-synthetic",
        "mixed",
    }
