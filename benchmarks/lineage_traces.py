"""How well execution patterns tell architecture and implementation, circumstances held out.

    python -m benchmarks.lineage_traces record FOLDER            traces of every set but `version`
    OTHER/python -m benchmarks.lineage_traces record FOLDER version    the same under another transformers
    python -m benchmarks.lineage_traces judge FOLDER             the tables, into benchmarks/results

Templates are trained on `train` alone: float32, one thread, batches of 1 to 3, small models, one version of
transformers. Every other set changes one circumstance, `outside` the architecture. `record` goes on where it
stopped: sets that are whole are left as they are.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks._traces_tables import TEXT, auroc, rate, table
from numpy.typing import NDArray

import homophily
from homophily import seeds
from homophily.lineage.traces import (
    ALPHA,
    CHANNELS,
    Circumstances,
    Trace,
    jitter,
    lose,
    make,
    merge,
    read,
    read_off,
    shipped,
    write,
)
from homophily.lineage.traces.families import FAMILIES, OUTSIDE
from homophily.lineage.traces.making import sized
from homophily.lineage.traces.recogniser import Judgement, Recogniser
from homophily.lineage.traces.training import train

SHIPPED = Path(homophily.__file__).parent / "lineage" / "traces" / "data" / "templates.npz"
RESULTS = Path(__file__).parent / "results" / "lineage_traces.md"
NARROW = Circumstances()

#: Each set with what is drawn, traces a class, and seed.
SETS: dict[str, tuple[Circumstances, int, int]] = {
    "train": (NARROW, 12, 1),
    "lengths": (replace(NARROW, tokens=(5, 24, 64, 128, 200)), 4, 2),
    "outside": (NARROW, 8, 3),
    "threads": (replace(NARROW, threads=(2,)), 4, 4),
    "batch": (replace(NARROW, batches=(4, 8)), 4, 5),
    "dtypes": (replace(NARROW, dtypes=("bfloat16", "float16")), 4, 6),
    "version": (NARROW, 4, 7),
    "deep": (replace(NARROW, layers=(12, 16), scale=2), 2, 8),
}
#: Circumstances of the sets, in words.
HELD_OUT = {
    "lengths": "other lengths (5, 24, 64, 128, 200 tokens)",
    "threads": "two threads",
    "batch": "batches of 4 and 8",
    "dtypes": "bfloat16 and float16",
    "version": "another version of transformers",
    "deep": "12 to 16 layers, twice as wide",
}
NOISES: dict[str, Callable[[Trace, np.random.Generator], Trace]] = {
    "2 % of events lost": lambda trace, chance: lose(trace, 0.02, chance),
    "10 % of events lost": lambda trace, chance: lose(trace, 0.10, chance),
    "30 % of events lost": lambda trace, chance: lose(trace, 0.30, chance),
    "10 % merged into the one before": lambda trace, chance: merge(trace, 0.10, chance),
    "30 % merged into the one before": lambda trace, chance: merge(trace, 0.30, chance),
    "durations jittered by half an octave": lambda trace, chance: jitter(trace, 0.5, chance),
}


def record(folder: Path, names: Sequence[str]) -> None:
    import transformers

    transformers.logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    for name in names:
        circumstances, each, seed = SETS[name]
        families = OUTSIDE if name == "outside" else FAMILIES
        whole = each * sum(len(family.implementations) for family in families.values())
        target = folder / name
        if len(list(target.glob("*.json.gz"))) == whole:
            continue
        begun = time.process_time()
        for number, trace in enumerate(make(each, circumstances, families=families, seed=seed)):
            write(trace, target / f"{number:04d}.json.gz")
        print(f"{name}: {whole} traces, {time.process_time() - begun:.0f} s of CPU", file=sys.stderr)


def load(folder: Path) -> list[Trace]:
    return [read(path) for path in sorted(folder.glob("*.json.gz"))]


def right(recogniser: Recogniser, judged: Sequence[Judgement], traces: Sequence[Trace]) -> NDArray[np.bool_]:
    told = [recogniser.classes[int(each.probabilities.argmax())] for each in judged]
    return np.array([own == truth(trace) for own, trace in zip(told, traces, strict=True)])


def truth(trace: Trace) -> tuple[str, str]:
    return str(trace.about["architecture"]), str(trace.about["implementation"])


def closed(sets: dict[str, list[Trace]], by_channel: dict[str, Recogniser]) -> str:
    rows = []
    for name, words in HELD_OUT.items():
        cells = [rate(right(own, own.judge(sets[name]), sets[name])) for own in by_channel.values()]
        rows.append([words, str(len(sets[name])), *cells])
    pooled = [trace for name in HELD_OUT for trace in sets[name]]
    rows.append(
        [
            "all of these",
            str(len(pooled)),
            *(rate(right(r, r.judge(pooled), pooled)) for r in by_channel.values()),
        ]
    )
    return table(["held out", "traces", *by_channel], rows)


def opened(sets: dict[str, list[Trace]], by_channel: dict[str, Recogniser]) -> str:
    strange = {name: own.judge(sets["outside"]) for name, own in by_channel.items()}
    rows = []
    for name in [*HELD_OUT, "all of these"]:
        traces = [t for n in HELD_OUT for t in sets[n]] if name == "all of these" else sets[name]
        known = {channel: own.judge(traces) for channel, own in by_channel.items()}
        groups = [truth(trace) for trace in traces], [truth(trace) for trace in sets["outside"]]
        cells = [
            auroc([j.novelty for j in known[c]], [j.novelty for j in strange[c]], groups) for c in by_channel
        ]
        rows.append([HELD_OUT.get(name, name), *cells, refused(known["names"])])
    heads = ["known traces", *by_channel, "refused (names)"]
    return table(
        heads, [*rows, ["architectures outside", *["" for _ in by_channel], refused(strange["names"])]]
    )


def refused(judged: Sequence[Judgement]) -> str:
    return f"{np.mean([each.p < ALPHA for each in judged]):.3f}"


def strangers(sets: dict[str, list[Trace]], recogniser: Recogniser) -> str:
    known = [trace for name in HELD_OUT for trace in sets[name]]
    inside = [each.novelty for each in recogniser.judge(known)]
    judged = recogniser.judge(sets["outside"])
    rows = []
    for name in sorted({truth(trace) for trace in sets["outside"]}):
        own = [j for j, trace in zip(judged, sets["outside"], strict=True) if truth(trace) == name]
        nearest = Counter(recogniser.classes[int(each.distances.argmin())] for each in own).most_common(1)[0][
            0
        ]
        away = float(np.median([each.distances.min() for each in own]))
        rows.append(
            [
                ", ".join(name),
                ", ".join(nearest),
                f"{away:.3f}",
                auroc(inside, [each.novelty for each in own]),
            ]
        )
    return table(["outside", "nearest template", "distance", "AUROC"], rows)


def disturbed(sets: dict[str, list[Trace]], by_channel: dict[str, Recogniser]) -> str:
    rows = []
    for words, noise in NOISES.items():
        chance = seeds.generator("noise", words)
        worse = [noise(trace, chance) for trace in sets["lengths"]]
        cells = [rate(right(own, own.judge(worse), worse)) for own in by_channel.values()]
        rows.append([words, *cells, refused(by_channel["names"].judge(worse))])
    return table(["disturbance", *by_channel, "called unknown (names)"], rows)


def sizes(sets: dict[str, list[Trace]]) -> str:
    """Sizes read off against those drawn, which come from the same seeds."""
    kinds: dict[str, tuple[str, Callable[[Trace], Trace]]] = {
        HELD_OUT["lengths"]: ("lengths", lambda trace: trace),
        HELD_OUT["dtypes"]: ("dtypes", lambda trace: trace),
        HELD_OUT["deep"]: ("deep", lambda trace: trace),
    }
    for words in ("2 % of events lost", "10 % of events lost"):
        kinds[f"{HELD_OUT['lengths']}, {words}"] = (
            "lengths",
            lambda trace, w=words: NOISES[w](trace, CHANCE),
        )
    read_sizes = ("layers", "hidden", "inner", "heads", "width", "vocabulary")
    rows = []
    for words, (name, noise) in kinds.items():
        seen: dict[str, list[bool]] = {size: [] for size in read_sizes}
        for trace, wanted in zip(sets[name], drawn(name), strict=True):
            told = read_off(noise(trace))
            for size in read_sizes:
                seen[size].append(getattr(told, size) == wanted[size])
        rows.append([words, *(rate(np.array(own)) for own in seen.values())])
    return table(["traces", *read_sizes], rows)


def of_shipped(sets: dict[str, list[Trace]]) -> str:
    """The shipped templates on models that they were not made from."""
    templates, rows = shipped(), []
    outside = templates.channel("names").judge(sets["outside"])
    for name, words in {"train": "the circumstances above", **HELD_OUT}.items():
        own = templates.channel("names")
        judged = own.judge(sets[name])
        groups = [truth(trace) for trace in sets[name]], [truth(trace) for trace in sets["outside"]]
        area = auroc([j.novelty for j in judged], [j.novelty for j in outside], groups)
        rows.append([words, str(len(judged)), rate(right(own, judged, sets[name])), refused(judged), area])
    rows.append(["architectures outside", str(len(outside)), "", refused(outside), ""])
    return table(["traces", "number", "right", "called unknown", "AUROC"], rows)


CHANCE = seeds.generator("sizes")


def drawn(name: str) -> list[dict[str, int]]:
    """The sizes of a set's models, in the order of its files."""
    circumstances, each, seed = SETS[name]
    told = []
    for architecture, family in FAMILIES.items():
        for implementation in family.implementations:
            for number in range(each):
                own = sized(
                    circumstances, seeds.generator("traces", seed, architecture, implementation, number)
                )
                inner = 4 * own.hidden if architecture == "bloom" else own.inner  # BLOOM's is always fourfold
                told.append(
                    {
                        "layers": own.layers,
                        "hidden": own.hidden,
                        "inner": inner,
                        "heads": own.heads,
                        "width": own.width,
                        "vocabulary": own.vocab,
                    }
                )
    return told


