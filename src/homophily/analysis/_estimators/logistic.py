"""Logistic regression of a choice on one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["slope"]

Array = NDArray[np.float64]


def slope(x: Array, chosen: Array, *, steps: int = 50) -> float:
    """The log odds of choosing gained per unit of x, by maximum likelihood with an intercept.

    Args:
        x: A number for each choice.
        chosen: 1 or 0.
        steps: Most Newton steps.

    Returns:
        The slope; NaN where it has no finite maximum (choices perfectly told by x, or all alike).
    """
    design = np.column_stack([np.ones_like(x), x])
    beta = np.zeros(2)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weight = chance * (1 - chance)
        information = design.T @ (design * weight[:, None])
        if np.linalg.cond(information) > 1e10 or np.abs(beta).max() > 25:
            return float("nan")
        step = np.linalg.solve(information, design.T @ (chosen - chance))
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            return float(beta[1])
    return float("nan")
