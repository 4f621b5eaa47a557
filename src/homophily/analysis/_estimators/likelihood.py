"""The likelihood of a linear mixed model of one set of persons, from cross-products of each person's rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Likelihood", "Solved"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solved:
    """The equations solved at given relative covariances.

    Attributes:
        beta: Fixed effects, (p,).
        scatter: (X'V⁻¹X)⁻¹ for V in units of σ², (p, p).
        rss: (y − Xβ)'V⁻¹(y − Xβ).
        logdet: log|V|, and for the restricted likelihood + log|X'V⁻¹X|.
    """

    beta: Array
    scatter: Array
    rss: float
    logdet: float


class Likelihood:
    """−2 log likelihood of y = Xβ + Z_i b_i + e as a function of Λ, b_i ~ N(0, σ²ΛΛ').

    With W_i = Λ'Z_i'Z_iΛ + I, log|V_i| = log|W_i| and V_i⁻¹ = I − Z_iΛW_i⁻¹Λ'Z_i': nothing larger than (q, q)
    is factored for each person, all persons at once.

    Args:
        y: Outcome, (n,).
        x: Fixed effects, (n, p), full column rank.
        z: Random effects, (n, q).
        codes: Person of each row, 0 … persons − 1, (n,).
        reml: Whether the likelihood is restricted.
    """

    def __init__(self, y: Array, x: Array, z: Array, codes: NDArray[np.intp], *, reml: bool) -> None:
        self.n, self.p = x.shape
        self.reml = reml
        self.freedom = self.n - (self.p if reml else 0)
        right = np.column_stack([x, y])
        persons = int(codes.max()) + 1
        self.own: Array = np.zeros((persons, z.shape[1], z.shape[1]))
        self.across: Array = np.zeros((persons, z.shape[1], right.shape[1]))
        np.add.at(self.own, codes, z[:, :, None] * z[:, None, :])
        np.add.at(self.across, codes, z[:, :, None] * right[:, None, :])
        self.total: Array = right.T @ right

    def deviance(self, triangle: Array) -> float:
        """Profiled over β and σ², (q, q) to −2 log likelihood."""
        at = self.solve(triangle)
        return float(at.logdet + self.freedom * (1 + np.log(2 * np.pi * at.rss / self.freedom)))

    def deviance_and_gradient(self, triangle: Array) -> tuple[float, Array]:
        """The same, and its derivative by Λ, (q, q)."""
        at = self.solve(triangle)
        inner = triangle.T @ self.own @ triangle + np.eye(triangle.shape[0])
        turned = self.own @ triangle
        weighed = np.linalg.solve(inner, np.swapaxes(turned, 1, 2))
        slope = 2 * np.swapaxes(weighed, 1, 2).sum(axis=0)
        left = self.across - turned @ np.linalg.solve(inner, triangle.T @ self.across)  # Z'V⁻¹ of X and y
        rest = left[:, :, -1] - left[:, :, :-1] @ at.beta
        slope = slope - 2 * self.freedom / at.rss * (rest.T @ rest) @ triangle
        if self.reml:
            slope = (
                slope
                - 2 * np.einsum("gip,pr,gjr->ij", left[:, :, :-1], at.scatter, left[:, :, :-1]) @ triangle
            )
        value = at.logdet + self.freedom * (1 + np.log(2 * np.pi * at.rss / self.freedom))
        return float(value), slope

    def solve(self, triangle: Array) -> Solved:
        """Everything the likelihood needs at Λ."""
        inner = triangle.T @ self.own @ triangle + np.eye(triangle.shape[0])
        side = triangle.T @ self.across
        left = self.total - np.einsum("gki,gkj->ij", side, np.linalg.solve(inner, side))
        information, moment = left[:-1, :-1], left[:-1, -1]
        scatter = np.linalg.inv(information)
        beta = scatter @ moment
        logdet = float(np.linalg.slogdet(inner)[1].sum())
        if self.reml:
            logdet += float(np.linalg.slogdet(information)[1])
        return Solved(beta, scatter, float(left[-1, -1] - moment @ beta), logdet)

    def effects(self, triangle: Array, beta: Array) -> Array:
        """Each person's best prediction of b_i, (persons, q)."""
        inner = triangle.T @ self.own @ triangle + np.eye(triangle.shape[0])
        left = triangle.T @ (self.across[:, :, -1:] - self.across[:, :, :-1] @ beta[:, None])
        return np.asarray((triangle @ np.linalg.solve(inner, left))[:, :, 0])
