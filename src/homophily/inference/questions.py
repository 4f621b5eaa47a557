"""Questions: what was scored before, to be answered at once when it is asked again, word for word."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from homophily.inference.jobs import Job, Scoring
from homophily.inference.requests import Scored

__all__ = ["Questions"]

#: Scored questions that are remembered, a few kilobytes each.
REMEMBERED = 20_000


@dataclass(slots=True)
class Questions:
    """Scored questions, the oldest leaving first."""

    _scores: OrderedDict[tuple[object, ...], Scored] = field(default_factory=OrderedDict)

    def remember(self, job: Scoring, scored: Scored) -> None:
        """Keep what a question was answered with."""
        self._scores[job.question] = scored
        if len(self._scores) > REMEMBERED:
            self._scores.popitem(last=False)

    def recall(self, job: Job) -> Scored | None:
        """The answer to an equal question, as when a persona is asked again; None for a new one."""
        known = self._scores.get(job.question) if isinstance(job, Scoring) else None
        if known is None:
            return None
        seconds = time.perf_counter() - job.arrived
        spent = replace(known.spent, shared_tokens=len(job.ids), seconds=seconds, computed=0.0)
        return replace(known, spent=spent)
