"""The zoo's members: what each is made from, and what a test of descent should find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.zoo.size import Size
from benchmarks.zoo.symmetries import SYMMETRIES

__all__ = ["COMBINED", "RATES", "Member", "plan"]

RATES = {"ft-2e-5": 2e-5, "ft-1e-4": 1e-4, "ft-5e-4": 5e-4}
#: The hardest class: two changes after one another; name: (parent's kind, its own last change).
COMBINED = {
    "permute+ft": ("permute-all", "ft"),
    "disguise+ft": ("disguise", "ft"),
    "int4+ft": ("int4", "ft"),
    "pruned-50+ft": ("pruned-50", "ft"),
    "drop+ft": ("drop", "ft"),
    "ft+disguise": ("ft-5e-4", "disguise"),
    "disguise+int3": ("disguise", "int3"),
    "pruned-90+disguise": ("pruned-90", "disguise"),
}
RELATIONS = {
    "copy": "identical",
    "bf16": "quantised",
    "int8": "quantised",
    "int4": "quantised",
    "int3": "quantised",
    "lora": "adapter-merged",
    "continued": "continued",
    "rl": "fine-tuned",
    "soup": "merged",
    "merge": "merged",
    "graft": "partial",
    "drop": "partial",
}


@dataclass(frozen=True)
class Member:
    """One model of the zoo.

    Attributes:
        name: Its folder: family, seed, kind, joined by hyphens.
        family: ``bert``, ``gpt2`` or ``llama``.
        seed: Of the base it comes from.
        kind: How it was made; a base's is ``base``.
        relation: Its class against its root; empty for a base.
        parents: The members it was made from.
        roots: The bases whose weights it carries.
    """

    name: str
    family: str
    seed: int
    kind: str
    relation: str = ""
    parents: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()


def plan(size: Size) -> Iterator[Member]:
    """All members, parents before their children."""
    early = max(2, size.rich)  # a base to merge with
    yield from _bases(range(early), size)
    for seed in range(size.rich):
        for family in size.families:
            yield from _descendants(family, seed, size)
    yield from _bases(range(early, size.seeds), size)


def _bases(seeds: range, size: Size) -> Iterator[Member]:
    for seed in seeds:
        for family in size.families:
            base = f"{family}-{seed}"
            yield Member(base, family, seed, "base", roots=(base,))


def _descendants(family: str, seed: int, size: Size) -> Iterator[Member]:
    base = f"{family}-{seed}"
    other = f"{family}-{(seed + 1) % max(2, size.rich)}"

    def child(kind: str, *parents: str) -> Member:
        both = (base, other) if kind in ("merge", "graft") else (base,)
        return Member(f"{base}-{kind}", family, seed, kind, relation(kind), parents or (base,), both)

    yield from map(child, ("copy", "bf16", "int8", "int4", "int3", "pruned-30", "pruned-50", "pruned-90"))
    yield from (child(kind) for kind in SYMMETRIES if (family, kind) != ("bert", "rotate"))
    yield child("drop")
    yield from (child(kind, base, other) for kind in ("merge", "graft"))
    yield from map(child, RATES)
    yield child("soup", f"{base}-ft-1e-4", f"{base}-ft-5e-4")
    yield from map(child, ("lora", "continued"))
    yield child("rl", f"{base}-bf16")
    yield from (child(kind, f"{base}-{first}") for kind, (first, _) in COMBINED.items())


def relation(kind: str) -> str:
    """The class that the kind belongs to: of the last change where it combines two."""
    if kind in COMBINED:
        return "combined"
    if kind in SYMMETRIES:
        return "transformed"
    if kind.startswith("pruned"):
        return "pruned"
    return "fine-tuned" if kind in RATES else RELATIONS[kind]
