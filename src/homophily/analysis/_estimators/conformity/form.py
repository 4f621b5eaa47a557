"""The forms of the inertia–conformity model: which coefficients there are, and who shares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.rows import Rows

__all__ = ["EFFECTS", "FORMS", "By", "Form"]

By = Literal["", "all", "model", "protocol"]
"""Who shares a coefficient: nobody has it, all share one, or one a model, or one a model and protocol."""

#: The effects a form can have, in order.
EFFECTS = ("inertia", "heard", "previous", "within", "inertia × previous", "inertia × within")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of the model; base rates by model and leanings by dilemma are in all of them.

    Attributes:
        inertia: Of 1 for the agent's own last verdict.
        heard: Of the count of others' verdicts, previous rounds and this one together.
        previous: Of the count in completed rounds.
        within: Of the count by earlier speakers of this round.
        interactions: Of own last verdict × each of the last two counts.
        latest: Count the last completed round alone instead of all.
    """

    inertia: By = ""
    heard: By = ""
    previous: By = ""
    within: By = ""
    interactions: By = ""
    latest: bool = False

    @property
    def shared(self) -> dict[str, By]:
        """Each effect of `EFFECTS` that is there, with who shares its coefficient."""
        every = (self.inertia, self.heard, self.previous, self.within, *[self.interactions] * 2)
        return {name: by for name, by in zip(EFFECTS, every, strict=True) if by}

    def columns(self, rows: Rows) -> NDArray[np.float64]:
        """The effects' columns, (n, kinds, effects)."""
        own = (rows.own[:, None] == np.arange(rows.kinds)).astype(float)
        previous = rows.latest if self.latest else rows.previous
        every = {
            "inertia": own,
            "heard": previous + rows.within,
            "previous": previous,
            "within": rows.within,
            "inertia × previous": own * previous,
            "inertia × within": own * rows.within,
        }
        there = [every[name] for name in self.shared]
        return np.stack(there, axis=2) if there else np.zeros((*own.shape, 0))


#: The nested forms from base rates alone to the published one and beyond. ``previous`` is no special case of
#: ``pooled``; both are of ``both``.
FORMS = {
    "fixed effects": Form(),
    "inertia": Form(inertia="all"),
    "pooled": Form(inertia="all", heard="all"),
    "previous": Form(inertia="all", previous="all"),
    "both": Form(inertia="all", previous="all", within="all"),
    "model": Form(inertia="model", previous="model", within="model"),
    "interactions": Form(inertia="model", previous="model", within="model", interactions="model"),
    "latest": Form(inertia="model", previous="model", within="model", latest=True),
    "protocol": Form(inertia="protocol", previous="model", within="model"),
    "protocol, latest": Form(inertia="protocol", previous="model", within="model", latest=True),
}
