"""``demo``: both studies on synthetic respondents, what was found beside what was planted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["demo"]

_RUNS = Path("runs")

_STUDIES = ("controllability", "dyads")


@app.command(epilog=examples("homophily demo", "homophily demo --folder /tmp/runs --json"))
def demo(
    folder: options.Folder = _RUNS,
    seed: options.Seed = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Play both studies on synthetic respondents, in English and Japanese, to their reports.

    Every setting is the studies' default. It costs nothing and needs no network. What was planted in the
    respondents is printed beside what the analyses found.
    """
    from homophily.library import run
    from homophily.report import planted
    from homophily.report.tables import of_planted

    results = []
    for name in _STUDIES:
        output.say(f"playing {name}")
        played = run(name, options.settings(None, seed=seed), folder=folder, quiet=quiet)
        found, path = planted(played.findings, played.design), played.report()
        results.append({"study": name, "report": str(path), "planted": found.to_dict("records")})
        if not json:
            output.rows(of_planted(found), title=f"{played.study.title}: planted and found")
            print(f"{_verdict(found)}\nreport: {path}\n")
    if json:
        output.as_json(results)


def _verdict(found: pd.DataFrame) -> str:
    from homophily.report import NOTE

    return f"{int(found['inside'].sum())} of {len(found)} planted effects lie in their 95 % intervals. {NOTE}"
