"""Make the zoo, or what is missing of it.

    python -m benchmarks.zoo FOLDER                       # about ten minutes of one core
    python -m benchmarks.zoo FOLDER --only bert           # one family
    python -m benchmarks.zoo FOLDER --small               # seconds: to try the script

Small BERT-, GPT-2- and Llama-shaped models are trained on stories, from twelve seeds a family; three of them
get descendants of every kind that ``plan.py`` lists. Everything depends on names alone, so a broken run goes
on where it stopped and a second one writes the same weights. ``manifest.json`` holds the truth, ``probes/``
what nobody was trained on, ``adapters/`` the low-rank adapters before they were merged.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import transformers
from benchmarks.zoo.keeping import keep, keep_probes
from benchmarks.zoo.plan import plan
from benchmarks.zoo.recipes import make
from benchmarks.zoo.size import FULL, Size
from benchmarks.zoo.text import CLASSES, Corpus, read_stories
from rich.progress import track

DATA = Path("../shared/data/text")
SMALL = Size(seeds=2, rich=2, vocabulary=400, hidden=32, layers=2, heads=2, steps=20, tuning=10, batch=8)


def build(
    folder: Path, size: Size, stories: list[str], other: str, *, only: str = "", say: bool = True
) -> Path:
    """Make every member that is not there yet, or one family's, and the manifest; returns its path."""
    torch.set_num_threads(1)
    corpus = Corpus.read(stories, other, size.vocabulary)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README").write_text(__doc__ or "", "utf-8")
    keep_probes(corpus, folder)
    members = [member for member in plan(size) if only in ("", member.family)]
    for member in track(members, description="Making the zoo", disable=not say):
        if not (folder / member.name / "zoo.json").exists():
            began = time.process_time()
            model, found = make(member, size, corpus, folder)
            found["cpu_seconds"] = round(time.process_time() - began, 2)
            keep(model, asdict(member) | found, corpus, folder)
            _write_manifest(folder, size)
    return _write_manifest(folder, size)


def _write_manifest(folder: Path, size: Size) -> Path:
    there = [folder / member.name / "zoo.json" for member in plan(size)]
    members = [json.loads(path.read_text("utf-8")) for path in there if path.exists()]
    manifest = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "size": asdict(size),
        "classes": CLASSES,
        "cpu_seconds": round(sum(one["cpu_seconds"] for one in members), 1),
        "members": members,
    }
    path, draft = folder / "manifest.json", folder / f".manifest-{os.getpid()}"
    draft.write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return draft.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stories", type=Path, default=DATA / "tinystories_sample.txt")
    parser.add_argument("--other", type=Path, default=DATA / "wikitext2_valid.txt")
    parser.add_argument("--only", choices=FULL.families, default="", help="one family")
    parser.add_argument("--small", action="store_true", help="tiny models, two seeds, a few steps")
    asked = parser.parse_args()
    for path in (asked.stories, asked.other):
        if not path.is_file():
            parser.error(f"{path} is not there: give a text by --stories and --other")
    size = SMALL if asked.small else FULL
    stories, other = read_stories(asked.stories), asked.other.read_text("utf-8")
    print(build(asked.folder, size, stories, other, only=asked.only))


if __name__ == "__main__":
    main()
