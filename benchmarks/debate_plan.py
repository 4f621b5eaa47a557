"""What the debate study's plan costs at the published size: 15 experiments of 1,000 dilemmas.

Debates with known parameters are written in the published form and read back, and every analysis of the plan is
carried out as `homophily debate analyse` does it. Prints seconds of wall clock and of processor, and the peak of
memory after each step.

    python -m benchmarks.debate_plan [dilemmas]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.debates import Debates, Voiced, tables
from homophily import catalogue
from homophily.analysis import run
from homophily.lab.loading import load_study
from homophily.studies.debate.published import read, write


def written(dilemmas: int, folder: Path) -> None:
    """Draw the debates, with two or three values a message, and write their files."""
    rng = np.random.default_rng(20251010)
    drawn = Debates(dilemmas=dilemmas)
    panel = drawn.panel(rng)
    found = tables(panel, drawn.schedule()[1], drawn.models)
    voiced = Voiced(values=48, base=-3.5, theme=1.0, inherit=1.0, habit=0.5)
    found |= voiced.tables(found["verdicts"], voiced.labels(panel, rng))
    found["judgements"] = found["judgements"].assign(given=None)
    print(
        f"{len(found['debates'])} debates, {len(found['verdicts'])} verdicts, {len(found['labels'])} labels"
    )
    write(found, folder)


def timed(folder: Path) -> pd.DataFrame:
    """A row a step: reading, then each analysis of the plan."""
    rows = []
    start = (time.perf_counter(), time.process_time())

    def note(step: str, told: str = "") -> None:
        nonlocal start
        now = (time.perf_counter(), time.process_time())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append((step, now[0] - start[0], now[1] - start[1], peak, told[:60]))
        print("%-40s %7.1f s %7.1f s of CPU %6.0f MB  %s" % rows[-1], flush=True)
        start = (time.perf_counter(), time.process_time())

    found, study = read([folder]), load_study("debate")
    note("reading")
    models = {model: {"kind": "published"} for model in found.tables["panel"]["model"]}
    design = study.design.model_validate({"respondents": models, "judges": {"panel": []}})
    answers = pd.DataFrame({"missing": pd.Series(dtype=object)})
    for step in study.plan:
        if step.analysis in ("missingness",):  # of answers, which files in the published form have not
            continue
        catalogue.get("analysis", step.analysis)
        start = (time.perf_counter(), time.process_time())
        alone = type("Plan", (), {"plan": (step,)})()
        finding = run(alone, answers, design, tables=found.tables)[0]
        note(f"{step.analysis} {dict(step.options) or ''}", finding.text)
    return pd.DataFrame(rows, columns=["step", "wall", "cpu", "peak MB", "finding"])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        written(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, Path(place))
        table = timed(Path(place))
    print(f"in all {table['wall'].sum():.0f} s, {table['cpu'].sum():.0f} s of CPU")
