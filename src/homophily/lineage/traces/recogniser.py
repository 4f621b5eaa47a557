"""A recogniser: on one channel, tells classes by a linear model and strangers by the nearest template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.traces.channels import LONG, words
from homophily.lineage.traces.grams import grams, resampled
from homophily.lineage.traces.linear import Linear
from homophily.lineage.traces.trace import Trace

__all__ = ["POINTS", "Judgement", "Observed", "Recogniser", "features", "observe"]
__references__ = ("own", "rafi2022")

#: Points of a profile of durations.
POINTS = 64

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observed:
    """What a channel shows of a trace: n-grams, and on a channel of durations their profile ``(POINTS,)``."""

    grams: Counter[str]
    profile: _Array


def observe(trace: Trace, channel: str, longest: int) -> Observed:
    """A trace through a channel.

    Args:
        trace: Any.
        channel: One of `channels.CHANNELS`.
        longest: Words of the longest n-gram.
    """
    counted = grams(words(trace, channel), longest)
    if channel in ("names", "shapes"):
        return Observed(counted, np.zeros(0))
    seen = trace.duration[trace.duration >= (LONG if channel == "long" else 0.0)]
    return Observed(counted, resampled(np.log2(np.maximum(seen, 0.05)), POINTS))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a recogniser says of one trace.

    Attributes:
        probabilities: Of each class, if it is one of them, ``(classes,)``.
        distances: To each class's template, 0 to 1, ``(classes,)``.
        novelty: Distance to the nearest plus what probability leaves to all classes but the first.
        p: Share of held-out traces of known classes at least as novel; small for a stranger.
    """

    probabilities: _Array
    distances: _Array
    novelty: float
    p: float


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What training leaves of a channel.

    Attributes:
        channel: One of `channels.CHANNELS`.
        classes: ``(architecture, implementation)`` of each.
        longest: Words of the longest n-gram.
        vocabulary: n-grams of the linear model; its features are their presence and, for durations, the
            profile.
        linear: The model.
        known: n-grams of templates by name; empty for durations.
        seen: Which of them any trace of a class had, ``(classes, known)``.
        core: Which of them every trace of a class had, likewise.
        profiles: Templates of durations, ``(classes, POINTS)``; ``(classes, 0)`` by name.
        held: Novelty of held-out traces of known classes, rising.
        chosen: How it was selected.
    """

    channel: str
    classes: tuple[tuple[str, str], ...]
    longest: int
    vocabulary: tuple[str, ...]
    linear: Linear
    known: tuple[str, ...]
    seen: NDArray[np.bool_]
    core: NDArray[np.bool_]
    profiles: _Array
    held: _Array
    chosen: dict[str, Any] = field(default_factory=dict)

    def judge(self, traces: Sequence[Trace]) -> list[Judgement]:
        """A judgement of each trace."""
        return self.weigh([observe(trace, self.channel, self.longest) for trace in traces])

    def weigh(self, observed: Sequence[Observed]) -> list[Judgement]:
        """A judgement of each trace already observed."""
        if not observed:
            return []
        shares = self.linear.probabilities(features(observed, self.vocabulary))
        place = {gram: i for i, gram in enumerate(self.known)}
        told = []
        for each, share in zip(observed, shares, strict=True):
            away = self._away(each, place)
            novelty = float(away.min() + 1 - share.max())
            rank = len(self.held) - int(np.searchsorted(self.held, novelty - 1e-9))
            told.append(Judgement(share, away, novelty, (1 + rank) / (1 + len(self.held))))
        return told

    def _away(self, observed: Observed, place: dict[str, int]) -> _Array:
        if self.profiles.shape[1]:
            apart: _Array = (1 - self.profiles @ observed.profile / POINTS) / 2
            return np.clip(apart, 0.0, 1.0) if observed.grams else np.ones(len(self.classes))
        own = np.zeros(len(self.known), bool)
        inside = [place[gram] for gram in observed.grams if gram in place]
        own[inside] = True
        strange = len(observed.grams) - len(inside)
        extra = strange + (own & ~self.seen).sum(axis=1)
        lacking = (self.core & ~own).sum(axis=1)
        whole = strange + (self.core | own).sum(axis=1)
        distance: _Array = (extra + lacking) / np.maximum(whole, 1)
        return distance if observed.grams else np.ones(len(self.classes))


def features(observed: Sequence[Observed], vocabulary: Sequence[str]) -> _Array:
    """Presence of n-grams at equal length, beside the profile, ``(traces, features)``."""
    place = {gram: i for i, gram in enumerate(vocabulary)}
    rows = np.zeros((len(observed), len(vocabulary) + len(observed[0].profile)))
    for row, each in zip(rows, observed, strict=True):
        row[[place[gram] for gram in each.grams if gram in place]] = 1.0
        row[: len(vocabulary)] *= 6.0 / max(1.0, float(np.linalg.norm(row)))
        row[len(vocabulary) :] = 0.2 * each.profile
    return rows
