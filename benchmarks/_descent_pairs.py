"""The zoo's pairs with what is true of them, and what each test of descent says; kept as it is found."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from homophily import catalogue
from homophily.lineage import descent
from homophily.lineage.checkpoints import open_checkpoint
from homophily.lineage.relation.reading import Reading
from homophily.lineage.relation.view import Basis, View, folds
from homophily.lineage.tests._polar import turn
from homophily.lineage.tests.wmatch import wmatch

__all__ = ["METHODS", "Pair", "measured", "pairs", "tested"]

METHODS = ("csu", "wmatch", "mdir", "cka", "cosine", "pdf", "awm", "huref")
#: Kinds whose members of other seeds were trained on the same text: strangers with most in common.
TRAINED = ("ft-2e-5", "ft-1e-4", "ft-5e-4", "lora", "continued", "int4+ft", "pruned-50+ft")


@dataclass(frozen=True)
class Pair:
    """Two members.

    Attributes:
        a: The one that stands first; a parent where there is one.
        b: The other.
        family: Of both.
        kind: How b was made; for strangers ``bases``, ``child`` (b is another base's child) or ``twins``
            (both made alike from different bases).
        related: Whether they share weights by descent.
        relation: The class to be found.
        third: Another parent, told to our own test where the relation cannot be seen without it.
    """

    a: str
    b: str
    family: str
    kind: str
    related: bool
    relation: str
    third: str = ""


def pairs(members: list[dict[str, Any]]) -> Iterator[Pair]:
    """Every descendant with its roots; bases with one another; descendants with strangers."""
    bases = [member for member in members if member["kind"] == "base"]
    children = [member for member in members if member["kind"] != "base"]
    for child in children:
        for place, root in enumerate(child["roots"]):
            third = child["roots"][1 - place] if child["kind"] == "merge" else ""
            yield Pair(root, child["name"], child["family"], child["kind"], True, child["relation"], third)
        if child["kind"] == "soup":
            one, other = child["parents"]
            yield Pair(one, child["name"], child["family"], "soup of", True, "merged", other)
    for place, one in enumerate(bases):
        for other in bases[place + 1 :]:
            if one["family"] == other["family"]:
                yield Pair(one["name"], other["name"], one["family"], "bases", False, "unrelated")
    seeds = sorted({child["seed"] for child in children})
    for child in children:
        seed = next((s for s in seeds if f"{child['family']}-{s}" not in child["roots"]), None)
        if seed is not None:
            stranger = f"{child['family']}-{seed}"
            yield Pair(stranger, child["name"], child["family"], "child", False, "unrelated")
    for kind in TRAINED:
        alike = [child for child in children if child["kind"] == kind]
        for place, one in enumerate(alike):
            for other in alike[place + 1 :]:
                if one["family"] == other["family"]:
                    yield Pair(one["name"], other["name"], one["family"], "twins", False, "unrelated")


def measured(zoo: Path, chosen: list[Pair], *, fresh: bool) -> list[dict[str, Any]]:
    """What every test says of every pair; what a broken run has measured is taken from ``pairs.jsonl``."""
    path = zoo / "pairs.jsonl"
    if fresh:
        path.unlink(missing_ok=True)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    known = {(line["a"], line["b"], line["third"]): line for line in map(json.loads, lines)}
    with path.open("a", encoding="utf-8") as file:
        for pair in track(chosen, description="Comparing pairs"):
            key = (pair.a, pair.b, pair.third)
            if key not in known:
                known[key] = asdict(pair) | tested(zoo, pair)
                file.write(json.dumps(known[key]) + "\n")
                file.flush()
    return [known[pair.a, pair.b, pair.third] for pair in chosen]


def tested(zoo: Path, pair: Pair) -> dict[str, Any]:
    """What every test says of a pair whose folders lie in `zoo`, with its CPU seconds."""
    began = time.process_time()
    found = descent(zoo / pair.a, zoo / pair.b, third=zoo / pair.third if pair.third else None)
    told = {
        "ours": {
            "statistic": -found.log10_p,
            "log10_p": found.log10_p,
            "seconds": time.process_time() - began,
        },
        "said": found.relation,
        "claimed": found.related,
    }
    with open_checkpoint(zoo / pair.a) as one, open_checkpoint(zoo / pair.b) as other:
        for name in METHODS:
            began = time.process_time()
            score = catalogue.get("lineage.tests", name)(Reading(one), Reading(other))
            told[name] = {
                "statistic": score.statistic,
                "log10_p": score.log10_p,
                "seconds": time.process_time() - began,
                "layers": [part.log10_p for part in score.per_layer.values()],
            }
        told["turned"] = _turned(Reading(one), Reading(other)) if not pair.related else {}
    return told


def _turned(one: Reading, other: Reading) -> dict[str, Any]:
    """`wmatch` after the embeddings' rotation, where strangers of one diet may come to be alike."""
    found = turn(one, other)
    if isinstance(found, str) or not (folds(one) and folds(other)):
        return {}
    basis = Basis("channels rotated", rotation=np.ascontiguousarray(found.rotation.T))
    score = wmatch(View(one, folded=True), View(other, folded=True, basis=basis))
    return {"statistic": score.statistic, "log10_p": score.log10_p}
