"""The inertia–conformity model, fitted.

P(v) ∝ exp( θ[model, v] + φ[dilemma, v] + α · 1{v = own last verdict} + γ_previous · n_previous(v)
+ γ_within · n_within(v) ), after Sachdeva & van Nuenen (2026, COLM); what they leave open is an option.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.form import EFFECTS, Form
from homophily.analysis._estimators.conformity.newton import Solution, solve
from homophily.analysis._estimators.conformity.prior import Prior
from homophily.analysis._estimators.conformity.problem import Problem, contrasts
from homophily.analysis._estimators.conformity.process import Process
from homophily.analysis._estimators.conformity.rows import Rows

__all__ = ["Estimator", "Fit", "fit"]

Array = NDArray[np.float64]

#: Refits at once, each with arrays of its own as large as the data.
_THREADS = 4

Estimator = Literal["map", "marginal"]
"""``map``: the mode over all parameters. ``marginal``: dilemmas' leanings integrated out (Laplace)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted model.

    Attributes:
        problem: What was fitted.
        prior: The priors.
        estimator: How.
        solution: Where the search ended.
        protocols: How many protocols there are.
    """

    problem: Problem
    prior: Prior
    estimator: Estimator
    solution: Solution
    protocols: int

    @property
    def effects(self) -> Array:
        """The coefficients of inertia and conformity, as `Problem.names` names them."""
        return self.solution.beta[self.problem.models * self.problem.free :]

    def process(self, beta: Array | None = None, leaning: Array | None = None) -> Process:
        """The process of the estimates, or of other coefficients and leanings in their place."""
        problem = self.problem
        beta = self.solution.beta if beta is None else beta
        leaning = self.solution.leaning if leaning is None else leaning
        contrast, size = contrasts(problem.rows.kinds), problem.models * problem.free
        effects = np.zeros((problem.models, self.protocols, len(EFFECTS)))
        for (effect, model, protocol), found in zip(problem.names, beta[size:], strict=True):
            who = slice(None) if model < 0 else model
            where = slice(None) if protocol < 0 else protocol
            effects[who, where, EFFECTS.index(effect)] = found
        base = beta[:size].reshape(problem.models, problem.free) @ contrast.T
        return Process(base=base, leaning=leaning @ contrast.T, effects=effects, latest=problem.form.latest)

    def draw(self, rng: np.random.Generator) -> Process:
        """A process from the normal approximation of the posterior: shared coefficients, then leanings."""
        system = self.solution.system
        shared = np.linalg.cholesky(np.linalg.inv(system.curvature))
        move = shared @ rng.standard_normal(self.solution.beta.size)
        loose = np.linalg.cholesky(np.linalg.inv(system.inner))
        noise = rng.standard_normal(self.solution.leaning.shape)
        leaning = self.solution.leaning - system.along @ move + np.matmul(loose, noise[:, :, None])[:, :, 0]
        return self.process(self.solution.beta + move, leaning)

    def resampled(self, weights: Array) -> Array:
        """The shared coefficients, base rates included, refitted to resampled dilemmas.

        Args:
            weights: How often each dilemma was drawn, (draws, dilemmas). One drawn twice counts as two
                dilemmas with leanings of their own.

        Returns:
            One row a resample, NaN where the refit did not converge, (draws, shared).
        """
        start = (self.solution.beta, self.solution.leaning)
        found = np.full((len(weights), start[0].size), np.nan)

        def refit(place: int) -> None:
            again = solve(
                self.problem,
                self.prior,
                marginal=self.estimator == "marginal",
                weights=weights[place],
                start=start,
                tolerance=1e-4,
            )
            if again.converged:
                found[place] = again.beta

        # The work is in NumPy's loops, which let other threads run.
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
            list(pool.map(refit, range(len(weights))))
        return found


def fit(
    rows: Rows,
    form: Form,
    *,
    models: int,
    dilemmas: int,
    protocols: int,
    prior: Prior | None = None,
    estimator: Estimator = "map",
) -> Fit:
    """Fit one form to verdicts.

    Args:
        rows: The verdicts with their histories.
        form: Which effects there are and who shares them.
        models: How many models there are.
        dilemmas: How many dilemmas.
        protocols: How many protocols.
        prior: The priors; those of the paper if not given.
        estimator: `Estimator`.
    """
    prior = prior or Prior()
    problem = Problem.of(rows, form, models=models, dilemmas=dilemmas)
    solution = solve(problem, prior, marginal=estimator == "marginal")
    return Fit(problem=problem, prior=prior, estimator=estimator, solution=solution, protocols=protocols)
