"""Cohen's kappa of yes-or-no codes, for each code and pooled over all, from sums a bootstrap can weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["kappas", "sums"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def sums(first: Flags, second: Flags, cluster: NDArray[np.intp]) -> Array:
    """What each cluster of answers adds, (clusters, 4, codes): answers, first's yes, second's yes, both.

    Args:
        first: Whether the first coder gave a code to an answer, (answers, codes).
        second: Whether the second did.
        cluster: Answers with one number are drawn together, (answers,).
    """
    parts = np.stack([np.ones_like(first), first, second, first & second], axis=1).astype(float)
    found: Array = np.zeros((int(cluster.max()) + 1, *parts.shape[1:]))
    np.add.at(found, cluster, parts)
    return found


def kappas(total: Array) -> Array:
    """Kappa of each code (Cohen 1960, Educ. Psychol. Meas. 20), the pooled one last, (…, codes + 1).

    Pooled is kappa of the codes' mean observed and mean expected agreement (De Vries, Elliott, Kanouse &
    Teleki 2008, Field Methods 20). NaN where neither coder's answers vary, so that chance alone agrees fully.

    Args:
        total: Sums over clusters, (…, 4, codes).
    """
    n, a, b, both = (total[..., part, :] for part in range(4))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (n - a - b + 2 * both) / n
        expected = (a * b + (n - a) * (n - b)) / n**2
        each = np.where(expected < 1 - 1e-12, (observed - expected) / (1 - expected), np.nan)
        po, pe = observed.mean(axis=-1, keepdims=True), expected.mean(axis=-1, keepdims=True)
        pooled = np.where(pe < 1 - 1e-12, (po - pe) / (1 - pe), np.nan)
    return np.concatenate([each, pooled], axis=-1)
