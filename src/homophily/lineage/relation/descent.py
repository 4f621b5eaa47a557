"""Whose child is this model: the relation of two checkpoints, with evidence that says how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from homophily.errors import UsageError
from homophily.lineage.relation.comparison import Comparison, Settings, compare, look
from homophily.lineage.relation.pairing import blocks
from homophily.lineage.relation.reading import opened
from homophily.lineage.relation.rules import Thresholds, Verdict, verdict
from homophily.lineage.relation.third import merged_of
from homophily.lineage.tests import Score, Weights
from homophily.lineage.tests._difference import Difference

if TYPE_CHECKING:
    from homophily.lineage.checkpoints import Checkpoint

__all__ = ["Descent", "descent"]

Source = "str | Path | Checkpoint | Weights"
TESTS = ("csu", "wmatch", "mdir")


@dataclass(frozen=True, slots=True)
class Descent:
    """The relation of model b to model a.

    Attributes:
        relation: "identical", "quantised", "adapter-merged", "fine-tuned", "continued", "pruned",
            "transformed" (permuted, turned, rescaled), "merged", "partial", "unrelated", "undecided" or
            "not comparable".
        similarity: Cosine of all 2-D weights compared, in the alignment found; NaN where none could be.
        distance: Length of the difference over the models' mean length, all blocks' matrices as one
            vector; what moving units explains is taken away. NaN where none could be compared.
        log10_p: Of "these two are unrelated", corrected for tests and alignments; finite. NaN only where
            nothing could be tested.
        method: How, in a line.
        direction: "b from a", "a from b" or "undetermined".
        why: What settles the direction, or why it is open.
        text: The finding in a sentence.
        evidence: What was seen, in sentences.
        assumptions: What must hold for p to mean what it says.
        null: What p is computed under.
        scores: Every test's score.
        differences: Matrix by matrix.
        layers: b's layer for each layer of a compared.
        related_layers: Those of a with a relative in b.
    """

    relation: str
    similarity: float
    distance: float
    log10_p: float
    method: str
    direction: str
    why: str
    text: str
    evidence: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    null: str = ""
    scores: dict[str, Score] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    layers: dict[int, int] = field(default_factory=dict)
    related_layers: tuple[int, ...] = ()

    @property
    def p(self) -> float:
        """The p-value; the smallest float above 0 where it is smaller still."""
        return max(10.0**self.log10_p, 5e-324) if math.isfinite(self.log10_p) else math.nan

    @property
    def related(self) -> bool:
        """Whether a relation was found."""
        return self.relation not in ("unrelated", "undecided", "not comparable")


def descent(
    a: str | Path | Checkpoint | Weights,
    b: str | Path | Checkpoint | Weights,
    *,
    third: str | Path | Checkpoint | Weights | None = None,
    layers: int | None = 6,
    tests: Sequence[str] = TESTS,
    alpha: float = 1e-6,
    thresholds: Thresholds | None = None,
    floor: float = 0.25,
    mapping: str | Path | None = None,
    base: str | Path | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Descent:
    """Whether one model descends from the other or both from one, and how.

    Args:
        a: A checkpoint's path, an open checkpoint, or arrays by role and layer.
        b: The other.
        third: A model that may have been merged with a into b.
        layers: At most so many, evenly spread; None for all.
        tests: Names in the catalogue ``lineage.tests``.
        alpha: A relation is claimed where p, corrected for tests and alignments, is at most this; between
            this and .01 the matter is "undecided".
        thresholds: Where one relation ends and the next begins.
        floor: Mean matching below which `wmatch` does not count once channels were aligned by what was
            learnt: strangers of one diet may share a few units.
        mapping: A file of names that the shipped families do not know.
        base: The base that adapters are merged into.
        say: Told what is being done, a few words at a time.

    Raises:
        UsageError: A setting is out of range, or a test unknown.
        DataError: A checkpoint cannot be read.
    """
    if not 0 < alpha < 0.01:
        raise UsageError(
            f"alpha={alpha!r}: must lie between 0 and .01; from .01 on nothing would be undecided."
        )
    if layers is not None and layers < 1:
        raise UsageError(f"layers={layers!r}: compare at least one layer, or all by leaving it out.")
    settings = Settings(tuple(tests), layers, alpha, floor)
    names = {"mapping": mapping, "base": base}
    with opened(a, **names) as one, opened(b, **names) as other:
        why = _apart(one, other)
        if why:
            return _nothing("not comparable", why)
        found = compare(one, other, settings, say)
        related = found.related(alpha)
        look(one, other, found, related=related or not found.scores, say=say)
        related = related or _copied(found)
        if not related:
            return _stranger(found, settings)
        made = verdict(found, alpha, thresholds or Thresholds())
        if third is not None and made.relation != "identical":
            with opened(third, **names) as beside:
                made = merged_of(one, beside, other, found, made, thresholds or Thresholds())
    return _relative(found, made, settings)


def _apart(a: Weights, b: Weights) -> str:
    """Why two models cannot be compared at all; empty if they can."""
    if not blocks(a) or not blocks(b):
        which = "a" if not blocks(a) else "b"
        return f"{which} holds no blocks whose roles are known; a mapping file can name them"
    ours, theirs = _width(a), _width(b)
    if ours != theirs:
        return (
            f"hidden sizes differ ({ours} and {theirs}), and a child made narrower or wider cannot be told "
            "from a stranger"
        )
    return ""


def _width(weights: Weights) -> int:
    from homophily.lineage.tests import shape_of

    for role in ("up", "gate", "q", "qkv", "v"):
        for layer in blocks(weights)[:1]:
            shape = shape_of(weights, (role, layer))
            if shape:
                return shape[-1]
    return 0


def _copied(found: Comparison) -> bool:
    """Most matrices hold the same words: proof enough where no test could be done."""
    same = [d.same for d in found.differences if d.zeros_a < 0.5 and d.zeros_b < 0.5]
    return bool(same) and float(np.median(same)) > 0.5


def _similarity(found: Comparison) -> float:
    """Cosine of all matrices compared, as one vector."""
    dots = sum(d.cosine * d.lengths[0] * d.lengths[1] for d in found.differences if math.isfinite(d.cosine))
    lengths = [math.sqrt(sum(d.lengths[side] ** 2 for d in found.differences)) for side in (0, 1)]
    return float(dots / (lengths[0] * lengths[1])) if min(lengths) > 0 else math.nan


def _distance(found: Comparison, relation: str) -> float:
    """How far apart two models are once moved units are brought together."""
    if relation == "transformed" and found.moves:
        alike = [
            x for move in found.moves.values() for x in (move.matched, move.circuits) if math.isfinite(x)
        ]
        return math.sqrt(max(0.0, 2 * (1 - float(np.mean(alike)))))
    inner = [d for d in found.differences if d.layer is not None and math.isfinite(d.relative)]
    apart = sum((d.relative * d.lengths[0]) ** 2 for d in inner)
    return math.sqrt(apart / sum(d.lengths[0] * d.lengths[1] for d in inner)) if inner else math.nan


def _method(found: Comparison, settings: Settings) -> str:
    done = [name for name, score in found.scores.items() if not score.missing]
    if not done:
        return "no test could be done"
    number = f"{len(found.layers)} of {max(found.numbers)} layers"
    return f"{', '.join(done)}; {number}, Fisher over layers, Bonferroni over {found.tried} tests"


def _shared(found: Comparison) -> dict[str, object]:
    done = {name: score for name, score in found.scores.items() if not score.missing}
    strongest = min(done.values(), key=lambda score: score.log10_p or 0.0, default=None)
    return {
        "null": strongest.null if strongest else "",
        "assumptions": tuple(dict.fromkeys(line for score in done.values() for line in score.assumptions)),
        "scores": found.scores,
        "differences": tuple(found.differences),
        "layers": dict(found.layers),
    }


def _stranger(found: Comparison, settings: Settings) -> Descent:
    tested = any(not score.missing and score.log10_p is not None for score in found.scores.values())
    relation = "unrelated" if tested and found.log10_p > -2 else "undecided"
    text = {
        True: f"No sign of descent: p = {_power(found.log10_p)} is what unrelated models give.",
        False: f"Undecided: p = {_power(found.log10_p)} is small but above the {settings.alpha:g} asked for."
        if tested
        else "Undecided: no test fits what both models hold.",
    }[relation == "unrelated"]
    evidence = tuple(f"{name}: {score.missing}" for name, score in found.scores.items() if score.missing)
    return Descent(
        relation,
        _similarity(found),
        _distance(found, relation),
        found.log10_p if tested else math.nan,
        _method(found, settings),
        "undetermined",
        "there is no relation to direct" if relation == "unrelated" else "the relation itself is open",
        text,
        evidence,
        **_shared(found),  # type: ignore[arg-type]
    )


def _relative(found: Comparison, made: Verdict, settings: Settings) -> Descent:
    direction = {"a": "a from b", "b": "b from a", "": "undetermined"}[made.child]
    tested = any(not score.missing and score.log10_p is not None for score in found.scores.values())
    return Descent(
        made.relation,
        _similarity(found),
        _distance(found, made.relation),
        found.log10_p if tested else math.nan,
        _method(found, settings),
        direction,
        made.why,
        f"{made.relation.capitalize()}{f', {direction}' if made.child else ''}: {made.seen[0]}.",
        made.seen,
        related_layers=made.related_layers,
        **_shared(found),  # type: ignore[arg-type]
    )


def _nothing(relation: str, why: str) -> Descent:
    text = f"{relation.capitalize()}: {why}."
    return Descent(relation, math.nan, math.nan, math.nan, "none", "undetermined", why, text, (why,))


def _power(log10_p: float) -> str:
    return f"{10**log10_p:.2g}" if log10_p > -4 else f"10^{log10_p:.1f}"
