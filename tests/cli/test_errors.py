"""Whatever goes wrong is one line that says what, where and how to mend it, and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cli.conftest import SMALL, Shell

CHAT = """
study = "dyads"
pairs.n = 2
agents = 4
languages = ["en"]

[respondents.model]
kind = "chat"
model = "m"
url = "http://127.0.0.1:9/v1"
attempts = 1
"""

FILES = {
    "broken.toml": "study = [",
    "nameless.toml": "seed = 1",
    "typo.toml": 'study = "dyads"\npars.n = 3',
    "key.toml": CHAT + 'key_env = "A_KEY_NOBODY_SET"',
    "server.toml": CHAT,
    "kind.toml": 'study = "dyads"\n[respondents.a]\nkind = "chatt"',
    "faulty.py": "raise ValueError('no')",
    "scale.toml": 'title.en = "t"',
    "people.csv": "a,b\n1,2\n",
}

#: The first six also in a process of their own.
CASES = [
    (["run", "dyad"], 2, "Did you mean 'dyads'?"),
    (["run", "typo.toml"], 2, "Did you mean `pairs`?"),
    (["run", "key.toml"], 2, "A_KEY_NOBODY_SET"),
    (["run", "server.toml"], 4, "http://127.0.0.1:9/v1"),
    (["run", "dyads", "--folder", "people.csv/runs"], 2, "people.csv"),
    (["walk"], 2, "walk"),
    (["run", "nowhere.toml"], 2, "nowhere.toml"),
    (["run", "nowhere.py"], 2, "nowhere.py"),
    (["run", "broken.toml"], 3, "broken.toml"),
    (["run", "nameless.toml"], 2, "`study` is missing"),
    (["run", "kind.toml"], 2, "Did you mean 'chat'?"),
    (["run", "faulty.py"], 3, "ValueError: no"),
    (["run", "dyads", "--set", "pairs.m=3"], 2, "pairs.m"),
    (["run", "dyads", "--set", "pairs.n=0"], 2, "pairs.n"),
    (["run", "dyads", "--set", "pairs"], 2, "key=value"),
    (["run", "dyads", "--languages", "fr"], 2, "fr"),
    (["run", "dyads", "--store", "nonsense"], 2, "nonsense"),
    ([*SMALL, "--budget-asks", "5"], 5, "budget"),
    (["run"], 2, "STUDY|FILE"),
    (["run", "dyads", "--sed", "3"], 2, "--seed"),
    (["resume", "dyads-12345678"], 2, "no run named"),
    (["status", "dyads-12345678"], 2, "no run named"),
    (["analyse", "dyads-12345678"], 2, "no run named"),
    (["report", "dyads-12345678"], 2, "no run named"),
    (["export", "dyads-12345678"], 2, "no run named"),
    (["list", "study"], 2, "Did you mean 'studies'?"),
    (["instruments", "show", "trst"], 2, "Did you mean 'trust'"),
    (["instruments", "show", "trust", "--language", "fr"], 2, "'fr'"),
    (["instruments", "validate", "scale.toml"], 2, "scale.toml"),
    (["models", "http://127.0.0.1:9/v1"], 4, "http://127.0.0.1:9/v1"),
    (["models", "http://127.0.0.1:9/v1", "--key-env", "A_KEY_NOBODY_SET"], 2, "A_KEY_NOBODY_SET"),
    (["score", "nobody.csv"], 2, "nobody.csv"),
    (["score", "people.csv"], 3, "people.csv"),
    (["score", "people.csv", "--key", "pvq20"], 2, "Did you mean 'pvq40' or 'pvq21'?"),
]


def check(done: CompletedProcess[str], code: int, words: str) -> None:
    lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1, done.stderr
    assert words in lines[0]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def names(cases: Sequence[tuple[list[str], int, str]]) -> list[str]:
    return [" ".join(arguments[-3:]) for arguments, _, _ in cases]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("arguments", "code", "words"), CASES, ids=names(CASES))
def test_an_error_is_one_line(call: Shell, arguments: list[str], code: int, words: str) -> None:
    check(call(*arguments), code, words)


@pytest.mark.parametrize(("arguments", "code", "words"), CASES[:6], ids=names(CASES[:6]))
def test_an_error_is_one_line_to_a_shell(shell: Shell, arguments: list[str], code: int, words: str) -> None:
    check(shell(*arguments), code, words)


@pytest.fixture
def run(call: Shell, tmp_path: Path) -> Path:
    assert call(*SMALL, "--no-report").returncode == 0
    (found,) = (tmp_path / "runs").glob("dyads-*")
    return found


def test_a_damaged_store_is_named(call: Shell, shell: Shell, run: Path) -> None:
    (run / "answers.db").write_bytes(b"no database" * 1000)
    for command in ("status", "analyse", "report", "export", "resume"):
        done = call(command, run.name)
        assert done.returncode == 3, (command, done.stderr)
        assert "answers.db" in done.stderr
    done = shell("status", run.name)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_a_damaged_design_is_named(call: Shell, run: Path) -> None:
    (run / "design.json").write_text("{", encoding="utf-8")
    check(call("status", run.name), 3, "design.json")


def test_a_report_that_cannot_be_written_is_named(call: Shell, run: Path) -> None:
    check(call("report", run.name, "--output", "people.csv/report.html"), 2, "people.csv/report.html")


FAULTY = """
from homophily.lab import Design, Seat, Session, Study
from homophily.asks import Persona

async def play(table): ...

def tables(answers, design):
    raise ZeroDivisionError("a fault")

def sessions(design):
    yield Session(id="en/1", language="en", seats={})

class Plan(Design):
    study: str = "faulty"

study = Study(name="faulty", title="Faulty", design=Plan, sessions=sessions, play=play,
              tables=tables, plan=())
"""


def test_a_fault_of_ours_leaves_its_traceback_in_a_file(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text(FAULTY, encoding="utf-8")
    done = shell("run", "faulty.py", "--quiet", TMPDIR=str(tmp_path))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: unexpected ZeroDivisionError: a fault")
    (kept,) = tmp_path.glob("homophily-*.txt")
    assert str(kept) in line
    assert "Traceback" in kept.read_text(encoding="utf-8")


def test_the_traceback_is_shown_on_demand(call: Shell, tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text(FAULTY, encoding="utf-8")
    done = call("run", "faulty.py", "--quiet", HOMOPHILY_TRACEBACK="1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
