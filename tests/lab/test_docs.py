"""The documents of the runtime say what the code does."""

import re
from pathlib import Path

import pytest

from homophily.lab import answers, load_design, rehearse, run
from homophily.lab.tidy import COLUMNS
from homophily.records import schema

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The how-to's study and design as files."""
    page = (DOCS / "how-to/add-a-study.md").read_text(encoding="utf-8")
    (code, *_), (design,) = (
        re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("python", "toml")
    )
    (tmp_path / "first_impressions.py").write_text(code, encoding="utf-8")
    (tmp_path / "first_impressions.toml").write_text(design, encoding="utf-8")
    return tmp_path


def test_the_example_study_plays_as_it_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    study, design = load_design("first_impressions.toml")
    played = run(study, design)
    table = answers(played)
    assert len(table) == 50 * 2 * 3
    assert set(table["tone"]) == {"friendly", "curt"}
    rehearsed = rehearse(study, design)
    assert table["value"].tolist() == rehearsed["value"].tolist()
    ratings = study.tables(table, design)["ratings"]
    assert len(ratings) == 100
    assert ratings["trust"].between(1, 7).all()


def test_the_example_study_rehearses_in_both_languages_with_its_defaults(folder: Path) -> None:
    study, design = load_design(folder / "first_impressions.py")
    table = rehearse(study, design)
    assert set(table["language"]) == {"en", "ja"}
    assert len(table) == 2 * 2 * 20 * 3


def test_the_data_dictionary_names_every_column() -> None:
    page = (DOCS / "reference/data-dictionary.md").read_text(encoding="utf-8")
    tidy, store = page.split("## The store")
    assert set(COLUMNS) <= set(re.findall(r"`(\w+)`", tidy))
    for name, table in schema.METADATA.tables.items():
        section = store.split(f"### `{name}`")[1].split("\n### ")[0]
        undocumented = {column.name for column in table.columns} - set(re.findall(r"`(\w+)`", section))
        assert not undocumented - {"run", "session", "seat", "path"}, name
    assert f"Schema version {schema.VERSION}," in page
