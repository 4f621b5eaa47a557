import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from homophily import values
from homophily.errors import DataError, UnknownName, UsageError
from homophily.values import CODES, keys, profiles, score_file
from homophily.values.keys import ESS_VARIABLES


def people(n: int = 30, size: int = 21, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 7, (n, size))


def ess(answers: np.ndarray, suffix: str = "a") -> pd.DataFrame:
    table = pd.DataFrame(answers, columns=[variable + suffix for variable in ESS_VARIABLES])
    table.insert(0, "idno", np.arange(101, 101 + len(table)))
    table["cntry"] = "DE"
    table["agea"] = 40
    return table


def portraits(answers: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(answers, columns=[f"pvq{n}" for n in range(1, answers.shape[1] + 1)])


def save(table: pd.DataFrame, path: Path) -> Path:
    match path.suffix:
        case ".csv":
            table.to_csv(path, index=False)
        case ".tsv":
            table.to_csv(path, index=False, sep="\t")
        case ".dta":
            table.to_stata(path, write_index=False)
        case ".parquet":
            import duckdb

            duckdb.from_df(table).write_parquet(str(path))
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".dta", ".parquet"])
def test_an_ess_file_is_scored_in_any_format(tmp_path: Path, suffix: str) -> None:
    answers = people()
    scored = score_file(save(ess(answers), tmp_path / f"ess{suffix}"))
    direct = values.score_items(answers, keys.ESS)
    assert scored.attrs["key"] == "ess"
    assert list(scored.columns[:3]) == ["row", "idno", "cntry"]
    assert scored["row"].tolist() == list(range(1, 31))
    assert scored[[f"raw_{code}" for code in CODES]].to_numpy() == pytest.approx(direct.raw)
    assert scored[[f"centred_{code}" for code in CODES]].to_numpy() == pytest.approx(direct.centred)
    assert scored["mrat"].to_numpy() == pytest.approx(7 - answers.mean(axis=1))


@pytest.mark.parametrize(("size", "key"), [(21, "pvq21"), (40, "pvq40"), (57, "pvqrr")])
def test_a_portrait_file_is_told_by_its_size(tmp_path: Path, size: int, key: str) -> None:
    answers = people(size=size)
    scored = score_file(save(portraits(answers), tmp_path / "p.csv"))
    assert scored.attrs["key"] == key
    direct = values.score_items(answers, keys.get(key))
    assert scored[[f"raw_{code}" for code in CODES]].to_numpy() == pytest.approx(direct.raw)


def test_nineteen_values_are_scored_without_a_ranking(tmp_path: Path) -> None:
    scored = score_file(save(portraits(people(size=57)), tmp_path / "p.csv"), key="pvqrr19")
    assert "raw_FAC" in scored
    assert not [name for name in scored if name.startswith("rank_")]


def test_ranks_are_those_of_the_profile(tmp_path: Path) -> None:
    scored = score_file(save(portraits(people()), tmp_path / "p.csv"))
    for _, row in scored[scored["excluded"] == ""].iterrows():
        profile = values.Profile([row[f"raw_{code}"] for code in CODES], mrat=row["mrat"])
        ranking = profile.ranking()
        assert [row[f"rank_{code}"] for code in ranking.codes] == list(range(1, 11))
        ties = [f"{tie.above} > {tie.below} by {tie.step}" for tie in ranking.ties]
        assert row["ties"] == "; ".join(ties)


def test_excluded_people_are_reported_with_the_reason(tmp_path: Path) -> None:
    answers = people().astype(float)
    answers[3, :6] = 99
    answers[5, :17], answers[5, 17:] = 2, 3
    answers[7, :5] = 8
    scored = score_file(save(ess(answers), tmp_path / "ess.csv"))
    assert scored.loc[3, "excluded"] == "6 of 21 answers missing, more than 5"
    assert scored.loc[5, "excluded"] == "17 answers identical, more than 16"
    assert scored.loc[7, "excluded"] == ""
    assert scored.loc[[3, 5], [f"raw_{code}" for code in CODES]].isna().all(axis=None)
    assert scored.loc[3, "rank_SD"] is pd.NA
    assert len(scored) == 30
    kept = score_file(tmp_path / "ess.csv", max_missing=6, max_identical=17)
    assert (kept["excluded"] == "").all()


def test_missing_codes_of_the_ess_and_blanks_are_missing(tmp_path: Path) -> None:
    table = ess(people()).astype("string")
    for row, code in enumerate(["7", "8", "9", "66", "77", "88", "99", "", " ", ".", "NA"]):
        table.loc[row, "ipcrtiva"] = code
    assert score_file(save(table, tmp_path / "e.csv"))["n_missing"].tolist() == [1] * 11 + [0] * 19


