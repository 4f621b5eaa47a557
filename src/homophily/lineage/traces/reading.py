"""Reading a trace: its class or "unknown", its sizes, and what no trace can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from homophily.errors import UsageError
from homophily.lineage.traces.dimensions import Dimensions, read_off
from homophily.lineage.traces.trace import Trace

if TYPE_CHECKING:
    from homophily.lineage.traces.recogniser import Judgement, Recogniser
    from homophily.lineage.traces.templates import Templates

__all__ = ["ALPHA", "UNKNOWN", "Reading", "classify"]

UNKNOWN = "unknown"

#: Share of known classes' held-out traces at which a trace as strange is called unknown.
ALPHA = 0.01

#: Distances that differ by less count as alike.
_NEAR = 0.02


@dataclass(frozen=True, slots=True)
class Reading:
    """What a trace tells.

    Attributes:
        architecture: The most probable, or `UNKNOWN`.
        implementation: Likewise.
        p: Share of known classes' held-out traces that are at least as strange as this one.
        novelty: How strange, 0 for a trace that a template fits in full.
        probabilities: ``(architecture, implementation)`` to probability, if it is a known class; falling.
        distances: To each class's template, likewise.
        alike: Other classes whose templates fit this trace about as well.
        dimensions: Sizes read off; from shapes, whatever the channel.
        channel: What was used to classify.
        events: In the trace.
        cautions: What to hold against the answer, in sentences.
        untold: What no trace tells, and what settles it, in sentences.
    """

    architecture: str
    implementation: str
    p: float
    novelty: float
    probabilities: dict[tuple[str, str], float]
    distances: dict[tuple[str, str], float]
    alike: tuple[tuple[str, str], ...]
    dimensions: Dimensions
    channel: str
    events: int
    cautions: tuple[str, ...]
    untold: tuple[str, ...]

    @property
    def architectures(self) -> dict[str, float]:
        """Probability of each architecture over its implementations; falling."""
        return _summed(self.probabilities, 0)

    @property
    def implementations(self) -> dict[str, float]:
        """Probability of each implementation over architectures; falling."""
        return _summed(self.probabilities, 1)

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "architecture": self.architecture,
            "implementation": self.implementation,
            "known": self.architecture != UNKNOWN,
            "p": self.p,
            "novelty": self.novelty,
            "channel": self.channel,
            "events": self.events,
            "classes": [
                {
                    "architecture": name,
                    "implementation": how,
                    "probability": share,
                    "distance": self.distances[name, how],
                }
                for (name, how), share in self.probabilities.items()
            ],
            "alike": [list(each) for each in self.alike],
            "sizes": self.dimensions.told,
            "cautions": list(self.cautions),
            "untold": list(self.untold),
        }


def classify(
    trace: Trace, templates: Templates | None = None, *, channel: str = "names", alpha: float = ALPHA
) -> Reading:
    """Read a trace.

    Args:
        trace: From `record` or `read`.
        templates: Those shipped, by default.
        channel: What of the trace to classify by.
        alpha: A trace is "unknown" where less than this share of known classes' are as strange.

    Raises:
        UsageError: An empty trace, or `alpha` outside (0, 1).
        UnknownName: A channel that the templates do not have.
    """
    from homophily.lineage.traces.templates import shipped

    if not len(trace):
        raise UsageError("the trace is empty: nothing ran while it was recorded.")
    if not 0 < alpha < 1:
        raise UsageError(f"alpha of {alpha}; give a share between 0 and 1.")
    used = templates if templates is not None else shipped()
    recogniser = used.channel(channel)
    (judged,) = recogniser.judge([trace])
    known = judged.p >= alpha
    best = recogniser.classes[int(judged.probabilities.argmax())] if known else (UNKNOWN, UNKNOWN)
    order = np.argsort(-judged.probabilities, kind="stable")
    near = np.argsort(judged.distances, kind="stable")
    alike = _alike(recogniser, judged, best) if known else ()
    return Reading(
        *best,
        judged.p,
        judged.novelty,
        {recogniser.classes[i]: float(judged.probabilities[i]) for i in order},
        {recogniser.classes[i]: float(judged.distances[i]) for i in near},
        alike,
        read_off(trace),
        channel,
        len(trace),
        tuple(_cautions(trace, used, channel)),
        tuple(_untold(best, alike)),
    )


def _summed(probabilities: dict[tuple[str, str], float], part: int) -> dict[str, float]:
    sums: dict[str, float] = {}
    for key, value in probabilities.items():
        sums[key[part]] = sums.get(key[part], 0.0) + value
    return dict(sorted(sums.items(), key=lambda each: -each[1]))


def _alike(recogniser: Recogniser, judged: Judgement, best: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    if recogniser.profiles.shape[1]:
        return ()
    limit = judged.distances[recogniser.classes.index(best)] + _NEAR
    close = zip(recogniser.classes, judged.distances, strict=True)
    return tuple(name for name, away in close if name != best and away <= limit)


def _cautions(trace: Trace, templates: Templates, channel: str) -> list[str]:
    told = []
    for key, thing in (
        ("torch", "torch"),
        ("transformers", "transformers"),
        ("dtype", "dtype"),
        ("device", "device"),
    ):
        own, among = trace.about.get(key), templates.about.get(key) or []
        if own is not None and own not in among:
            told.append(
                f"No template was recorded with {thing} {own}; they have {', '.join(map(str, among))}."
            )
    if channel in ("durations", "long"):
        told.append(
            "Durations depend on the machine and on what else runs there; the templates' are of another."
        )
    return told


def _untold(best: tuple[str, str], alike: tuple[tuple[str, str], ...]) -> list[str]:
    told = []
    if best[0] == UNKNOWN:
        told.append(
            "The run fits no template. The nearest ones are no guess at what it is; the sizes do not rest on "
            "templates."
        )
    for name, how in alike:
        told.append(f"The template of {name}, {how} fits about as well.")
    told.append(
        "Two models of one architecture, implementation and size run alike: a trace does not tell which "
        "base a model came from, nor two families that share code (ELECTRA runs as BERT does, a Mistral "
        "without a sliding window as Llama). Agreement of outputs on probe inputs settles it ('homophily "
        "lineage trace agree MODEL BASE …'), or, with weights at hand, the descent test ('homophily lineage "
        "MODEL BASE')."
    )
    return told
