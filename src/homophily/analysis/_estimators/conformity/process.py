"""The process the model describes: what an agent says next, given what it said and heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.form import EFFECTS, Form
from homophily.analysis._estimators.conformity.rows import Rows

__all__ = ["Process", "softmax"]

Array = NDArray[np.float64]


def softmax(logits: Array) -> Array:
    """Probabilities over the last axis."""
    power = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(power / power.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """All parameters of the model, in log odds.

    Attributes:
        base: How each model is given to each verdict, θ, (models, kinds).
        leaning: What each dilemma adds to each verdict, φ, (dilemmas, kinds).
        effects: The coefficients of `EFFECTS` by model and protocol, 0 for those the form lacks,
            (models, protocols, effects).
        latest: Whether only the last completed round counts as heard.
    """

    base: Array
    leaning: Array
    effects: Array
    latest: bool = False

    def logits(self, rows: Rows, *, leaning: Array | None = None) -> Array:
        """The logits of each row, (n, kinds).

        Args:
            rows: The histories.
            leaning: Of each row's dilemma, in place of its own, (n, kinds).
        """
        every = Form(
            inertia="all", heard="all", previous="all", within="all", interactions="all", latest=self.latest
        )
        columns = every.columns(rows)
        shift = self.leaning[rows.dilemma] if leaning is None else leaning
        weights = self.effects[rows.model, rows.protocol]
        return np.asarray(self.base[rows.model] + shift + np.einsum("nke,ne->nk", columns, weights))

    def with_effect(self, name: str, values: Array) -> Process:
        """The process with one effect's coefficients set, (models, protocols) or what broadcasts to it."""
        effects = self.effects.copy()
        effects[:, :, EFFECTS.index(name)] = values
        return Process(base=self.base, leaning=self.leaning, effects=effects, latest=self.latest)
