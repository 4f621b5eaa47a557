"""A run from its plan to its export, as a shell drives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Shell, environment


def test_a_dry_run_tells_the_plan_and_writes_nothing(call: Shell, tmp_path: Path) -> None:
    done = call(*SMALL, "--dry-run", "--json")
    plan = json.loads(done.stdout)
    assert plan["sessions"] == 12
    assert plan["prompts"]
    assert "Prompts" in call(*SMALL, "--dry-run").stdout
    assert not list(tmp_path.iterdir())


Played = tuple[Path, dict[str, object]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("played")
    command = [sys.executable, "-m", "homophily", *SMALL, "--json"]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=True, timeout=300
    )
    return folder, json.loads(done.stdout)


def test_a_run_ends_with_its_report(played: Played) -> None:
    _, result = played
    assert result["finished"] == result["sessions"] == 12
    page = Path(str(result["report"])).read_text(encoding="utf-8")
    assert "Planted and found" in page
    assert "Agents are not people" in page


def test_status_tells_one_run_or_all(call: Shell, played: Played) -> None:
    folder, result = played
    (one,) = json.loads(call("status", "--json", folder=folder).stdout)
    assert one == json.loads(call("status", str(result["run"]), "--json", folder=folder).stdout)
    assert one["answers"] == result["answers"]
    assert "12 of 12" in call("status", folder=folder).stdout
    assert "no runs" in call("status", "--folder", "elsewhere", folder=folder).stderr


def test_a_finished_run_is_not_played_again(call: Shell, played: Played) -> None:
    folder, result = played
    done = call("resume", str(result["run"]), "--json", "--no-report", "--quiet", folder=folder)
    again = json.loads(done.stdout)
    assert again["answers"] == result["answers"]
    assert again["report"] is None


def test_analyse_prints_findings_as_json_and_as_tables(call: Shell, played: Played) -> None:
    folder, result = played
    findings = json.loads(call("analyse", str(result["run"]), "--json", folder=folder).stdout)
    assert {"correlation", "mixed"} <= {finding["name"] for finding in findings}
    printed = call("analyse", str(result["run"]), folder=folder).stdout
    assert "95 % interval" in printed or "interval" in printed
    assert "Trust" in printed


def test_report_writes_where_it_is_told(call: Shell, played: Played) -> None:
    folder, result = played
    done = call("report", str(result["run"]), "--output", "paper/s1.html", folder=folder)
    assert done.stdout.strip() == "paper/s1.html"
    assert (folder / "paper" / "s1.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_export_writes_tables_with_their_codebook(call: Shell, played: Played) -> None:
    folder, result = played
    done = call("export", str(result["run"]), "--format", "csv", "--output", "out", "--json", folder=folder)
    names = {Path(file).name for file in json.loads(done.stdout)}
    assert {"answers.csv", "ratings.csv", "codebook.csv"} <= names
    assert call("export", str(result["run"]), "--format", "xlsx", folder=folder).returncode == 2


def test_a_runs_design_runs_again_under_the_same_name(call: Shell, played: Played) -> None:
    folder, result = played
    design = str(folder / "runs" / str(result["run"]) / "design.json")
    plan = json.loads(call("run", design, "--dry-run", "--json", folder=folder).stdout)
    assert plan["run"] == result["run"]


def test_ctrl_c_keeps_what_was_answered_and_says_how_to_go_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "homophily", "run", "dyads", "--no-report", "--set", "pairs.n=100"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(600):
            if list(tmp_path.glob("runs/*/answers.db")):
                break
            time.sleep(0.1)
        time.sleep(0.5)
        os.kill(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130
    assert "Traceback" not in said
    assert "goes on" in said.splitlines()[-1]
