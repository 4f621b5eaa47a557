"""Two models brought together: the alignment in which they are most alike, its scores and differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from homophily import catalogue
from homophily.lineage.relation.moved import Moved, moved
from homophily.lineage.relation.pairing import blocks, paired, spread
from homophily.lineage.relation.view import Basis, View, folds
from homophily.lineage.tests import Score, Weights, bonferroni, shape_of
from homophily.lineage.tests._difference import Difference, difference
from homophily.lineage.tests._polar import Turn, turn

__all__ = ["Comparison", "Settings", "compare", "look"]

Say = Callable[[str], None]
_MATRICES = ("q", "k", "v", "qkv", "o", "gate", "up", "down")
_OUTER = ("embed", "head", "position")
_ROWS = 4096
#: Tests of the MLP's units, done in every alignment; what is not among them is done once.
_UNITS = ("csu", "wmatch")
_ALIGNMENTS = 3
#: Beyond so many channels a decomposition takes seconds to minutes: CKA first says whether it can help.
_WIDE = 1024
_TURNABLE = 0.8
#: Mean matching beyond which no other alignment is tried.
_SETTLED = 0.8
#: Cosine of matrices from which nothing of a layer can have been moved about.
_IN_PLACE = 0.99
#: How much better a later alignment must be to be taken for an earlier, simpler one.
_CLEARLY = 0.1


@dataclass(frozen=True, slots=True)
class Settings:
    """How two models are compared.

    Attributes:
        tests: Names in the catalogue ``lineage.tests``.
        layers: At most so many layers, evenly spread; None for all.
        alpha: A relation is claimed where p, corrected for the tests, is at most this.
        floor: A relative's mean matching is at least this where the null of `wmatch` may not hold: after
            channels were aligned by what two models learnt, strangers of one diet may share a few units.
    """

    tests: Sequence[str]
    layers: int | None
    alpha: float
    floor: float


@dataclass(slots=True)
class Comparison:
    """What was found out about two models.

    Attributes:
        basis: b's channels in a's terms; None where they are the same.
        layers: b's layer for each layer of a that was compared.
        scores: By test, in the chosen alignment.
        log10_p: The smallest p of all tests and alignments, times their number.
        tried: How many p-values that is corrected for.
        numbers: How many blocks each model has.
        differences: Matrix by matrix; without grids and ranks for strangers.
        moves: By layer of a, for relatives.
        gains_same: Whether every gain is equal in both.
        new_head: Whether only one of the two ends in a classifier.
    """

    basis: Basis | None
    layers: Mapping[int, int]
    scores: dict[str, Score]
    log10_p: float
    tried: int
    numbers: tuple[int, int]
    differences: list[Difference] = field(default_factory=list)
    moves: dict[int, Moved] = field(default_factory=dict)
    gains_same: bool = True
    new_head: bool = False

    def related(self, alpha: float) -> bool:
        """Whether p is small enough."""
        return self.log10_p <= math.log10(alpha)


def compare(a: Weights, b: Weights, settings: Settings, say: Say) -> Comparison:
    """Bring two models of one width together; the first alignment that settles the matter is taken.

    Args:
        a: One model's arrays.
        b: The other's.
        settings: How.
        say: Told what is being done.
    """
    best: Comparison | None = None
    ps: list[float] = []
    once: dict[str, Score] = {}
    planned = _ALIGNMENTS * sum(name in _UNITS for name in settings.tests)
    planned += sum(name not in _UNITS for name in settings.tests)
    for basis, folded in _alignments(a, b, settings, once, say):
        found = _tested(a, b, basis, folded, settings, say)
        counted = {name: s for name, s in found.scores.items() if _counts(name, s, basis, settings)}
        ps += [score.log10_p for score in counted.values() if score.log10_p is not None]
        if best is None or _strength(found) > _strength(best) + _CLEARLY:
            best = found
        if _strength(found) > _SETTLED and min((s.log10_p or 0 for s in counted.values()), default=0) < -9:
            break
    assert best is not None
    ps += [score.log10_p for score in once.values() if score.log10_p is not None]
    best.scores |= once
    best.log10_p = min(0.0, float(bonferroni(ps) + np.log10(planned / len(ps)))) if ps else 0.0
    best.tried = planned
    return best


def _counts(name: str, score: Score, basis: Basis | None, settings: Settings) -> bool:
    return name != "wmatch" or basis is None or score.statistic >= settings.floor


def _strength(found: Comparison) -> float:
    """The best mean matching of units, weighed by the share of layers that could be compared."""
    return max((s.statistic for s in found.scores.values() if not s.missing), default=-1.0)


def _alignments(
    a: Weights, b: Weights, settings: Settings, once: dict[str, Score], say: Say
) -> Iterator[tuple[Basis | None, bool]]:
    """As they stand; channels permuted and turned in sign; rotated, where norms allow it."""
    yield None, False
    say("aligning channels by the embeddings")
    found = _turned(a, b)
    if "mdir" in settings.tests:
        once["mdir"] = catalogue.get("lineage.tests", "mdir")(a, b, turned=found)
    if isinstance(found, str):
        return
    both = folds(a) and folds(b)
    n = len(found.partners)
    if not (np.array_equal(found.partners, np.arange(n)) and (found.signs > 0).all()):
        turned = "" if (found.signs > 0).all() else " and turned in sign"
        name = (
            f"channels permuted{turned}"
            if not np.array_equal(found.partners, np.arange(n))
            else "signs turned"
        )
        yield Basis(name, partners=found.partners, signs=found.signs), both
    if both:
        yield Basis("channels rotated", rotation=np.ascontiguousarray(found.rotation.T)), True


def _turned(a: Weights, b: Weights) -> Turn | str:
    """How b's channels lie; told of a wide model only where the embeddings' geometry lets a turn help."""
    shape = shape_of(a, ("embed", None))
    if shape is not None and shape[-1] > _WIDE:
        alike = catalogue.get("lineage.tests", "cka")(a, b).statistic
        if alike < _TURNABLE:
            return (
                f"no turn of the channels makes these embeddings alike (CKA {alike:.2f}, below {_TURNABLE})"
            )
    return turn(a, b)


def _tested(
    a: Weights, b: Weights, basis: Basis | None, folded: bool, settings: Settings, say: Say
) -> Comparison:
    ours, theirs = blocks(a), blocks(b)
    if len(ours) == len(theirs):
        layers = dict(zip(ours, theirs, strict=True))
    else:
        say("pairing layers")
        layers = paired(View(a, folded=folded), View(b, folded=folded, basis=basis))
    layers = {layer: layers[layer] for layer in spread(list(layers), settings.layers)}
    one, other = _views(a, b, basis, folded, layers)
    scores = {}
    for name in settings.tests:
        if name in _UNITS:
            say(f"{name}, {basis.name if basis else 'as they stand'}")
            scores[name] = catalogue.get("lineage.tests", name)(one, other)
        elif basis is None and name != "mdir":
            scores[name] = catalogue.get("lineage.tests", name)(one, other)
    return Comparison(basis, layers, scores, 0.0, 0, (len(ours), len(theirs)))


def _views(
    a: Weights, b: Weights, basis: Basis | None, folded: bool, layers: Mapping[int, int]
) -> tuple[View, View]:
    same = {layer: layer for layer in layers}
    return View(a, folded=folded, layers=same), View(b, folded=folded, basis=basis, layers=layers)


def look(a: Weights, b: Weights, found: Comparison, *, related: bool, say: Say) -> None:
    """Compare matrix by matrix in the alignment that was found.

    Args:
        a: One model's arrays.
        b: The other's.
        found: Filled in.
        related: Whether to look for grids, ranks and moved units too.
        say: Told what is being done.
    """
    folded = folds(a) and folds(b)
    one, other = _views(a, b, found.basis, folded and found.basis is not None, found.layers)
    say("comparing matrices")
    for role in _OUTER:
        sizes = shape_of(one, (role, None)), shape_of(other, (role, None))
        if all(sizes) and sizes[0] and sizes[1] and sizes[0][1:] == sizes[1][1:]:
            rows = min(sizes[0][0], sizes[1][0], _ROWS)
            pair = (w.rows((role, None), 0, rows) for w in (one, other))
            found.differences.append(difference(role, None, *pair, thorough=related and found.basis is None))
    for layer in found.layers:
        for role in _MATRICES:
            key = (role, layer)
            if key in one and key in other and one.shapes[key] == other.shapes[key]:
                thorough = related and found.basis is None
                found.differences.append(difference(role, layer, one[key], other[key], thorough=thorough))
    found.new_head = (("classifier", None) in one) != (("classifier", None) in other)
    if related:
        gains = [key for key in one if key in other and key[0].startswith("norm")]
        found.gains_same = all(np.array_equal(one[key], other[key]) for key in gains)
        views = _views(a, b, found.basis, folded, found.layers)
        seen = {layer: moved(*views, layer) for layer in found.layers if _may_have_moved(found, layer)}
        found.moves = {layer: move for layer, move in seen.items() if move is not None}


def _may_have_moved(found: Comparison, layer: int) -> bool:
    """Whether any matrix of a layer is far enough from its counterpart for something to have been moved."""
    cosines = [d.cosine for d in found.differences if d.layer == layer]
    return found.basis is not None or not cosines or min(cosines) < _IN_PLACE
