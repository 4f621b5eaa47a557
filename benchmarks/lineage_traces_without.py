"""Each architecture in turn left out of the templates: is it told as a stranger, by names?

    python -m benchmarks.lineage_traces_without FOLDER     after `benchmarks.lineage_traces record FOLDER`

A second look at open-set rejection, by architectures that had no part in how novelty is defined: that was
settled on those of `benchmarks.lineage_traces`. Every other trace of `train` makes the templates; traces of
other lengths are judged, those of the architecture left out against all others.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from benchmarks._traces_tables import auroc, table
from benchmarks.lineage_traces import load, truth

from homophily.lineage.traces import Trace
from homophily.lineage.traces.training import train

RESULTS = Path(__file__).parent / "results" / "lineage_traces_without.md"
SETTING = {"longest": (4,), "ridge": (1e-4,)}

TEXT = """# Execution patterns: each architecture left out in turn

`python -m benchmarks.lineage_traces_without`, beside [the main tables](lineage_traces.md). Templates of the
other architectures from {train} traces, on names; judged are {test} traces of other lengths. AUROC is the
chance that a trace of the architecture left out is more novel than one of a known class; distance is to the
nearest template, a median.

Mean AUROC over architectures: {mean:.3f}; {high} of {all} are at .95 or above, the lowest is {low}.

{table}
"""


def judge(name: str, made: list[Trace], held: list[Trace]) -> tuple[float, list[str]]:
    """The area for one architecture, and its row."""
    recogniser = train([t for t in made if truth(t)[0] != name], "names", grid=SETTING)
    judged = recogniser.judge(held)
    known = [j.novelty for j, t in zip(judged, held, strict=True) if truth(t)[0] != name]
    own = [j for j, t in zip(judged, held, strict=True) if truth(t)[0] == name]
    nearest = Counter(recogniser.classes[int(j.distances.argmin())] for j in own).most_common(1)[0][0]
    away = float(np.median([j.distances.min() for j in own]))
    area = auroc(known, [j.novelty for j in own])
    return float(area), [name, ", ".join(nearest), f"{away:.3f}", area]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    made, held = load(folder / "train")[::2], load(folder / "lengths")
    areas, rows = [], []
    for name in sorted({truth(trace)[0] for trace in held}):
        area, row = judge(name, made, held)
        print(*row, file=sys.stderr)
        areas.append((area, name))
        rows.append(row)
    values = [area for area, _ in areas]
    told = TEXT.format(
        train=len(made),
        test=len(held),
        mean=np.mean(values),
        high=sum(value >= 0.95 for value in values),
        all=len(values),
        low="{1} ({0:.3f})".format(*min(areas)),
        table=table(["left out", "nearest template", "distance", "AUROC"], rows),
    )
    RESULTS.write_text(told, encoding="utf-8")
    print(told)


if __name__ == "__main__":
    main()
