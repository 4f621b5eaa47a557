"""What the inertia–conformity model takes for likely before it sees data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.problem import Problem

__all__ = ["Prior"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Standard deviations of the normal priors, all of mean 0; infinite for none.

    Attributes:
        base: Of base rates θ.
        leaning: Of dilemmas' leanings φ.
        effect: Of inertia and conformity.
    """

    base: float = 1.0
    leaning: float = 1.0
    effect: float = 0.5

    def precision(self, problem: Problem) -> NDArray[np.float64]:
        """1 / variance of each shared coefficient of a problem."""
        base = np.full(problem.models * problem.free, self.base**-2.0)
        return np.concatenate([base, np.full(len(problem.names), self.effect**-2.0)])
