import pandas as pd
import pytest

from homophily import catalogue, lab
from homophily.lab.codebook import Column, codebook, describe, markdown, undescribed

SMALL = {
    "dyads": {"agents": 8, "pairs": {"n": 3, "bins": 1}, "languages": ["en"]},
    "controllability": {"n": 1, "replicates": 1, "personas": ["scores"], "languages": ["en"]},
}


@pytest.mark.parametrize("name", catalogue.names("studies"))
def test_every_column_of_a_shipped_study_is_described(name: str) -> None:
    study = catalogue.get("studies", name)
    design = study.design.model_validate({"study": name, **SMALL.get(name, {})})
    answers = lab.rehearse(study, design)
    tables = {"answers": answers, **study.tables(answers, design)}
    assert undescribed(tables, study.descriptions) == []


@pytest.mark.parametrize(
    ("table", "column", "meaning"),
    [
        ("ratings", "trust", "whole"),
        ("pairs", "trust", "of both"),
        ("ratings", "trust_faith", "facet faith"),
        ("pairs", "trust_faith", "of both, faith"),
        ("ratings", "trust_global", "one item"),
        ("ratings", "session", "Session, unique within the run: one independent play of the protocol."),
    ],
)
def test_the_most_particular_description_holds(table: str, column: str, meaning: str) -> None:
    descriptions = {
        "trust_*": "facet *",
        "trust": Column("whole"),
        "pairs.trust": "of both",
        "pairs.trust_*": "of both, *",
        "trust_global": "one item",
    }
    found = describe(table, column, descriptions)
    assert found is not None
    assert found.meaning == meaning


def test_an_undescribed_column_is_told() -> None:
    tables = {"notes": pd.DataFrame({"session": ["s"], "mood": ["calm"]})}
    assert undescribed(tables, {}) == ["notes.mood"]
    assert codebook(tables, {})["meaning"].tolist()[1] == "(not described)"


def test_the_codebook_says_what_columns_hold() -> None:
    table = pd.DataFrame(
        {
            "text": ["b", "a", None, ""],
            "many": [f"word {n}" for n in range(4)],
            "number": [1.5, None, -2, 0],
            "whole": pd.array([1, None, 3, 2], dtype="Int64"),
            "truth": [True, False, True, True],
            "time": pd.to_datetime(["2026-01-01", None, "2026-01-03", "2026-01-02"], utc=True),
            "nothing": [None] * 4,
        }
    )
    described = {"number": Column("A number.", "points", "not asked")}
    book = codebook({"t": table}, described).set_index("column")
    assert book["type"].to_dict() == {
        "text": "text",
        "many": "text",
        "number": "number",
        "whole": "whole number",
        "truth": "true/false",
        "time": "time",
        "nothing": "text",
    }
    assert book.loc["text", ["n", "n_missing", "levels"]].tolist() == [2, 2, "a; b"]
    assert book.loc["number", ["n", "n_missing", "min", "max"]].tolist() == [3, 1, "-2", "1.5"]
    assert book.loc["number", ["meaning", "unit", "missing"]].tolist() == ["A number.", "points", "not asked"]
    assert book.loc["whole", ["min", "max"]].tolist() == ["1", "3"]
    assert book.loc["time", "max"].startswith("2026-01-03")
    assert book.loc["nothing", "n"] == 0


def test_long_lists_of_levels_are_counted() -> None:
    table = pd.DataFrame({"id": [f"s{n}" for n in range(40)], "said": ["word " * 20] * 40})
    assert codebook({"t": table}, {})["levels"].tolist() == ["40 different", "1 different"]


def test_the_readable_codebook_keeps_its_columns() -> None:
    table = pd.DataFrame({"a|b": ["x|y", "z\nz"]})
    text = markdown(codebook({"t": table}, {"a|b": "left | right"}), {"t": 2})
    (row,) = [line for line in text.splitlines() if line.startswith("| `a")]
    assert row.replace("\\|", "").count("|") == 9
    assert "2 rows." in text
