"""Agreement of judges from the tables of a study, and a sheet filled in by people."""

import csv
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from homophily import catalogue
from homophily.analysis._audit import CELLS, sheet
from homophily.analysis._audited import audited
from homophily.analysis.judge_agreement import judge_agreement
from homophily.errors import DataError, UsageError
from homophily.values.taxonomy import taxonomy

CODES = taxonomy().codes
KEYS = {"experiment": "e", "protocol": "synchronous", "goal": "original", "replicate": 1}


def play(judges=("one", "two"), messages=150, keep=0.8, extra=0.2, seed=1):
    """Judges who each find a value of a message with probability `keep`, and one at random with `extra`."""
    rng = np.random.default_rng(seed)
    verdicts, judgements, labels = [], [], []
    for number in range(messages):
        place = {
            **KEYS,
            "session": f"s{number // 2}",
            "debate": f"d{number // 2}",
            "dilemma": f"x{number // 6}",
            "language": ("en", "ja")[number // 2 % 2],
            "round": 1,
            "position": number % 2 + 1,
            "model": "m",
        }
        verdicts.append({**place, "verdict": "NTA", "text": f"Message {number}\n=1+1"})
        true = rng.choice(12, size=2, replace=False)
        for judge in judges:
            found = {CODES[v] for v in true if rng.random() < keep}
            found |= {CODES[rng.integers(12)]} if rng.random() < extra else set()
            judgements.append({**place, "judge": judge, "missing": None, "n": len(found)})
            labels += [{**place, "judge": judge, "value": code} for code in sorted(found)]
    frames = (pd.DataFrame(rows) for rows in (verdicts, judgements, labels))
    return dict(zip(("verdicts", "judgements", "labels"), frames, strict=True))


def test_what_agrees_more_has_the_higher_alpha_and_intervals_hold_it():
    alphas = []
    for keep in (0.5, 0.8, 1.0):
        finding = judge_agreement(play(keep=keep, extra=0.0), draws=200)
        first = finding.estimates.iloc[0]
        assert first["low"] <= first["estimate"] <= first["high"]
        alphas.append(first["estimate"])
    assert alphas == sorted(alphas)
    assert alphas[-1] == pytest.approx(1)
    assert not finding.warnings


def test_three_judges_have_three_pairs_and_an_alpha_a_value():
    finding = judge_agreement(play(("a", "b", "c")), draws=100)
    table = finding.estimates
    pairs = table[table["term"] == "mean Jaccard"]
    assert pairs["contrast"].tolist() == ["a – b", "a – c", "b – c"]
    by_groups = table[table["term"] == "mean Jaccard by groups"]
    assert (by_groups["estimate"].to_numpy() >= pairs["estimate"].to_numpy()).all()
    values = table[table["term"] == "alpha of a value"]
    assert set(values["value"]) == set(CODES[:12])
    assert "3 judges read the same 150 messages" in finding.text
    assert finding.warnings
    figure = catalogue.get("report.figures", finding.figure)(finding)
    assert len(figure.axes) == 2
    plt.close("all")


def test_unreadable_judgements_do_not_count_and_empty_ones_do():
    tables = play()
    judgements = tables["judgements"]
    judgements.loc[judgements["judge"].eq("two") & (judgements.index < 100), "missing"] = "refusal"
    kept = judge_agreement(tables, draws=50)
    assert kept.estimates["n"].iloc[0] == 100
    assert judge_agreement(play(keep=0.0, extra=0.0) | {"labels": pd.DataFrame()}, draws=20).warnings


def test_one_judge_alone_is_no_agreement():
    with pytest.raises(DataError, match=r"no message was read by two judges \(judges: one\)"):
        judge_agreement(play(("one",)))


def test_the_order_of_rows_and_the_judges_names_change_nothing():
    tables = play(("a", "b"))
    once = judge_agreement(tables, draws=50).estimates
    mixed = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()}
    for name in ("judgements", "labels"):
        mixed[name] = mixed[name].assign(judge=mixed[name]["judge"].map({"a": "y", "b": "z"}))
    again = judge_agreement(mixed, draws=50).estimates
    cells = ["term", "estimate"]
    order = ["term", "value"]
    pd.testing.assert_frame_equal(
        once.sort_values(order)[cells].reset_index(drop=True),
        again.sort_values(order)[cells].reset_index(drop=True),
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


@pytest.fixture
def out(tmp_path: Path):
    tables = play()
    files = sheet(tables, tmp_path / "audit", taxonomy(), messages=40, seed=2)
    return tables, files


def test_the_sheet_is_blind_random_and_balanced_over_languages(out):
    tables, (path, book, key) = out
    rows, keys = rows_of(path), rows_of(key)
    assert list(rows[0]) == ["item", "language", "message", *CELLS, "none", "note"]
    assert [row["item"] for row in rows] == [row["item"] for row in keys]
    assert sum(row["language"] == "en" for row in rows) == 20
    assert len({row["message"] for row in rows}) == 40
    assert rows[0]["message"] != "Message 0\n=1+1" or rows[1]["message"] != "Message 1\n=1+1"
    texts = tables["verdicts"].set_index(["session", "position"])["text"]
    for row, where in zip(rows, keys, strict=True):
        assert row["message"] == texts[where["session"], int(where["position"])]
    assert len(rows_of(book)) == 48
    with pytest.raises(UsageError, match="is there already"):
        sheet(tables, path.parent, taxonomy())


def test_no_message_is_a_formula(tmp_path: Path):
    tables = play(messages=4)
    tables["verdicts"]["text"] = "=HYPERLINK(1)"
    path, _, _ = sheet(tables, tmp_path, taxonomy())
    assert {row["message"] for row in rows_of(path)} == {"'=HYPERLINK(1)"}


def test_a_coder_who_copies_a_judge_agrees_with_it_and_not_more_with_the_other(out):
    tables, (path, _, key) = out
    said = tables["labels"].groupby(["judge", "session", "position"])["value"].agg(list)
    rows = rows_of(path)
    for row, where in zip(rows, rows_of(key), strict=True):
        codes = said.get(("one", where["session"], int(where["position"])), [])
        names = [taxonomy().entry(code).name(row["language"]) for code in codes]
        row.update(dict(zip(CELLS, names, strict=False)))
        row["none"] = "" if codes else "x"
    filled = fill(path.parent, "ann.csv", rows)
    merged, done = audited(tables, key, [filled], taxonomy())
    assert done == {"ann": 40}
    assert set(merged["judgements"]["judge"]) == {"ann", "one", "two"}
    assert len(merged["judgements"]) == 120
    table = judge_agreement(merged, draws=50).estimates
    pairs = table[table["term"] == "mean Jaccard"].set_index("contrast")["estimate"]
    assert pairs["ann – one"] == 1
    assert pairs["ann – two"] == pytest.approx(pairs["one – two"])


def test_rows_not_done_are_left_out(out):
    tables, (path, _, key) = out
    rows = rows_of(path)
    rows[3]["none"] = "x"
    merged, done = audited(tables, key, [fill(path.parent, "ann.csv", rows)], taxonomy())
    assert done == {"ann": 1}
    assert set(merged["judgements"]["judge"]) == {"ann", "one", "two"}
    assert len(merged["judgements"]) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"value 2": "Honst communication"},
            "line 4, column 'value 2': no value named 'Honst communication'",
        ),
        ({"value 1": CODES[0], "none": "x"}, "line 4: has values and is marked 'none'"),
        ({"item": "m9999"}, "line 4: 'm9999' is not in the key"),
        ({"item": "m0001"}, "line 4: 'm0001' was on line 2 already"),
    ],
)
def test_faults_of_a_sheet_are_told_by_line_and_column(out, change: dict, said: str):
    tables, (path, _, key) = out
    rows = rows_of(path)
    rows[1].update(change)
    with pytest.raises(DataError) as caught:
        audited(tables, key, [fill(path.parent, "ann.csv", rows)], taxonomy())
    assert said in str(caught.value)
    assert "ann.csv" in str(caught.value)


def test_sheets_of_one_name_and_without_columns_are_refused(out, tmp_path: Path):
    tables, (path, _, key) = out
    with pytest.raises(UsageError, match="same file name"):
        audited(tables, key, [path, tmp_path / "sheet.csv"], taxonomy())
    rows = [{name: cell for name, cell in row.items() if name != "value 5"} for row in rows_of(path)]
    with pytest.raises(DataError, match="no column 'value 5'"):
        audited(tables, key, [fill(path.parent, "ann.csv", rows)], taxonomy())
