"""Side by side with the tools that do the same job, in one run: asks, mixed models, participants' pages.

    python -m benchmarks.peers --inspect PYTHON --edsl PYTHON --otree PYTHON

Each peer lives in an environment of its own, whose Python is named; a peer not named is left out, and lme4 is
compared where R has it:

    python -m venv inspect && inspect/bin/pip install inspect-ai==0.3.285 openai==3.57.0
    python -m venv edsl    && edsl/bin/pip install edsl==1.0.9 'openai[aiohttp]==2.54.0'
    python -m venv otree   && otree/bin/pip install otree==6.0.15 psycopg2-binary==2.9.13

``--postgres postgresql://USER@HOST:PORT/postgres`` has both page servers tried on PostgreSQL, too: each
measurement makes a database of its own, which is left there. ``asks``, ``mixed`` or ``pages`` does one part
alone. Each part done renews its section of ``benchmarks/results/peers.md``; what people wrote beside stays.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys

from benchmarks import _tally
from benchmarks.peers import asks, mixed, pages

#: Parts, and their sections of the page.
PARTS = {
    "asks": "## Asks: Inspect AI and EDSL",
    "mixed": "## Mixed models: lme4",
    "pages": "## Participants' pages: oTree",
}
PAGE, TITLE = "peers.md", "# Beside the tools that do the same job"


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.peers",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("part", nargs="?", choices=PARTS, help="one part alone")
    for peer in ("inspect", "edsl", "otree"):
        parser.add_argument(f"--{peer}", default="", metavar="PYTHON")
    parser.add_argument("--postgres", default="", metavar="URL")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--agents", type=int, default=256, metavar="N", help="who fill in the questionnaire")
    parser.add_argument("--items", type=int, default=8, metavar="N", help="of the questionnaire")
    parser.add_argument("--people", type=int, default=100, metavar="N", help="who walk the pages")
    parser.add_argument("--faster", type=float, default=1.0, metavar="X", help="than people, at human pace")
    return parser.parse_args()


def renewed(page: str, made: dict[str, str]) -> str:
    """The page with these sections in place of its own, in order; all else stays."""
    found: dict[str, str] = {TITLE: "\n"}
    for section in re.split(r"^(?=##? )", page, flags=re.MULTILINE):
        heading, _, text = section.partition("\n")
        if heading:
            found[heading] = text
    found |= {heading: f"\n{text}\n" for heading, text in made.items()}
    return "".join(f"{heading}\n{text}" for heading, text in found.items()).rstrip() + "\n"


def main() -> None:
    given = parsed()
    pythons = {asks.OURS: sys.executable, "inspect": given.inspect, "edsl": given.edsl}
    make = {
        "asks": lambda: asks.report(pythons, given),
        "mixed": lambda: mixed.report(given.repeats),
        "pages": lambda: pages.report(given.otree, given),
    }
    kept = _tally.RESULTS / PAGE
    for part in [given.part] if given.part else PARTS:
        text = make[part]()
        told = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, Python {platform.python_version()}."
        page = kept.read_text(encoding="utf-8") if kept.exists() else ""
        _tally.save(PAGE, renewed(page, {PARTS[part]: f"{told} {text}"}))


if __name__ == "__main__":
    main()
