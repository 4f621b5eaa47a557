"""The command line as a shell runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import homophily
from homophily.cli import main

SOURCE = Path(homophily.__file__).parents[1]

Shell = Callable[..., subprocess.CompletedProcess[str]]

#: A dyad study of a few seconds.
SMALL = (
    *("run", "dyads", "--quiet", "--set", "pairs.n=6", "--set", "agents=6", "--set", "dialogue.utterances=2"),
    *("--set", 'dialogue.topics=["move"]', "--set", 'values.instrument=""'),
)


def environment(**changes: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HOMOPHILY_")}
    return {
        **kept,
        "PYTHONPATH": str(SOURCE),
        "COLUMNS": "100",
        "TERM": "dumb",
        "PYTHONWARNINGS": "error",
        **changes,
    }


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same within this process, which is some ten times as fast."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")

    def run(*arguments: str, folder: Path = tmp_path, **changes: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(folder)
        for key, value in changes.items():
            monkeypatch.setenv(key, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([*arguments])
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(left.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "homophily", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(**changes),
            timeout=120,
            check=False,
        )

    return run
