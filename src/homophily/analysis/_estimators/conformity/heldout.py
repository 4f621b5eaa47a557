"""How well the inertia–conformity model foretells verdicts it has not seen."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from homophily.analysis._estimators.conformity.fit import Estimator, fit
from homophily.analysis._estimators.conformity.form import Form
from homophily.analysis._estimators.conformity.prior import Prior
from homophily.analysis._estimators.conformity.process import Process, softmax
from homophily.analysis._estimators.conformity.rows import Rows

__all__ = ["Unit", "calibration", "foretold", "scores"]

Array = NDArray[np.float64]
Unit = Literal["debate", "dilemma"]
#: Points over which the leanings of an unseen dilemma are averaged; a power of 2.
_POINTS = 256


def foretold(
    rows: Rows,
    form: Form,
    *,
    models: int,
    dilemmas: int,
    protocols: int,
    unit: Unit = "debate",
    folds: int = 5,
    prior: Prior | None = None,
    estimator: Estimator = "map",
    rng: np.random.Generator,
) -> Array:
    """The probability given to each verdict of each row by a model fitted without it, (n, kinds).

    Args:
        rows: The verdicts.
        form: The form.
        models: How many models there are.
        dilemmas: How many dilemmas.
        protocols: How many protocols.
        unit: What is left out as a whole. Without its ``debate``, a row's dilemma is known from other
            debates; without its ``dilemma``, only from what was said in the same debate before.
        folds: How many parts are left out in turn.
        prior: The priors.
        estimator: How the model is fitted.
        rng: Deals units to folds.
    """
    prior = prior or Prior()
    code = np.unique(rows.debate if unit == "debate" else rows.dilemma, return_inverse=True)[1].reshape(-1)
    fold = rng.permutation(np.arange(code.max() + 1) % folds)[code]
    sizes = {"models": models, "dilemmas": dilemmas, "protocols": protocols}
    found = np.zeros((len(rows), rows.kinds))
    for part in np.unique(fold):
        fitted = fit(rows.take(fold != part), form, prior=prior, estimator=estimator, **sizes)
        kept = rows.take(out := fold == part)
        process = fitted.process()
        if unit == "debate":
            found[out] = softmax(process.logits(kept))
        else:
            found[out] = _averaged(process, kept, prior.leaning)
    return found


def _averaged(process: Process, rows: Rows, spread: float) -> Array:
    """Probabilities averaged over an unseen dilemma's leanings: their prior, given the debate so far.

    Quasi-random points of the prior, each weighted by the likelihood of the verdicts before in the debate.
    """
    points = qmc.Sobol(rows.kinds, scramble=True, rng=1).random(_POINTS)
    leanings = spread * norm.ppf(np.clip(points, 1e-9, 1 - 1e-9))
    bare = process.logits(rows, leaning=np.zeros((1, rows.kinds)))
    fits = np.empty((len(rows), _POINTS))
    for place, leaning in enumerate(leanings):
        chance = softmax(bare + leaning)
        fits[:, place] = np.log(np.take_along_axis(chance, rows.verdict[:, None], axis=1)[:, 0])
    weights = softmax(_before(fits, rows.debate))
    found = np.zeros_like(bare)
    for place, leaning in enumerate(leanings):
        found += weights[:, place, None] * softmax(bare + leaning)
    return found


def _before(each: Array, debate: NDArray[np.int64]) -> Array:
    """Sums over the earlier rows of the same debate; rows come in the order in which they were said."""
    total = np.cumsum(each, axis=0) - each
    first = np.flatnonzero(np.r_[True, np.diff(debate) != 0])
    return np.asarray(total - np.repeat(total[first], np.diff(np.r_[first, len(each)]), axis=0))


def scores(chance: Array, verdict: NDArray[np.int64]) -> dict[str, Array]:
    """Each row's ``accuracy``, ``log loss`` (nats) and ``Brier score`` (0 to 2), (n,)."""
    own = np.take_along_axis(chance, verdict[:, None], axis=1)[:, 0]
    given = verdict[:, None] == np.arange(chance.shape[1])
    return {
        "accuracy": (chance.argmax(axis=1) == verdict).astype(float),
        "log loss": -np.log(np.maximum(own, 1e-300)),
        "Brier score": ((chance - given) ** 2).sum(axis=1),
    }


def calibration(chance: Array, verdict: NDArray[np.int64], bins: int = 10) -> list[tuple[float, float, int]]:
    """Foretold and seen shares in equally wide bins of the foretold, over all verdicts of all rows.

    Returns:
        Mean probability, share that came true and number of cases of each bin that has any.
    """
    given = (verdict[:, None] == np.arange(chance.shape[1])).ravel()
    flat = chance.ravel()
    place = np.minimum((flat * bins).astype(int), bins - 1)
    size = np.bincount(place, minlength=bins)
    mean, seen = (np.bincount(place, weights=each, minlength=bins) for each in (flat, given))
    return [(mean[b] / size[b], seen[b] / size[b], int(size[b])) for b in range(bins) if size[b]]
