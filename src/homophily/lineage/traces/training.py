"""Training: a recogniser of each channel, its settings selected on traces held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError
from homophily.lineage.traces.channels import CHANNELS
from homophily.lineage.traces.grams import informative
from homophily.lineage.traces.linear import fit
from homophily.lineage.traces.recogniser import Judgement, Observed, Recogniser, features, observe
from homophily.lineage.traces.trace import Trace

__all__ = ["train"]

#: What is tried: words of the longest n-gram, and the ridge of the linear model.
GRID: Mapping[str, Sequence[Any]] = {"longest": (2, 3, 4), "ridge": (1e-3, 1e-4)}
_FEATURES = 900
_FOLDS = 4

Tell = Callable[[str], object]


def train(
    traces: Sequence[Trace],
    channel: str,
    *,
    grid: Mapping[str, Sequence[Any]] = GRID,
    tell: Tell = lambda _: None,
) -> Recogniser:
    """A recogniser of the classes that traces say they are of.

    Settings are those of most right answers on folds held out; among equals, of least loss. Folds hold out
    circumstances that come together (versions, dtype, threads, length), so that selection and the novelty of
    known classes are those of circumstances not seen, not of one more draw from the same.

    Args:
        traces: With ``architecture`` and ``implementation`` in `Trace.about`.
        channel: One of `CHANNELS`.
        grid: Values to try of each setting; those of `GRID` by default.
        tell: Is told what is under way, in a few words.

    Raises:
        DataError: Fewer than two classes, a class of one trace, or a trace that does not say what it is of.
    """
    classes, codes = _classes(traces)
    folds = _folds(traces)
    tried: list[dict[str, Any]] = []
    best: tuple[tuple[float, float], dict[str, Any], list[Judgement]] | None = None
    for longest in grid["longest"]:
        observed = [observe(trace, channel, longest) for trace in traces]
        for ridge in grid["ridge"]:
            tell(f"{CHANNELS[channel]}: n-grams of up to {longest}, ridge {ridge:g}")
            setting = {"channel": channel, "longest": longest, "ridge": ridge}
            told = _held_out(observed, codes, classes, folds, setting)
            right, loss = _score(told, codes)
            tried.append({"longest": longest, "ridge": ridge, "right": right, "loss": loss})
            if best is None or (right, -loss) > best[0]:
                best = ((right, -loss), setting, told)
    assert best is not None
    _, setting, told = best
    observed = [observe(trace, channel, setting["longest"]) for trace in traces]
    held = np.sort([each.novelty for each in told])
    chosen = {**setting, "folds": int(folds.max()) + 1, "traces": len(traces), "tried": tried}
    return replace(_fitted(observed, codes, classes, setting), held=held, chosen=chosen)


def _classes(traces: Sequence[Trace]) -> tuple[tuple[tuple[str, str], ...], NDArray[np.int64]]:
    told = []
    for number, trace in enumerate(traces, 1):
        own = (trace.about.get("architecture"), trace.about.get("implementation"))
        if not all(isinstance(each, str) and each for each in own):
            raise DataError(f"trace {number} does not say its architecture and implementation.")
        told.append((str(own[0]), str(own[1])))
    classes = tuple(sorted(set(told)))
    if len(classes) < 2:
        raise DataError(f"templates need traces of two classes or more; there are {len(classes)}.")
    for each in classes:
        if told.count(each) < 2:
            raise DataError(f"{each[0]}, {each[1]}: one trace; templates need two or more of each class.")
    return classes, np.array([classes.index(each) for each in told], np.int64)


def _folds(traces: Sequence[Trace]) -> NDArray[np.int64]:
    """A fold of each trace; where circumstances are several, traces of like circumstances share one."""
    keys = ("torch", "transformers", "dtype", "threads", "tokens")
    like = [tuple(str(trace.about.get(key)) for key in keys) for trace in traces]
    kinds = sorted(set(like))
    if len(kinds) < _FOLDS:
        return np.arange(len(traces), dtype=np.int64) % 2
    return np.array([kinds.index(each) * _FOLDS // len(kinds) for each in like], np.int64)


def _held_out(
    observed: Sequence[Observed],
    codes: NDArray[np.int64],
    classes: tuple[tuple[str, str], ...],
    folds: NDArray[np.int64],
    setting: dict[str, Any],
) -> list[Judgement]:
    """The judgement of each trace by a recogniser that has seen none of its fold."""
    told: dict[int, Judgement] = {}
    for fold in range(int(folds.max()) + 1):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        own = _fitted([observed[int(i)] for i in inside], codes[inside], classes, setting)
        told |= dict(zip(outside.tolist(), own.weigh([observed[int(i)] for i in outside]), strict=True))
    return [told[i] for i in range(len(observed))]


def _score(told: Sequence[Judgement], codes: NDArray[np.int64]) -> tuple[float, float]:
    shares = np.array([each.probabilities for each in told])
    right = float(np.mean(shares.argmax(axis=1) == codes))
    loss = -float(np.mean(np.log(np.maximum(shares[np.arange(len(codes)), codes], 1e-12))))
    return round(right, 4), round(loss, 4)


def _fitted(
    observed: Sequence[Observed],
    codes: NDArray[np.int64],
    classes: tuple[tuple[str, str], ...],
    setting: dict[str, Any],
) -> Recogniser:
    vocabulary = tuple(informative([each.grams for each in observed], codes, many=_FEATURES))
    linear = fit(features(observed, vocabulary), codes, len(classes), ridge=setting["ridge"])
    by_name = not len(observed[0].profile)
    known = tuple(sorted({gram for each in observed for gram in each.grams})) if by_name else ()
    seen, core = _templates(observed, codes, len(classes), known)
    profiles = np.zeros((len(classes), 0))
    if not by_name:
        stacked = np.array([each.profile for each in observed])
        means = np.array(
            [
                stacked[codes == c].mean(axis=0) if (codes == c).any() else 0 * stacked[0]
                for c in range(len(classes))
            ]
        )
        profiles = means / np.maximum(means.std(axis=1, keepdims=True), 1e-9)
    return Recogniser(
        setting["channel"],
        classes,
        setting["longest"],
        vocabulary,
        linear,
        known,
        seen,
        core,
        profiles,
        np.zeros(0),
    )


def _templates(
    observed: Sequence[Observed], codes: NDArray[np.int64], number: int, known: Sequence[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which n-grams any trace of a class had, and which every one; of an empty class none and none."""
    place = {gram: i for i, gram in enumerate(known)}
    counts = np.zeros((number, len(known)), np.int64)
    if known:
        for each, own in zip(observed, codes, strict=True):
            counts[own, [place[gram] for gram in each.grams]] += 1
    size = np.bincount(codes, minlength=number)[:, None]
    return counts > 0, (counts == size) & (size > 0)
