"""Logistic regression with a random intercept for each cluster.

The likelihood integrates the intercept out by adaptive Gauss–Hermite quadrature (Liu & Pierce 1994;
Pinheiro & Chao 2006): nodes sit around each cluster's own mode, as wide as its curvature there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from homophily.errors import DataError, UsageError

__all__ = ["MixedLogit", "mixed_logit"]

Array = NDArray[np.float64]
#: Log odds beyond which a coefficient is on its way to infinity.
_FAR = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedLogit:
    """A fitted model.

    Attributes:
        beta: Coefficients, in log odds given the cluster.
        covariance: Of them, from the observed information, the standard deviation's part accounted for.
        sd: Standard deviation of the clusters' intercepts.
        likelihood: Log likelihood.
        converged: Whether the slope vanishes.
    """

    beta: Array
    covariance: Array
    sd: float
    likelihood: float
    converged: bool


def mixed_logit(x: Array, y: Array, cluster: NDArray[np.integer], *, nodes: int = 15) -> MixedLogit:
    """Fit by maximum likelihood.

    Args:
        x: Columns of the fixed part, a constant among them, (n, columns).
        y: 1 or 0, (n,).
        cluster: Rows with one number share an intercept, (n,).
        nodes: Points of the quadrature, 5 at least: the slope is that of the integral, not of its sum.

    Raises:
        UsageError: Too few nodes.
        DataError: No finite maximum: a column tells the answers apart perfectly, or columns imply one
        another.
    """
    if nodes < 5:
        raise UsageError(f"{nodes} nodes are too few; give 5 or more.")
    problem = _Problem(x, y, cluster, nodes)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise DataError("some predictors imply one another: leave one of them out.")
    start = np.append(_plain(x, y), 0.5)
    found = optimize.minimize(
        lambda at: tuple(-part for part in problem.likelihood(at)), start, jac=True, method="BFGS",
        options={"gtol": 1e-6 * max(len(y), 100), "maxiter": 500},
    )  # fmt: skip
    at, information = found.x, problem.information(found.x)
    for _ in range(8):  # BFGS ends near; Newton's steps end there
        step = np.linalg.lstsq(information, problem.likelihood(at)[1], rcond=1e-10)[0]
        if not np.isfinite(step).all() or np.abs(step).max() > 1:
            break
        at = at + step
        if np.abs(step).max() < 1e-8:
            break
        information = problem.information(at)
    value, slope = problem.likelihood(at)
    if np.abs(at[:-1]).max() > _FAR:
        raise DataError("a column tells the answers apart perfectly: no finite coefficients.")
    at[-1] = abs(at[-1])
    singular = at[-1] < 1e-3
    inner = information[:-1, :-1] if singular else information
    covariance = np.asarray(np.linalg.inv(inner), dtype=float)[: x.shape[1], : x.shape[1]]
    return MixedLogit(
        beta=at[:-1],
        covariance=covariance,
        sd=float(at[-1]),
        likelihood=float(value),
        converged=bool(np.abs(slope[:-1] if singular else slope).max() < 1e-3 * np.sqrt(len(y))),
    )


def _plain(x: Array, y: Array) -> Array:
    """Coefficients without clusters, by a few ridged Newton steps: a start."""
    beta = np.zeros(x.shape[1])
    for _ in range(8):
        p = special.expit(x @ beta)
        information = x.T @ (x * (p * (1 - p))[:, None]) + 1e-2 * np.eye(x.shape[1])
        beta = beta + np.linalg.solve(information, x.T @ (y - p) - 1e-2 * beta)
    return beta


class _Problem:
    """The likelihood and its slope; rows sorted by cluster, the intercept sd · u with u standard normal."""

    def __init__(self, x: Array, y: Array, cluster: NDArray[np.integer], nodes: int) -> None:
        code = np.unique(cluster, return_inverse=True)[1].reshape(-1)
        order = np.argsort(code, kind="stable")
        self.x, self.y, self.code = x[order], y[order].astype(float), code[order]
        self.starts = np.flatnonzero(np.r_[True, np.diff(self.code) != 0])
        self.node, weight = special.roots_hermite(nodes)
        self.weight = np.log(weight) + self.node**2
        self.mode = np.zeros(len(self.starts))

    def _sum(self, each: Array) -> Array:
        return np.asarray(np.add.reduceat(each, self.starts, axis=0))

    def _settle(self, fixed: Array, sd: float) -> tuple[Array, Array]:
        """Each cluster's mode of u and the width there."""
        u = self.mode
        for _ in range(30):
            p = special.expit(fixed + sd * u[self.code])
            slope = sd * self._sum(self.y - p) - u
            bend = sd * sd * self._sum(p * (1 - p)) + 1
            step = np.clip(slope / bend, -2, 2)
            u = u + step
            if np.abs(step).max() < 1e-9:
                break
        self.mode = u
        p = special.expit(fixed + sd * u[self.code])
        return u, 1 / np.sqrt(sd * sd * self._sum(p * (1 - p)) + 1)

    def likelihood(self, at: Array) -> tuple[float, Array]:
        """Log likelihood and its slope by (beta, sd)."""
        fixed, sd = self.x @ at[:-1], float(at[-1])
        mode, width = self._settle(fixed, sd)
        u = mode[:, None] + np.sqrt(2) * width[:, None] * self.node
        eta = fixed[:, None] + sd * u[self.code]
        own = self._sum(self.y[:, None] * eta - np.logaddexp(0, eta))
        joint = own - u * u / 2 + self.weight
        total = special.logsumexp(joint, axis=1)
        value = float((total + np.log(width)).sum() - 0.5 * np.log(np.pi) * len(total))
        share = np.exp(joint - total[:, None])
        rest = (self.y[:, None] - special.expit(eta)) * share[self.code]
        slope = np.append(self.x.T @ rest.sum(axis=1), (rest * u[self.code]).sum())
        return value, slope

    def information(self, at: Array) -> Array:
        """Observed information, by central differences of the slope."""
        step = 1e-4
        rows = [
            self.likelihood(at - step * unit)[1] - self.likelihood(at + step * unit)[1]
            for unit in np.eye(at.size)
        ]
        found = np.array(rows) / (2 * step)
        return np.asarray((found + found.T) / 2)
