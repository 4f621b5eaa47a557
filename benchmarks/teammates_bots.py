"""Bots through the real HTTP server: does the report find the effect planted in them, and none where none is?

Starts ``homophily bots teammates`` twice, each with its own server process: volunteers as they are by
default, and null volunteers (``trust_slope = follow_slope = 0``). The slope of trust on *rated* similarity
within persons should be the planted one times the reliability of the rated mean (.95 at the defaults, see
`homophily.respondents.volunteer`).

    python -m benchmarks.teammates_bots --participants 89
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from benchmarks import _tally
from benchmarks._grid import grid

from homophily import open_run
from homophily.respondents.volunteer import Volunteer

#: Share of the planted slope that rated similarity shows, measured in 20 plays of 89 volunteers.
RELIABILITY = 0.95
KINDS = {"planted": (), "null": ("--with", "trust_slope=0", "--with", "follow_slope=0")}


def walked(kind: str, participants: int, folder: Path) -> list[dict[str, object]]:
    """What the report of a run played by bots says of trust, with what was planted."""
    command = [sys.executable, "-m", "homophily", "bots", "teammates", "--participants", str(participants)]
    command += ["--language", "en", "--folder", str(folder), *KINDS[kind]]
    began = time.monotonic()
    said = subprocess.run(command, check=True, text=True, stderr=subprocess.PIPE).stderr
    print(f"{kind}, {time.monotonic() - began:.0f} s: {said.strip().splitlines()[-2]}", flush=True)
    played = open_run(next(folder.glob("teammates-*")))
    report = played.report()
    assert report.stat().st_size > 10_000
    planted = Volunteer().trust_slope * RELIABILITY if kind == "planted" else 0.0
    found = {finding.name: finding for finding in played.findings}
    rows = found["within_between"].estimates
    row = rows[(rows["term"] == "within") & (rows["outcome"] == "trust")].iloc[0]
    rated = played.tables["ratings"]
    return [
        {
            "bots": kind,
            "participants": rated["participant"].nunique(),
            "ratings": len(rated),
            "planted slope": round(planted, 3),
            "found": round(row["estimate"], 3),
            "95 % interval": f"{row['low']:.3f} to {row['high']:.3f}",
            "p": f"{row['p']:.2g}",
            "as it should be": "yes" if row["low"] <= planted <= row["high"] else "NO",
        }
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=89)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="homophily-bots-") as folder:
            rows += walked(kind, given.participants, Path(folder))
    table = grid(pd.DataFrame(rows))
    title = (
        f"# Teammates played by {given.participants} bots over HTTP: trust on rated similarity within persons"
    )
    _tally.save("teammates_bots.md", f"{title}\n\n{table}")


if __name__ == "__main__":
    main()
