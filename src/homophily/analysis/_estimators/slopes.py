"""Linear mixed models whose intercept and slopes vary between persons, by (restricted) maximum likelihood.

The model is y = Xβ + Z_i b_i + e for the rows of person i, b_i ~ N(0, σ²ΛΛ') and e ~ N(0, σ²I) (Laird &
Ware 1982, Biometrics 38; parameterised by the lower triangle Λ as in Bates, Mächler, Bolker & Walker 2015, J.
Stat. Softw. 67(1)). Fixed effects carry Satterthwaite degrees of freedom (Kuznetsova, Brockhoff & Christensen
2017, J. Stat. Softw. 82(13)). `homophily.analysis._estimators.reml` has crossed factors, but no slopes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from homophily.analysis._estimators.interval import wald
from homophily.analysis._estimators.likelihood import Likelihood
from homophily.analysis._estimators.reml import Contrast
from homophily.errors import DataError

__all__ = ["FORMS", "Form", "Slopes", "slopes"]

Array = NDArray[np.float64]
Form = Literal["correlated", "independent", "intercepts"]
"""What varies: intercept and slopes with all their correlations, without any, or the intercept alone."""

FORMS: tuple[Form, ...] = ("correlated", "independent", "intercepts")
"""From the richest to the poorest."""

_ZERO = 1e-3  # a relative standard deviation below this is one of zero


@dataclass(frozen=True, slots=True)
class Slopes:
    """A fitted model.

    Attributes:
        beta: Fixed effects, (p,).
        covariance: Their covariance, (p, p).
        random: Covariance of intercept and slopes between persons, (q, q); 0 where they do not vary.
        residual: Residual variance.
        effects: Each person's predicted deviations, (persons, q).
        persons: The labels of the persons, in the order of `effects`.
        deviance: −2 log likelihood, restricted if `reml`.
        form: What varies between persons.
        singular: Whether a variance is estimated at zero or a correlation at ±1.
        converged: Whether the slope of the deviance vanishes.
        n: Rows.
    """

    beta: Array
    covariance: Array
    random: Array
    residual: float
    effects: Array
    persons: NDArray[np.str_]
    deviance: float
    form: Form
    singular: bool
    converged: bool
    n: int
    _parameters: Array
    _jacobian: Array

    def contrast(self, weights: Sequence[float] | Array, level: float = 0.95) -> Contrast:
        """A contrast of the fixed effects with its Satterthwaite t interval and two-sided p.

        Args:
            weights: One a fixed effect, (p,).
            level: Coverage of the interval.
        """
        weights = np.asarray(weights, dtype=float)
        variance = float(weights @ self.covariance @ weights)
        gradient = np.einsum("i,kij,j->k", weights, self._jacobian, weights)
        spread = float(gradient @ self._parameters @ gradient)
        df = 2 * variance**2 / spread if spread > 0 else float(self.n - self.beta.size)
        se = float(np.sqrt(variance))
        found = wald(float(weights @ self.beta), se, df, level)
        return Contrast(found.estimate, se, df, found.low, found.high, found.p)


def slopes(
    y: Array, x: Array, z: Array, person: Sequence[object], *, form: Form = "correlated", reml: bool = True
) -> Slopes:
    """Fit the model.

    Args:
        y: Outcome, (n,), finite.
        x: Fixed-effects design, (n, p), of full column rank.
        z: What varies between persons, the first column a constant, (n, q).
        person: Whose row it is, (n,).
        form: Which of it varies, and how.
        reml: Restricted likelihood; else the plain one, for likelihood-ratio tests of fixed effects.

    Raises:
        DataError: Too few persons or rows, an outcome that the fixed effects explain entirely, or columns
            that imply one another.
    """
    names, codes = np.unique(np.asarray(person).astype(str), return_inverse=True)
    z = np.asarray(z, dtype=float)[:, : 1 if form == "intercepts" else None]
    _check(y, x, codes)
    scale = np.sqrt(np.mean(z**2, axis=0))
    likelihood = Likelihood(y, x, z / np.where(scale > 0, scale, 1.0), codes, reml=reml)
    place = _places(z.shape[1], form)
    theta, converged = _minimise(likelihood, place)
    return _assemble(likelihood, theta, place, names, scale, form, converged)


def _check(y: Array, x: Array, codes: NDArray[np.intp]) -> None:
    persons = int(codes.max()) + 1
    if persons < 3 or y.size <= persons:
        raise DataError(f"{y.size} ratings by {persons} people are too few for a model of persons.")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise DataError("a predictor does not vary, or others imply it: leave it out.")
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    if rest @ rest <= 1e-16 * max(1.0, float(y @ y)):
        raise DataError("the outcome does not vary around the predictors: there is nothing to estimate.")


def _places(q: int, form: Form) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the parameters stand in the lower triangle: all of it, or its diagonal."""
    if form == "correlated":
        down, across = np.tril_indices(q)
    else:
        down, across = np.diag_indices(q)
    return down.astype(np.intp), across.astype(np.intp)


