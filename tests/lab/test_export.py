from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from homophily import values
from homophily.errors import UnknownName, UsageError
from homophily.lab.export import export

TABLE = pd.DataFrame(
    {
        "session": ["s1", "s1"],
        "seat": ["a", "b"],
        "said": ['she said "no",\nthen こんにちは', None],
        "score": [1 / 3, np.nan],
        "count": pd.array([3, None], dtype="Int64"),
        "kept": [True, False],
        "time": pd.to_datetime([1.5, 2.25], unit="s", utc=True),
    }
)


def parquet(path: Path) -> pd.DataFrame:
    return pd.DataFrame(duckdb.sql(f"SELECT * FROM '{path}'").fetchnumpy())


def test_each_table_is_written_long_and_wide_with_a_codebook(tmp_path: Path) -> None:
    files = export({"ratings": TABLE}, tmp_path / "new" / "tables")
    names = {"ratings", "ratings_wide"}
    expected = {f"{name}.{form}" for name in names for form in ("csv", "parquet")}
    assert {file.name for file in files} == expected | {"codebook.csv", "codebook.md"}
    assert {file.name for file in (tmp_path / "new" / "tables").iterdir()} == {file.name for file in files}


def test_parquet_holds_what_the_table_holds(tmp_path: Path) -> None:
    export({"ratings": TABLE}, tmp_path, ["parquet"])
    read = parquet(tmp_path / "ratings.parquet")
    assert read["said"].tolist()[0] == TABLE["said"][0]
    assert read["said"].isna().tolist() == [False, True]
    assert read["score"][0] == 1 / 3
    assert read["count"].isna().tolist() == [False, True]
    assert read["kept"].tolist() == [True, False]
    assert (pd.to_datetime(read["time"], utc=True) == TABLE["time"]).all()
    assert not (tmp_path / "ratings.csv").exists()


def test_csv_holds_what_the_table_holds(tmp_path: Path) -> None:
    export({"ratings": TABLE}, tmp_path, ["csv"])
    read = pd.read_csv(tmp_path / "ratings.csv")
    assert read["said"][0] == TABLE["said"][0]
    assert read["score"][0] == 1 / 3
    assert read["kept"].tolist() == [True, False]
    assert pd.to_datetime(read["time"], format="ISO8601").tolist() == TABLE["time"].tolist()
    assert "TRUE" in (tmp_path / "ratings.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("bom", [True, False])
def test_a_byte_order_mark_is_a_choice(tmp_path: Path, bom: bool) -> None:
    export({"ratings": TABLE}, tmp_path, ["csv"], bom=bom)
    assert all(file.read_bytes().startswith(b"\xef\xbb\xbf") is bom for file in tmp_path.glob("*.csv"))


def test_descriptions_reach_long_and_wide(tmp_path: Path) -> None:
    export({"ratings": TABLE}, tmp_path, descriptions={"ratings.sc*": "The score *."})
    book = pd.read_csv(tmp_path / "codebook.csv").set_index(["table", "column"])
    assert book.loc[("ratings", "score"), "meaning"] == "The score ore."
    assert book.loc[("ratings_wide", "score_a"), "meaning"] == "Seat a: The score ore."
    assert "The score ore." in (tmp_path / "codebook.md").read_text(encoding="utf-8")


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    export({"ratings": TABLE.iloc[:0]}, tmp_path)
    assert pd.read_csv(tmp_path / "ratings.csv").columns.tolist() == TABLE.columns.tolist()
    assert parquet(tmp_path / "ratings.parquet").columns.tolist() == TABLE.columns.tolist()


def test_a_failure_leaves_the_earlier_export_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export({"ratings": TABLE}, tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("homophily.lab.export.markdown", full)
    with pytest.raises(UsageError, match="No space left on device"):
        export({"ratings": TABLE.head(1)}, tmp_path)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        export({"ratings": TABLE}, tmp_path / "file")
    with pytest.raises(UnknownName, match="Did you mean 'parquet'"):
        export({"ratings": TABLE}, tmp_path, ["parket"])
    for name in ("../ratings", ".hidden", "codebook", ""):
        with pytest.raises(UsageError, match="cannot be called"):
            export({name: TABLE}, tmp_path)


def test_an_export_of_portraits_can_be_scored_again(tmp_path: Path) -> None:
    answers = np.random.default_rng(0).integers(1, 7, (6, 21))
    long = pd.DataFrame(
        [
            {
                "session": f"s{row}",
                "seat": "self",
                "path": f"values/{item + 1}",
                "item": f"portraits-21/{item + 1:02}",
                "measures": "",
                "value": str(point),
                "number": float(point),
            }
            for row, person in enumerate(answers)
            for item, point in enumerate(person)
        ]
    )
    export({"answers": long}, tmp_path)
    scored = values.score_file(tmp_path / "answers_wide.csv")
    direct = values.score_items(answers, values.keys.PVQ21)
    assert scored[[f"raw_{code}" for code in values.CODES]].to_numpy() == pytest.approx(direct.raw)
