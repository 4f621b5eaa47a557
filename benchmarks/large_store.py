"""How pleasant a large run stays: status, tidy table, analysis, report and exports of a million answers.

    python -m benchmarks.large_store                                    1,000,000 answers of dyads
    python -m benchmarks.large_store --study debate --answers 200000
    python -m benchmarks.large_store --answers 100000 --only status,tidy
    python -m benchmarks.large_store --folder /tmp/large --out benchmarks/results/large_store.md

The store is made in seconds (`benchmarks._replicated`) and kept where a folder is named. Every command runs
in a process of its own, its start included: seconds on the clock, CPU seconds, peak of resident memory.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks._replicated import SETTINGS, replicate
from benchmarks._tally import RESULTS

_TIDY = "import sys; from homophily.library import open_run; print(len(open_run(sys.argv[1]).answers))"
_CHUNKS = """import sys
from homophily.lab.runs import open_run
from homophily.lab.tidy import chunks
print(sum(len(part) for part in chunks(open_run(sys.argv[1]))))"""
_TABLES = "import sys; from homophily.library import open_run; print(len(open_run(sys.argv[1]).tables))"
_HOMOPHILY = ["-m", "homophily"]
#: What is measured: the arguments of Python before the run's folder.
COMMANDS = {
    "status": ("homophily status", [*_HOMOPHILY, "status"]),
    "tidy": ("tidy table, whole", ["-c", _TIDY]),
    "chunks": ("tidy table, in parts", ["-c", _CHUNKS]),
    "tables": ("the study's tables", ["-c", _TABLES]),
    "analyse": ("homophily analyse", [*_HOMOPHILY, "analyse"]),
    "report": ("homophily report", [*_HOMOPHILY, "report"]),
    "export": ("homophily export", [*_HOMOPHILY, "export"]),
    "parquet": ("homophily export --format parquet", [*_HOMOPHILY, "export", "--format", "parquet"]),
}


def measure(arguments: list[str], run: Path) -> tuple[float, float, float]:
    """Seconds on the clock, CPU seconds and peak memory in MB of a process."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments, str(run)], stdout=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with exit {process.returncode}.")
    peak = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, peak


def made(study: str, answers: int, folder: Path) -> Path:
    """The run's folder; one that is there already serves again."""
    place = folder / f"{study}-{answers}"
    for old in place.glob(f"{study}-*/design.json"):
        return old.parent
    began = time.process_time()
    run = replicate(study, answers, place)
    print(f"made {run.folder} in {time.process_time() - began:.0f} CPU s", file=sys.stderr)
    return run.folder


def lines(study: str, run: Path, only: list[str]) -> Iterator[str]:
    """The table, row by row as it is measured."""
    with sqlite3.connect(run / "answers.db") as store:
        answers, sessions = (
            store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("answers", "sessions")
        )
    size = (run / "answers.db").stat().st_size / 1e6
    yield f"## {study}: {answers:,} answers, {sessions:,} sessions, {size:,.0f} MB\n"
    yield "| what | clock, s | CPU, s | peak memory, MB |"
    yield "| --- | ---: | ---: | ---: |"
    for name in only:
        title, arguments = COMMANDS[name]
        clock, busy, peak = measure(arguments, run)
        yield f"| {title} | {clock:.1f} | {busy:.1f} | {peak:,.0f} |"
    report = run / "report.html"
    if report.exists():
        yield f"\nreport.html: {report.stat().st_size / 1e6:.1f} MB"


def machine() -> str:
    """Where and with what it was measured."""
    names = ("numpy", "pandas", "duckdb", "sqlalchemy", "homophily")
    packages = ", ".join(f"{name} {_version(name)}" for name in names)
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}."
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "from source"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--study", choices=list(SETTINGS), default="dyads")
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--only", default=",".join(COMMANDS), help="what to measure, by commas")
    parser.add_argument("--folder", type=Path, help="where the store is kept for the next time")
    parser.add_argument("--out", type=Path, help=f"a file to write, such as {RESULTS.name}/large_store.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="homophily-large-") as passing:
        run = made(options.study, options.answers, options.folder or Path(passing))
        told = [machine() + "\n"]
        print(told[0])
        for line in lines(options.study, run, options.only.split(",")):
            print(line, flush=True)
            told.append(line)
    if options.out:
        options.out.write_text("# Large runs\n\n" + "\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