def test_other_missing_codes_must_be_named(tmp_path: Path) -> None:
    answers = people()
    answers[4, 2] = -9
    path = save(portraits(answers), tmp_path / "p.csv")
    with pytest.raises(DataError, match=r"p\.csv, column 'pvq3', row 5: '-9' is no answer"):
        score_file(path)
    assert score_file(path, missing=[-9]).loc[4, "n_missing"] == 1


@pytest.mark.parametrize("cell", ["often", "0", "3.5", "7", "inf", "-1", "3;4"])
def test_what_is_no_answer_is_named_by_file_column_row_and_value(tmp_path: Path, cell: str) -> None:
    table = portraits(people()).astype("string")
    table.loc[16, "pvq7"] = cell
    with pytest.raises(DataError, match="column 'pvq7', row 17: " + repr(cell)):
        score_file(save(table, tmp_path / "p.csv"))


def test_numbers_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    plain = portraits(people())
    written = plain.astype("string")
    written.loc[0] = ["１２３４５６"[int(point) - 1] for point in plain.loc[0]]
    written.loc[1] = [f" {point}.0 " for point in plain.loc[1]]
    one, other = (save(t, tmp_path / f"{n}.csv") for n, t in enumerate((plain, written)))
    pd.testing.assert_frame_equal(score_file(one), score_file(other))


def test_a_file_merged_from_rounds_is_read_form_by_form(tmp_path: Path) -> None:
    answers = people()
    old, new = ess(answers[:10], ""), ess(answers[10:], "a")
    path = save(pd.concat([old, new]), tmp_path / "merged.csv")
    raw = score_file(path)[[f"raw_{code}" for code in CODES]].to_numpy()
    assert raw == pytest.approx(values.score_items(answers, keys.ESS).raw)


def test_two_forms_that_disagree_are_refused(tmp_path: Path) -> None:
    one, other = ess(np.full((2, 21), 2), ""), ess(np.full((2, 21), 2), "a")
    other.loc[1, "impricha"] = 5
    both = pd.concat([one, other[[name for name in other if name not in one]]], axis=1)
    with pytest.raises(DataError, match="row 2: imprich is 2 but impricha is 5"):
        score_file(save(both, tmp_path / "both.csv"))


def test_columns_can_be_kept(tmp_path: Path) -> None:
    path = save(ess(people()), tmp_path / "e.csv")
    assert score_file(path, keep=["agea"])["agea"].tolist() == ["40"] * 30
    with pytest.raises(DataError, match="no column 'age' to keep"):
        score_file(path, keep=["age"])


def test_scored_people_can_become_agents(tmp_path: Path) -> None:
    answers = people().astype(float)
    answers[3, :6] = np.nan
    scored = score_file(save(portraits(answers), tmp_path / "p.csv"))
    path = save(scored, tmp_path / "scored.csv")
    drawn = profiles.file(29, np.random.default_rng(0), path=path)
    kept = scored[scored["excluded"] == ""][[f"raw_{code}" for code in CODES]].to_numpy()
    assert drawn == pytest.approx(kept)


def test_a_semicolon_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    portraits(people()).to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    assert len(score_file(path)) == 30


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file .*none\.csv"):
        score_file(tmp_path / "none.csv")
    (tmp_path / "p.xlsx").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"files ending in '\.xlsx' cannot be read. Save as one of CSV"):
        score_file(tmp_path / "p.xlsx")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(DataError, match="no first line"):
        score_file(tmp_path / "empty.csv")
    (tmp_path / "header.csv").write_text(",".join(ESS_VARIABLES) + "\n")
    with pytest.raises(DataError, match="holds no people"):
        score_file(tmp_path / "header.csv")
    (tmp_path / "latin.csv").write_bytes("größe,pvq1\n".encode("latin-1"))
    with pytest.raises(DataError, match="is not utf-8 text"):
        score_file(tmp_path / "latin.csv")
    (tmp_path / "twice.csv").write_text("pvq1,pvq1\n1,2\n")
    with pytest.raises(DataError, match="more than one column named 'pvq1'"):
        score_file(tmp_path / "twice.csv")
    for name in ("bad.parquet", "bad.dta"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(DataError, match=f"{name} cannot be read"):
            score_file(tmp_path / name)
    with pytest.raises(UnknownName):
        score_file(tmp_path / "header.csv", key="ses")


@pytest.mark.parametrize("cells", [20, 22])
def test_a_row_that_does_not_fit_the_header_is_an_error(tmp_path: Path, cells: int) -> None:
    path = save(portraits(people(3)), tmp_path / "p.csv")
    with path.open("a") as file:
        file.write("\n" + ",".join("3" * cells) + "\n")
    with pytest.raises(DataError, match=f"row 4: {cells} cells under 21 column names"):
        score_file(path)


def test_spss_files_name_the_package_they_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    (tmp_path / "p.sav").write_bytes(b"x")
    with pytest.raises(UsageError, match="need the package 'pyreadstat': pip install it"):
        score_file(tmp_path / "p.sav")
