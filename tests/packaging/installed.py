"""Looks at the built distributions, and tries the wheel where nothing else is: `make wheel` calls this.

Run by the clean environment's own Python, isolated (``-I``), so that nothing of the checkout is on the path:
``python -I tests/packaging/installed.py DIST``.
"""

from __future__ import annotations

import importlib.metadata
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def tracked(folder: str = ".") -> set[str]:
    """The files that git knows in a folder, as paths from the project's root."""
    listed = ["git", "ls-files", "-z", "--", folder]
    told = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {file for file in told.split("\0") if file and (ROOT / file).is_file()}


def contents(dist: Path) -> None:
    """The wheel holds the package, whole and alone; the source distribution all that git knows."""
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        about = {name.rpartition("/")[2] for name in archive.namelist() if ".dist-info/" in name}
    wanted = {file.removeprefix("src/") for file in tracked("src")}
    assert inside == wanted, f"missing {sorted(wanted - inside)}, too many {sorted(inside - wanted)}"
    assert {"homophily/py.typed", "homophily/filtering/reference/model.safetensors"} <= inside
    assert {"METADATA", "entry_points.txt", "LICENSE"} <= about
    with tarfile.open(source) as archive:
        shipped = {name.partition("/")[2] for name in archive.getnames()}
    assert not (lost := tracked() - shipped), f"the source distribution lacks {sorted(lost)}"
    print(f"{wheel.name}: {len(inside)} files, {wheel.stat().st_size / 1e6:.1f} MB; all of src, nothing else")
    print(f"{source.name}: {len(shipped)} files, {source.stat().st_size / 1e6:.1f} MB; all that git knows")


def say(*words: str, folder: Path, fails: int = 0) -> str:
    """What the installed command prints."""
    call = [str(BIN / "homophily"), *words]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == fails, f"homophily {' '.join(words)}: {done.returncode}\n{done.stderr[-2000:]}"
    return done.stdout + done.stderr


def tries(folder: Path) -> None:
    """Commands that need the package's data, and one that needs an extra that is not there."""
    version = importlib.metadata.version("homophily")
    assert say("--version", folder=folder).strip() == f"homophily {version}"
    assert "Usage" in say("--help", folder=folder)
    where = "import homophily; print(homophily.__file__)"
    file = subprocess.run([sys.executable, "-I", "-c", where], cwd=folder, capture_output=True, text=True)
    assert Path(file.stdout.strip()).is_relative_to(Path(sys.prefix)), file.stdout + file.stderr
    for kind in ("studies", "respondents", "analysis", "personas"):
        assert say("list", kind, folder=folder).strip(), kind
    assert "neighbours-tree" in say("dilemmas", "list", folder=folder)
    say("demo", "--quick", "--only", "dyads", "--quiet", folder=folder)
    assert [*folder.glob("runs/*/report.html")], "the demonstration left no report"
    assert (folder / "runs/index.html").is_file()
    refused = say("filter", "eval", folder=folder, fails=2)
    assert "homophily[local]" in refused, refused
    assert len(refused.strip().splitlines()) == 1, refused
    print("help, lists, dilemmas and a demonstration work; what needs an extra says which")


def speed(folder: Path) -> None:
    """How long the front door takes to open: told, not judged, since machines differ."""
    for name, call in {
        "import homophily": [sys.executable, "-I", "-c", "import homophily"],
        "homophily --help": [str(BIN / "homophily"), "--help"],
    }.items():
        taken = []
        for _ in range(6):
            began = time.perf_counter()
            subprocess.run(call, cwd=folder, capture_output=True, check=True)
            taken.append(time.perf_counter() - began)
        print(f"{name}: {statistics.median(taken[1:]):.2f} s (median of five; meant: under 0.5)")


if __name__ == "__main__":
    contents(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as empty:
        tries(Path(empty))
        speed(Path(empty))
