"""The published form of debates, there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from homophily.errors import DataError, UsageError
from homophily.studies.debate.published import read, write
from tests.studies.debating import rehearsed

SCHEMA = {
    "n_rounds": "BIGINT", "final_verdict": "VARCHAR",
    **{f"Agent_{k}_{part}": kind for k in (1, 2, 3) for part, kind in
       (("verdicts", "VARCHAR[]"), ("messages", "VARCHAR[]"), ("values", "VARCHAR[][]"))},
}  # fmt: skip
ROWS = [
    {
        "n_rounds": 2, "final_verdict": "NTA",
        "Agent_1_verdicts": ["YTA", "NTA"], "Agent_2_verdicts": ["NTA", "NTA"],
        "Agent_1_messages": ["One.", "Two, “quoted” 日本"], "Agent_2_messages": ["Three.", ""],
        "Agent_1_values": [["Child welfare", "Honest communication"], []],
        "Agent_2_values": [["Invented label", "Personal autonomy"], ["Environmental consciousness"]],
    },
    {
        "n_rounds": 1, "final_verdict": "ESH",
        "Agent_1_verdicts": ["**ESH**"], "Agent_2_verdicts": ["ESH (everyone)"],
        "Agent_1_messages": ["x"], "Agent_2_messages": ["y"],
        "Agent_1_values": [["Accessibility"]], "Agent_2_values": [[]],
    },
    {
        "n_rounds": 4, "final_verdict": None,
        "Agent_1_verdicts": ["NAH"] * 4, "Agent_2_verdicts": ["INFO", "INFO", None, "INFO"],
        "Agent_1_messages": ["a", "b", "c", "d"], "Agent_2_messages": ["e", "f", "g", "h"],
        "Agent_1_values": [[], [], [], []], "Agent_2_values": [[], ["Privacy and confidentiality"], [], []],
    },
]  # fmt: skip


def parquet(path: Path, rows: list[dict[str, Any]], schema: dict[str, str] | None = None) -> Path:
    """A file as others write it, by another way than the product's."""
    columns = {name: kind for name, kind in (schema or SCHEMA).items() if any(name in row for row in rows)}
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{n} {k}' for n, k in columns.items())})")
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"INSERT INTO t VALUES ({marks})", [[row.get(name) for name in columns] for row in rows]
        )
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def content(path: Path) -> tuple[list[Any], list[Any]]:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_parquet('{path}')")
        return [(column[0], str(column[1])) for column in found.description or ()], found.fetchall()


def test_a_published_file_comes_back_exactly(tmp_path: Path) -> None:
    source = parquet(tmp_path / "sync_h2h_cla_vs_gpt.parquet", ROWS)
    (written,) = write(read([source]).tables, tmp_path / "out", plain=True)
    assert written.name == source.name
    (names, rows), (expected_names, expected) = content(written), content(source)
    order = [names.index(name) for name in expected_names]
    assert [[row[place] for place in order] for row in rows] == [list(row) for row in expected]
    assert len(names) == len(expected_names)


def test_what_a_file_says_is_read(tmp_path: Path) -> None:
    found = read([parquet(tmp_path / "sync_h2h_cla_vs_gpt.parquet", ROWS)])
    debates, verdicts = found.tables["debates"], found.tables["verdicts"]
    assert debates["experiment"].tolist() == ["sync:cla+gpt"] * 3
    assert debates["dilemma"].tolist() == ["row-00001", "row-00002", "row-00003"]
    assert debates["consensus"].tolist() == [True, True, False]
    assert debates["rounds"].tolist() == [2, 1, 4]
    assert debates["max_rounds"].tolist() == [4, 4, 4]
    assert verdicts.query("round == 1 and dilemma == 'row-00002'")["verdict"].tolist() == ["ESH", "ESH"]
    assert verdicts[verdicts["missing"] == "unreadable"][
        ["dilemma", "round", "position"]
    ].to_numpy().tolist() == [["row-00003", 3, 2]]
    judgements, labels = found.tables["judgements"], found.tables["labels"]
    assert judgements["off_list"].sum() == 1
    assert len(labels) == judgements["n"].sum() == 6
    assert {"child-welfare", "environmental-consciousness"} <= set(labels["value"])
    assert found.notes == ("1 of 14 verdicts cannot be read; they are missing, and no agreement.",)


def test_a_split_that_is_reported_as_consensus_is_none(tmp_path: Path) -> None:
    row = {"n_rounds": 1, "final_verdict": "NTA"}
    for k, verdict in ((1, "NTA"), (2, "NTA"), (3, "YTA")):
        row |= {f"Agent_{k}_verdicts": [verdict], f"Agent_{k}_messages": ["x"]}
    found = read([parquet(tmp_path / "round_robin_3way_cla_gpt_gem.parquet", [row])])
    (debate,) = found.tables["debates"].to_dict("records")
    assert debate["experiment"] == "rr:cla>gpt>gem"
    assert (debate["consensus"], debate["majority"], debate["reported"]) == (False, "NTA", "NTA")
    assert "1 of 1 final verdicts" in found.notes[0]
    assert "judgements" not in found.tables


