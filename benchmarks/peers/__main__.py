"""Side by side with the tools that do the same job, in one run: asks, mixed models, participants' pages.

    python -m benchmarks.peers --inspect PYTHON --edsl PYTHON --otree PYTHON

Each peer lives in an environment of its own, whose Python is named; a peer not named is left out, and lme4 is
compared where R has it:

    python -m venv inspect && inspect/bin/pip install inspect-ai==0.3.285 openai==3.57.0
    python -m venv edsl    && edsl/bin/pip install edsl==1.0.9 'openai[aiohttp]==2.54.0'
    python -m venv otree   && otree/bin/pip install otree==6.0.15 psycopg2-binary==2.9.13

``--postgres postgresql://USER@HOST:PORT/postgres`` has both page servers tried on PostgreSQL, too: each
measurement makes a database of its own, which is left there. ``asks``, ``mixed`` or ``pages`` does one part
alone; parts done together are kept in ``benchmarks/results/peers.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys

from benchmarks import _tally
from benchmarks.peers import asks, mixed, pages

PARTS = ("asks", "mixed", "pages")
HEADINGS = {
    "asks": "Asks: Inspect AI and EDSL",
    "mixed": "Mixed models: lme4",
    "pages": "Participants' pages: oTree",
}
PAGE = "peers.md"
#: What a person adds to the page below this line stays when it is made again.
READ = "## How to read it"


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="one part alone")
    for peer in ("inspect", "edsl", "otree"):
        parser.add_argument(f"--{peer}", default="", metavar="PYTHON")
    parser.add_argument("--postgres", default="", metavar="URL")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--agents", type=int, default=256)
    parser.add_argument("--items", type=int, default=8)
    parser.add_argument("--people", type=int, default=100, help="participants in each measurement of pages")
    parser.add_argument("--faster", type=float, default=1.0, help="than people, where pages go at human pace")
    return parser.parse_args()


def main() -> None:
    given = parsed()
    pythons = {asks.OURS: sys.executable, "inspect": given.inspect, "edsl": given.edsl}
    make = {
        "asks": lambda: asks.report(pythons, given),
        "mixed": lambda: mixed.report(given.repeats),
        "pages": lambda: pages.report(given.otree, given),
    }
    parts = [f"## {HEADINGS[part]}\n\n{make[part]()}" for part in given.part or PARTS]
    machine = (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the "
        "end; medians over repeats, with the least and the most."
    )
    text = "\n".join(["# Beside the tools that do the same job", "", machine, "", *parts])
    if given.part:
        print(text)
        return
    kept = _tally.RESULTS / PAGE
    before = kept.read_text(encoding="utf-8").partition(READ)[2] if kept.exists() else ""
    _tally.save(PAGE, f"{text}\n{READ}{before}" if before else text)


if __name__ == "__main__":
    main()
