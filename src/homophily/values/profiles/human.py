"""People as surveyed: multivariate normal with the means and covariance of the European Social Survey."""

from __future__ import annotations

import numpy as np

from homophily.values import norms
from homophily.values.centring import centre
from homophily.values.profiles._scale import MIDDLE, place

__all__ = ["human"]
__references__ = ("ess2018",)


def human(
    n: int, rng: np.random.Generator, *, population: str = norms.DEFAULT, level: float = MIDDLE
) -> np.ndarray:
    """Draw people of a population.

    Centred scores are multivariate normal with the population's mean and Germany's covariance (ESS round 9),
    the only one known. Two random people have a Pearson similarity of about .41 ± .30. Raw scores have each
    person's centred shape around `level`; where that leaves 1–6, the level yields, then the spread.

    Args:
        n: How many.
        rng: The source of chance.
        population: Whose mean profile, such as ``ESS9-DE`` or ``ESS11-FI`` (`homophily.values.norms.names`).
        level: Wished mean of all items; surveys' answers lie higher, which centring removes.

    Returns:
        Raw target scores on 1–6, (n, 10).

    Raises:
        UnknownName: There are no norms of this name.
    """
    whose = norms.population(population)
    # The symmetric root, unlike a Cholesky or plain eigen factor, is unique: equal draws on every machine.
    variances, axes = np.linalg.eigh(whose.covariance)
    root = (axes * np.sqrt(np.clip(variances, 0, None))) @ axes.T
    return place(centre(whose.mean + rng.standard_normal((n, root.shape[0])) @ root), level)
