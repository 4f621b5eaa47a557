"""A linear model: multinomial logistic regression, by scipy's L-BFGS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Linear", "fit"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of a softmax over classes.

    Attributes:
        weights: ``(features, classes)``.
        offset: ``(classes,)``.
    """

    weights: NDArray[np.floating]
    offset: NDArray[np.floating]

    def probabilities(self, x: _Array) -> _Array:
        """Of each class, ``(…, classes)``, for features ``(…, features)``."""
        return _softmax(x @ self.weights + self.offset)


def fit(x: _Array, classes: NDArray[np.int64], number: int, *, ridge: float) -> Linear:
    """Least mean cross-entropy plus ``ridge / 2`` times the squared weights.

    Args:
        x: Features, ``(traces, features)``.
        classes: From 0, ``(traces,)``.
        number: Of classes.
        ridge: At least 0; the offset is not shrunk.
    """
    from scipy.optimize import minimize

    traces, features = x.shape
    wanted = np.zeros((traces, number))
    wanted[np.arange(traces), classes] = 1.0

    def loss(flat: _Array) -> tuple[float, _Array]:
        weights, offset = flat[:-number].reshape(features, number), flat[-number:]
        scores = x @ weights + offset
        top = scores.max(axis=1, keepdims=True)
        logs = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
        off = (np.exp(logs) - wanted) / traces
        slope = np.concatenate(((x.T @ off + ridge * weights).ravel(), off.sum(axis=0)))
        return float(-(logs * wanted).sum() / traces + ridge / 2 * np.sum(weights**2)), slope

    found = minimize(
        loss, np.zeros((features + 1) * number), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    return Linear(found.x[:-number].reshape(features, number), found.x[-number:])


def _softmax(scores: _Array) -> _Array:
    rising = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: _Array = rising / rising.sum(axis=-1, keepdims=True)
    return shares