@pytest.mark.parametrize(
    ("name", "experiment", "goal", "language"),
    [("sync_h2h_cla_vs_gpt", "sync:claude+gpt", "original", "en"),
     ("round_robin_h2h_gpt_vs_cla", "rr:gpt>claude", "original", "en"),
     ("sync_h2h_cla_vs_gpt_balanced", "sync:claude+gpt", "balanced", "en"),
     ("rr_gpt_vs_my_model_empathy_ja", "rr:gpt>my_model", "empathy", "ja"),
     ("sync_cla_gpt", "sync:claude+gpt", "original", "en")],
)  # fmt: skip
def test_names_of_files(tmp_path: Path, name: str, experiment: str, goal: str, language: str) -> None:
    found = read([parquet(tmp_path / f"{name}.parquet", ROWS[:1])], names={"cla": "claude"})
    row = found.tables["debates"].iloc[0]
    assert (row["experiment"], row["goal"], row["language"]) == (experiment, goal, language)


def test_the_same_row_is_the_same_dilemma_in_every_file(tmp_path: Path) -> None:
    for name in ("sync_h2h_cla_vs_gpt", "round_robin_h2h_gpt_vs_cla"):
        parquet(tmp_path / f"{name}.parquet", ROWS)
    debates = read([tmp_path]).tables["debates"]
    assert debates.groupby("dilemma")["experiment"].nunique().tolist() == [2, 2, 2]
    assert debates["session"].is_unique


@pytest.mark.parametrize(
    ("change", "said"),
    [({"n_rounds": 0}, "column 'n_rounds', row 2: 0 is no number of rounds"),
     ({"Agent_2_verdicts": ["NTA"] * 3}, "column 'Agent_2_verdicts', row 2: 3 elements for n_rounds = 1"),
     ({"Agent_1_messages": None}, "column 'Agent_1_messages', row 2: None is no list")],
)  # fmt: skip
def test_a_bad_cell_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = parquet(tmp_path / "sync_h2h_a_vs_b.parquet", [ROWS[0], ROWS[1] | change])
    with pytest.raises(DataError, match="sync_h2h_a_vs_b") as fault:
        read([file])
    assert said in str(fault.value)


def test_other_faults_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file or folder"):
        read([tmp_path / "nothing.parquet"])
    with pytest.raises(UsageError, match="parquet files in"):
        read([tmp_path])
    (tmp_path / "sync_h2h_a_vs_b.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read([tmp_path])
    with pytest.raises(UsageError, match="the name tells neither protocol nor models"):
        read([parquet(tmp_path / "debates.parquet", ROWS)])
    with pytest.raises(UsageError, match=r"the name tells of 3 models .* the columns of 2 agents"):
        read([parquet(tmp_path / "sync_3way_a_vs_b_vs_c.parquet", ROWS)])
    rows = [{name: cell for name, cell in row.items() if name != "Agent_2_messages"} for row in ROWS]
    with pytest.raises(DataError, match="has no column 'Agent_2_messages'"):
        read([parquet(tmp_path / "sync_h2h_a_vs_b.parquet", rows)])
    both = [parquet(tmp_path / name, ROWS) for name in ("sync_h2h_a_vs_b.parquet", "sync_a_b.parquet")]
    with pytest.raises(UsageError, match="stands in two rows"):
        read(both)


@pytest.fixture(scope="module")
def played() -> Any:
    return rehearsed(3, judged=True, panels__sizes=[2, 3], goals=["original", "adversarial"], replicates=2)


def test_a_study_comes_back_as_it_was_played(tmp_path: Path, played: Any) -> None:
    tables = played[3]
    files = write(tables, tmp_path)
    assert {file.name for file in files} >= {
        "sync_h2h_ann_vs_bob.parquet", "round_robin_h2h_bob_vs_ann_adversarial.parquet", "solo_cat.parquet",
        "sync_3way_ann_vs_bob_vs_cat.parquet", "round_robin_3way_cat_vs_bob_vs_ann.parquet",
    }  # fmt: skip
    back = read([tmp_path]).tables
    for name in ("debates", "verdicts", "labels"):
        columns = [c for c in tables[name].columns if c in back[name] and c not in ("missing", "judge")]
        columns = [c for c in columns if not c.startswith(("human", "invited"))]
        assert len(columns) > 8
        by = [c for c in ("session", "round", "position", "value") if c in columns]
        ours, theirs = (t[columns].sort_values(by).reset_index(drop=True) for t in (tables[name], back[name]))
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_and_is_written_again_to_the_letter(tmp_path: Path, played: Any) -> None:
    first = {file.name: content(file) for file in write(played[3], tmp_path / "a")}
    again = {file.name: content(file) for file in write(read([tmp_path / "a"]).tables, tmp_path / "b")}
    assert json.dumps(again, sort_keys=True) == json.dumps(first, sort_keys=True)
