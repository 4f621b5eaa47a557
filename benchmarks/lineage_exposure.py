"""What a leak of each of the zoo's fine-tunes would reveal: every strategy, priors from siblings, defences.

    python -m benchmarks.zoo ZOO                                # made first
    python -m benchmarks.lineage_exposure ZOO                   # some ten minutes of a core; resumable
    python -m benchmarks.lineage_exposure ZOO --seeds 0         # fewer models

Needs torch and transformers. Writes ``benchmarks/results/lineage_exposure.md`` and the curve of one model.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from homophily import catalogue
from homophily.lineage.exposure import (
    Exposure,
    Kept,
    Point,
    Strategy,
    Subject,
    audit,
    bits_to,
    defence_of,
    fingerprint,
    load_probe,
    pair,
    theory,
)
from homophily.lineage.exposure.measures import is_rising

RESULTS = Path(__file__).parent / "results"
RATES = ("2e-5", "1e-4", "5e-4")
FAMILIES = ("bert", "gpt2", "llama")
TARGET, BUDGET, INPUTS = 0.94, 6.0, 96
MAIN = ["head", "adaptive", "likely"]  # of the other seeds
TRIED = ("scale:2", "scale:4", "noise:0.5", "noise:1", "codes:8", "codes:4", "private:1")
SHELF = "lineage.exposure.strategies"


@dataclass(frozen=True)
class Case:
    """One fine-tune, and its base's other children."""

    family: str
    seed: int
    rate: str
    folder: Path

    @property
    def name(self) -> str:
        """Its folder's name."""
        return f"{self.family}-{self.seed}-ft-{self.rate}"

    @property
    def base(self) -> Path:
        """The base's folder."""
        return self.folder / f"{self.family}-{self.seed}"

    @property
    def siblings(self) -> list[Path]:
        """The base's other children: at other rates, and by continued pre-training."""
        others = [f"ft-{rate}" for rate in RATES if rate != self.rate]
        found = [self.folder / f"{self.base.name}-{kind}" for kind in (*others, "continued")]
        return [path for path in found if (path / "zoo.json").exists()]


#: Each with the bits a weight that it is allowed.
BASELINES = {"sign": 6, "lowrank": 6, "window": 6, "layers": 8, "raw": 12}


def cases(folder: Path, seeds: Sequence[int]) -> list[Case]:
    made = [Case(family, seed, rate, folder) for family in FAMILIES for seed in seeds for rate in RATES]
    made.sort(key=lambda case: case.seed)
    return [case for case in made if (folder / case.name / "zoo.json").exists()]


def run(case: Case, kept: Path, *, realistic: bool = False, defended: bool = False) -> Exposure:
    probe = case.folder / "probes" / ("passages.jsonl" if case.family == "bert" else "other.jsonl")
    inputs = load_probe(probe, limit=INPUTS if case.family != "bert" else 2 * INPUTS)
    victim = case.folder / case.name
    parts = pair(victim, case.base, case.siblings if realistic else ())
    names = ["likely"] if realistic else catalogue.names(SHELF) if case.seed == 0 else MAIN
    strategies: dict[str, Strategy] = {name: catalogue.get(SHELF, name)() for name in names}
    if realistic:  # siblings at larger rates make a sigma too wide, and precisions are in its units
        finer = (4, 1, 0.5, 0.25, 0.125, 0.06, 0.03, 0.015, 0.008, 0.004)
        strategies = {name: replace(each, levels=finer) for name, each in strategies.items()}  # type: ignore[type-var]
    return audit(
        parts,
        Subject(victim, inputs, length=64),
        strategies,
        defences=[defence_of(name) for name in TRIED] if defended else (),
        target=TARGET,
        kept=Kept(kept, [fingerprint(parts), repr(inputs)]),
    )


def within(points: Sequence[Point], bits: float = BUDGET) -> float:
    """The most agreement of a point that costs no more."""
    return max((p.agreement for p in points if p.bits <= bits), default=float("nan"))


def told(value: float | None, digits: int = 3) -> str:
    return "not held" if value is None else "–" if value != value else f"{value:.{digits}f}"


def row(case: Case, found: Exposure, realistic: Exposure | None) -> list[str]:
    curves = found.points
    beyond = max(
        float(p.explained - theory(p.body_bits)) for name in ("adaptive", "likely") for p in curves[name]
    )
    fall = max(_fall([p.agreement for p in curves[name]]) for name in ("adaptive", "likely"))
    rising = all(is_rising([p.explained for p in curves[name]], 1e-3) for name in ("adaptive", "likely"))
    other = None if realistic is None else bits_to(TARGET, *_curve(realistic.points["likely"]))
    return [
        case.name,
        told(found.commonest),
        told(curves["head"][0].agreement),
        *(told(within(curves[name])) for name in ("adaptive", "likely")),
        *(told(found.bits(name), 2) for name in ("adaptive", "likely")),
        "–" if realistic is None else told(other, 2),
        *(told(within(curves.get(name, ()), most)) for name, most in BASELINES.items()),
        f"{'yes' if rising else 'no'}, {fall:.3f}",
        f"{beyond:+.2f}",
    ]


