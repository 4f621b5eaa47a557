"""Akaike's criterion of the inertia–conformity model, from its maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homophily.analysis._estimators.conformity.form import Form
from homophily.analysis._estimators.conformity.newton import solve
from homophily.analysis._estimators.conformity.prior import Prior
from homophily.analysis._estimators.conformity.problem import Problem
from homophily.analysis._estimators.conformity.rows import Rows

__all__ = ["Likelihood", "maximum"]

_NONE = Prior(base=np.inf, leaning=np.inf, effect=np.inf)
#: Log odds beyond which a coefficient is on its way to infinity.
_FAR = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """The highest likelihood of a form.

    Attributes:
        value: Log likelihood at its maximum, or the bound it approaches.
        parameters: How many are free: contrasts of base rates, leanings between verdicts seen on a dilemma,
            effects, less one shift of all base rates against all leanings.
        aic: 2 × parameters − 2 × value; NaN where even the effects have no maximum.
        unseen: Pairs of a dilemma and a verdict never given on it. Each sends a leaning to minus infinity;
            the likelihood is taken at that bound, where such verdicts cannot occur.
        finite: Whether the shared coefficients have a finite maximum.
    """

    value: float
    parameters: int
    aic: float
    unseen: int
    finite: bool


def maximum(rows: Rows, form: Form, *, models: int, dilemmas: int) -> Likelihood:
    """The maximum of the likelihood without priors, leanings as free parameters.

    A mode under priors does not maximise the likelihood, so Akaike's criterion cannot be taken there.

    Args:
        rows: The verdicts.
        form: The form.
        models: How many models there are.
        dilemmas: How many dilemmas.
    """
    seen = np.zeros((dilemmas, rows.kinds), dtype=bool)
    seen[rows.dilemma, rows.verdict] = True
    used = seen.any(axis=1)
    given = np.zeros((models, rows.kinds), dtype=bool)
    given[rows.model, rows.verdict] = True
    problem = Problem.of(rows, form, models=models, dilemmas=dilemmas, allowed=seen)
    found = solve(problem, _NONE, most=40)
    finite = found.converged and bool((np.abs(found.beta) < _FAR).all())
    leanings = int((seen.sum(axis=1) - 1)[used].sum())
    bases = int((given.any(axis=1) * (rows.kinds - 1)).sum())
    shift = int(given.any(axis=0).sum()) - 1
    parameters = bases + leanings + len(problem.names) - shift
    aic = 2 * parameters - 2 * found.likelihood if finite else float("nan")
    return Likelihood(
        value=found.likelihood,
        parameters=parameters,
        aic=aic,
        unseen=int((~seen[used]).sum()),
        finite=finite,
    )
