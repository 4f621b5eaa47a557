"""People's labels beside the judges', from a run to the agreement printed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from homophily import library
from tests.cli.conftest import Shell

SETTINGS = {
    "dilemmas.number": 4,
    "panels.groups": [["steady", "open"]],
    "panels.solo": False,
    "protocols": ["synchronous"],
    "languages": ["en", "ja"],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("debates")
    return library.run("debate", SETTINGS, folder=folder, quiet=True).run.folder


def test_a_sheet_goes_out_and_comes_back(call: Shell, run: Path, tmp_path: Path) -> None:
    done = call("debate", "audit-out", str(run), "--to", "audit", "--messages", "8", "--json")
    sheet, book, key = (tmp_path / path for path in json.loads(done.stdout))
    assert book.is_file()
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert {row["language"] for row in rows} == {"en", "ja"}
    assert not any("steady" in cell or "open" in cell for row in rows for cell in (row["item"], row["note"]))
    assert call("debate", "audit-in", str(run), "--key", str(key), str(sheet)).returncode == 2
    for row in rows:
        row["none"] = "x"
    with (tmp_path / "ann.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = call("debate", "audit-in", str(run), "--key", str(key), "ann.csv", "--json")
    told = json.loads(done.stdout)
    assert told["messages"] == {"ann": 8}
    assert any(row["contrast"] == "ann – lexicon" for row in told["estimates"])
    shown = call("debate", "audit-in", str(run), "--key", str(key), "ann.csv")
    assert "ann: 8 messages" in shown.stderr
    assert "ann – lexicon" in shown.stdout


def test_a_sheet_is_never_written_over(call: Shell, run: Path) -> None:
    assert call("debate", "audit-out", str(run), "--to", "audit").returncode == 0
    again = call("debate", "audit-out", str(run), "--to", "audit")
    assert again.returncode == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize("command", ["audit-out", "audit-in"])
def test_every_command_explains_itself_with_examples(call: Shell, command: str) -> None:
    done = call("debate", command, "--help")
    assert f"homophily debate {command}" in done.stdout.split("Examples:")[1]
