"""Every command of the tutorials runs as it stands, on synthetic respondents."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted(page for page in (ROOT / "docs/tutorials").glob("*.md") if page.stem != "index")


def commands(page: Path) -> list[str]:
    """The lines after ``$`` in the page's console blocks."""
    blocks = re.findall(r"^```(?:console|bash)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [
        line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")
    ]


def test_every_tutorial_has_commands() -> None:
    assert len(TUTORIALS) >= 2
    assert all(commands(page) for page in TUTORIALS)


@pytest.mark.slow
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_command_runs(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    script = [f'homophily() {{ "{sys.executable}" -m homophily "$@"; }}']
    script += [f'python() {{ "{sys.executable}" "$@"; }}', "set -e", *commands(page)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "120"}
    # Matrices here are small; threads that wait for each other under xdist make them many times slower.
    environment["OPENBLAS_NUM_THREADS"] = environment["OMP_NUM_THREADS"] = "1"
    environment.pop("OPENAI_API_KEY", None)
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    assert [*tmp_path.glob("*/*/report.html"), *tmp_path.glob("*.html")]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