def _triangle(theta: Array, place: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Array:
    triangle: Array = np.zeros((int(place[0].max()) + 1,) * 2)
    triangle[place] = theta
    return triangle


def _minimise(likelihood: Likelihood, place: tuple[NDArray[np.intp], NDArray[np.intp]]) -> tuple[Array, bool]:
    diagonal = place[0] == place[1]
    bounds = [(0.0, 1e4) if d else (-1e4, 1e4) for d in diagonal]

    def deviance(theta: Array) -> tuple[float, Array]:
        value, slope = likelihood.deviance_and_gradient(_triangle(theta, place))
        return value, slope[place]

    best, found = np.inf, np.zeros(diagonal.size)
    converged = False
    for start in (0.5, 0.05):  # the second finds optima near the boundary that the first may pass
        done = optimize.minimize(
            deviance,
            np.where(diagonal, start, 0.0),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-14, "gtol": 1e-6, "maxiter": 300},
        )
        if done.fun < best - 1e-7:
            best, found = float(done.fun), np.asarray(done.x, dtype=float)
            inside = ~diagonal | (found > _ZERO)
            converged = bool(np.abs(done.jac[inside]).max(initial=0.0) < 1e-2)
        if (found[diagonal] > _ZERO).all():
            break
    return np.where(diagonal & (found < _ZERO), 0.0, found), converged


def _assemble(
    likelihood: Likelihood,
    theta: Array,
    place: tuple[NDArray[np.intp], NDArray[np.intp]],
    names: NDArray[np.str_],
    scale: Array,
    form: Form,
    converged: bool,
) -> Slopes:
    triangle = _triangle(theta, place)
    at = likelihood.solve(triangle)
    sigma2 = at.rss / likelihood.freedom
    parameters, jacobian, definite = _information(likelihood, theta, place, sigma2)
    back = np.diag(1 / np.where(scale > 0, scale, 1.0))
    return Slopes(
        beta=at.beta,
        covariance=sigma2 * at.scatter,
        random=np.asarray(sigma2 * back @ triangle @ triangle.T @ back),
        residual=float(sigma2),
        effects=np.asarray(likelihood.effects(triangle, at.beta) @ back),
        persons=names,
        deviance=likelihood.deviance(triangle),
        form=form,
        singular=bool((np.diag(triangle) == 0).any()),
        converged=converged and definite,
        n=likelihood.n,
        _parameters=parameters,
        _jacobian=jacobian,
    )


def _information(
    likelihood: Likelihood, theta: Array, place: tuple[NDArray[np.intp], NDArray[np.intp]], sigma2: float
) -> tuple[Array, Array, bool]:
    """Covariance of the free parameters and σ², and the derivative of Cov(β̂) by each; central differences."""
    free = np.flatnonzero((theta != 0) | (place[0] != place[1]))
    at = np.append(theta[free], sigma2)
    steps = np.append(np.full(free.size, 2e-3), 2e-3 * sigma2)

    def moved(change: Array) -> tuple[float, Array]:
        trial = theta.copy()
        trial[free] = (at + change)[:-1]
        s2 = float((at + change)[-1])
        solved = likelihood.solve(_triangle(trial, place))
        deviance = solved.logdet + likelihood.freedom * np.log(s2) + solved.rss / s2
        return float(deviance), s2 * solved.scatter

    unit = np.diag(steps)
    middle = moved(np.zeros_like(at))[0]
    ahead, behind = [moved(step) for step in unit], [moved(-step) for step in unit]
    hessian = np.empty((at.size, at.size))
    for i in range(at.size):
        hessian[i, i] = (ahead[i][0] - 2 * middle + behind[i][0]) / steps[i] ** 2
        for j in range(i):
            corners = moved(unit[i] + unit[j])[0] + moved(-unit[i] - unit[j])[0]
            corners -= moved(unit[i] - unit[j])[0] + moved(unit[j] - unit[i])[0]
            hessian[i, j] = hessian[j, i] = corners / (4 * steps[i] * steps[j])
    jacobian = np.stack([(a[1] - b[1]) / (2 * s) for a, b, s in zip(ahead, behind, steps, strict=True)])
    definite = bool(np.isfinite(hessian).all() and np.linalg.eigvalsh(hessian).min() > 0)
    inverse = np.linalg.pinv(hessian) if np.isfinite(hessian).all() else np.zeros_like(hessian)
    return np.asarray(2 * inverse), jacobian, definite