def judge(folder: Path) -> str:
    sets = {name: load(folder / name) for name in SETS}
    by_channel = {
        name: train(sets["train"], name, tell=lambda said: print(said, file=sys.stderr)) for name in CHANNELS
    }
    versions = sorted({str(t.about.get("transformers")) for s in sets.values() for t in s} - {"None"})
    chosen = ", ".join(
        f"{name}: n-grams of up to {own.longest}, ridge {own.chosen['ridge']:g}"
        for name, own in by_channel.items()
    )
    classes = by_channel["names"].classes
    return TEXT.format(
        python=platform.python_version(),
        torch=importlib.metadata.version("torch"),
        transformers=" and ".join(versions),
        numpy=np.__version__,
        cores=os.cpu_count(),
        train=len(sets["train"]),
        classes=len(classes),
        architectures=len({name for name, _ in classes}),
        chance=f"{1 / len(classes):.3f}",
        chosen=chosen,
        outside=len(sets["outside"]),
        closed=closed(sets, by_channel),
        opened=opened(sets, by_channel),
        strangers=strangers(sets, by_channel["names"]),
        disturbed=disturbed(sets, by_channel),
        shipped=of_shipped(sets),
        size=f"{SHIPPED.stat().st_size / 1000:.0f}",
        alpha=f"{ALPHA:.0%}".replace("%", " %"),
        sizes=sizes(sets),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("verb", choices=["record", "judge"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", choices=[[], *SETS])
    given = parser.parse_args()
    if given.verb == "record":
        record(given.folder, given.sets or [name for name in SETS if name != "version"])
        return
    told = judge(given.folder)
    RESULTS.write_text(told, encoding="utf-8")
    print(told)


if __name__ == "__main__":
    main()