def _curve(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [p.bits for p in points], [p.agreement for p in points]


def _fall(values: Sequence[float]) -> float:
    """How far a curve lies below a point before, at most."""
    return float(np.max(np.maximum.accumulate(values) - values))


HEADS = (
    "model",
    "commonest",
    "base + head",
    "adaptive, ≤ 6 bits",
    "likely, ≤ 6 bits",
    "bits to .94, adaptive",
    "likely",
    "likely, sibling prior",
    "1-bit change",
    "low rank, ≤ 6",
    "window, ≤ 6",
    "last blocks, ≤ 8",
    "raw 12 bits",
    "R² rising, largest fall of agreement",
    "R² over theory",
)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(each)} |" for each in rows)])


def defence_rows(case: Case, found: Exposure) -> list[list[str]]:
    return [
        [
            f"{case.name}: {each.title}",
            told(each.right),
            told(each.loss),
            told(each.kept),
            told(each.bits, 2),
            told(each.at_undefended),
            told(each.most),
        ]
        for each in found.defences
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("zoo", type=Path)
    parser.add_argument("--seeds", default="0,1,2", help="bases, by commas")
    parser.add_argument("--defended", default="gpt2", help="families whose defences are tried")
    parser.add_argument("--keep", type=Path, help="finished curves; ZOO/exposure.jsonl if left out")
    asked = parser.parse_args()
    import torch
    import transformers

    from homophily.report.lineage import write_exposure

    torch.set_num_threads(1)
    kept = asked.keep or asked.zoo / "exposure.jsonl"
    rows, defended, sizes = [], [], []
    for case in cases(asked.zoo, [int(seed) for seed in asked.seeds.split(",")]):
        found = run(case, kept)
        realistic = run(case, kept, realistic=True) if case.seed == 0 and case.siblings else None
        rows.append(row(case, found, realistic))
        sizes.append(found.weights)
        print(" | ".join(rows[-1]), flush=True)
    shown = Case("gpt2", 0, "1e-4", asked.zoo)
    write_exposure(run(shown, kept), facts={}, figure=RESULTS / "lineage_exposure.svg")
    for family in filter(None, asked.defended.split(",")):
        case = Case(family, 0, "1e-4", asked.zoo)
        defended += defence_rows(case, run(case, kept, defended=True))
    reached = [sum(float(each[place]) >= TARGET for each in rows) for place in (3, 4)]
    text = NOTE.format(
        models=len(rows),
        adaptive=reached[0],
        likely=reached[1],
        inputs=INPUTS,
        weights=" to ".join(dict.fromkeys(f"{each:,}" for each in (min(sizes), max(sizes)))),
        versions=f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"transformers {transformers.__version__}, numpy {np.__version__}",
        table=table(HEADS, rows),
        defences=table(
            (
                "defence",
                "right",
                "loss, nats",
                "own answers kept",
                "bits to .94",
                "at undefended bits",
                "most",
            ),
            defended,
        ),
    )
    (RESULTS / "lineage_exposure.md").write_text(text, "utf-8")


NOTE = """# What a leak would reveal

`python -m benchmarks.lineage_exposure ZOO`, on the fine-tunes of `python -m benchmarks.zoo ZOO`: {weights}
float32 weights, tuned at three rates from bases of several seeds. Agreement is with the victim's own
first choices on text that nobody was trained on: the class of twice {inputs} passages (bert), or the next
token at every position of {inputs} pieces of text (gpt2, llama). {versions}.

Adaptive reading reaches .94 within 6 of 32 bits a weight on {adaptive} of {models} fine-tunes; with bits
taken for granted that the prior makes nearly certain (`likely`), on {likely}.

{table}

Baselines and the sibling prior on the bases of seed 0 alone.

- *commonest*: share of the victim's most frequent answer, which a guess without any weights agrees in.
- *sibling prior*: sigma from the base's other fine-tunes and its continued pre-training, at other rates.
- *R² over theory*: the most by which R² of the change lies above 1 − 2^(−2R). Above 0 is possible, since real
  changes are not normal.

![Agreement and R² against bits a weight, gpt2-0-ft-1e-4](lineage_exposure.svg)

## Defences, against `likely`

{defences}
"""


if __name__ == "__main__":
    main()
