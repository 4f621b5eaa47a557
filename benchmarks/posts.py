"""Real posts through synchronous and round-robin debates with synthetic seats, from start to report.

``python -m benchmarks.posts [FILE] [NUMBER]`` plays every post of a file (by default the 847 of the
development data), with two panellists and the lexicon as judge, and prints a row a stage: CPU and wall
seconds in one process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homophily import library

POSTS = Path(__file__).parents[1] / "../shared/data/dilemmas/aita_847.csv"


def settings(file: Path, number: int) -> dict[str, Any]:
    """A synchronous and a round-robin study on a file of dilemmas."""
    return {
        "languages": ["en"],
        "dilemmas.file": str(file),
        "dilemmas.number": number,
        "panels": {"orders": "given", "solo": False},
        "respondents": {
            "steady": {"kind": "panelist", "seed": 1, "inertia": 2.0},
            "pliant": {"kind": "panelist", "seed": 2, "inertia": 0.8, "conformity": 0.9},
            "lexicon": {"kind": "lexicon"},
        },
    }


def main(file: Path, number: int) -> None:
    """Play, analyse and report once, and print what each stage took."""
    with tempfile.TemporaryDirectory() as folder:
        rows: list[tuple[str, float, float]] = []

        def timed(name: str, work: Callable[[], Any]) -> Any:
            wall, cpu = time.perf_counter(), time.process_time()
            done = work()
            rows.append((name, time.process_time() - cpu, time.perf_counter() - wall))
            return done

        played = timed(
            "play", lambda: library.run("debate", settings(file, number), folder=folder, quiet=True)
        )
        timed("read answers", lambda: played.answers)
        tables = timed("make tables", lambda: played.tables)
        timed("analyse", lambda: played.findings)
        page = timed("write report", played.report)
        debates, size = tables["debates"], page.stat().st_size / 1e6
        print(
            f"{debates['dilemma'].nunique():,} posts, {len(debates):,} debates, {len(tables['verdicts']):,} "
            f"replies, {len(played.answers):,} answers; report {size:.1f} MB\n"
        )
        print("| stage | CPU, s | wall, s |\n| --- | ---: | ---: |")
        for name, cpu, wall in rows:
            print(f"| {name} | {cpu:.2f} | {wall:.2f} |")
        print(f"| all | {sum(row[1] for row in rows):.2f} | {sum(row[2] for row in rows):.2f} |")


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    if not source.is_file():
        sys.exit(f"no file {source}: name a file of dilemmas")
    main(source, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
