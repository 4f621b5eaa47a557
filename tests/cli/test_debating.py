"""Debates in the published form, from the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from homophily import library
from tests.cli.conftest import Shell

SMALL = {
    "languages": ["en"],
    "dilemmas.number": 6,
    "respondents": {
        "ann": {"kind": "panelist", "seed": 1},
        "bob": {"kind": "panelist", "seed": 2, "inertia": 0.5},
        "lexicon": {"kind": "lexicon"},
    },
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small run."""
    folder = tmp_path_factory.mktemp("runs")
    return library.run("debate", SMALL, folder=folder, quiet=True).run.folder


def test_a_run_goes_out_and_is_analysed_again(call: Shell, run: Path, tmp_path: Path) -> None:
    done = call("debate", "export", str(run), "--to", "published")
    assert (done.returncode, done.stderr) == (0, "")
    files = [Path(line).name for line in done.stdout.split()]
    assert sorted(files) == [
        "round_robin_h2h_ann_vs_bob.parquet", "round_robin_h2h_bob_vs_ann.parquet", "solo_ann.parquet",
        "solo_bob.parquet", "sync_h2h_ann_vs_bob.parquet",
    ]  # fmt: skip
    done = call("debate", "analyse", "published", "--name", "ann=Anna", "-o", "out/report.html", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"revision", "consensus", "order_effects"} <= {finding["name"] for finding in told["findings"]}
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "Anna" in page
    assert "All 30 debates, on 6 dilemmas." in page


def test_published_findings_are_those_of_the_run(call: Shell, run: Path) -> None:
    assert call("debate", "export", str(run), "--to", "published").returncode == 0
    again = {
        f["name"]: f for f in json.loads(call("debate", "analyse", "published", "--json").stdout)["findings"]
    }
    first = {f["name"]: f for f in json.loads(call("analyse", str(run), "--json").stdout)}
    for name in ("consensus", "revision", "direction", "order_effects"):
        assert again[name]["text"] == first[name]["text"]
        assert sorted(map(str, again[name]["estimates"])) == sorted(map(str, first[name]["estimates"]))


def test_plain_files_have_the_published_columns_alone(call: Shell, run: Path, tmp_path: Path) -> None:
    assert call("debate", "export", str(run), "--to", "plain", "--plain").returncode == 0
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT * FROM read_parquet('{tmp_path}/plain/sync_h2h_ann_vs_bob.parquet')"
        )
        columns = [column[0] for column in found.description or ()]
    parts = [f"Agent_{k}_{part}" for k in (1, 2) for part in ("verdicts", "messages", "values")]
    assert columns == ["n_rounds", "final_verdict", *parts]


def test_faults_are_one_line(call: Shell, run: Path, tmp_path: Path) -> None:
    shutil.copy(run / "design.json", tmp_path / "notes.parquet")
    for arguments, code, said in (
        (("analyse", "nowhere"), 2, "there is no file or folder 'nowhere'"),
        (("analyse", "notes.parquet"), 3, "notes.parquet cannot be read as Parquet"),
        (("analyse", ".", "--name", "cla"), 2, "--name 'cla': write it as SHORT=NAME"),
        (("export", str(run), "--to", "x", "--judge", "lexikon"), 2, "Did you mean 'lexicon'"),
    ):
        done = call("debate", *arguments)
        assert done.returncode == code
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


def test_another_studys_run_has_no_such_form(call: Shell, tmp_path: Path) -> None:
    settings = {
        "pairs.n": 4,
        "agents": 6,
        "pairs.bins": 2,
        "dialogue.utterances": 2,
        "dialogue.topics": ["move"],
    }
    played = library.run("dyads", settings, folder=tmp_path, quiet=True)
    done = call("debate", "export", str(played.run.folder), "--to", "x")
    assert done.returncode == 2
    assert "only debates have this form" in done.stderr


def test_help_shows_both_commands(call: Shell) -> None:
    done = call("debate", "--help")
    assert "export" in done.stdout
    assert "analyse" in done.stdout
