"""Forms of the conformity model: which of the nested forms foretells unseen verdicts best?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._debates import debates
from homophily.analysis._estimators import conformity as estimator
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, number, row
from homophily.errors import UnknownName

__all__ = ["conformity_forms"]
__references__ = ("efron1993", "sachdeva2026", "wilson1927")

_NONE = float("nan")


def conformity_forms(
    tables: Mapping[str, pd.DataFrame],
    *,
    forms: Sequence[str] = tuple(estimator.FORMS),
    unit: estimator.Unit = "debate",
    folds: int = 5,
    kind: estimator.Estimator = "map",
    draws: int = 1000,
    seed: int = 1,
) -> Finding:
    """Each form's fit and its prediction of verdicts left out.

    *Held out*: accuracy, log loss (nats), Brier score (0 to 2) and calibration error of verdicts in debates
    (or on dilemmas) that the fit has not seen. *AIC* is taken at the maximum of the likelihood, not at the
    mode under priors. That maximum seldom exists as such: a verdict never given on a dilemma sends its
    leaning to minus infinity, so the likelihood is taken at that bound, and leanings count as parameters
    only between verdicts that were given. With a leaning for each dilemma, AIC is a comparison of forms and
    no more; believe the held-out figures.

    Args:
        tables: With ``verdicts``.
        forms: Keys of `FORMS`.
        unit: Leave out whole debates or whole dilemmas (``dilemma``).
        folds: In how many parts.
        kind: How the held-out model is fitted.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of folds and resampling.
    """
    unknown = [form for form in forms if form not in estimator.FORMS]
    if unknown:
        raise UnknownName("form of the conformity model", unknown[0], list(estimator.FORMS))
    found = debates(tables)
    said = estimator.rows(found.panel)
    sizes: dict[str, Any] = {"models": len(found.models), "dilemmas": len(found.dilemmas)}
    clusters = Clusters(sizes["dilemmas"], draws, seed, "forms")
    rows: list[dict[str, Any]] = []
    bins, losses, unbounded, unseen = [], {}, [], 0
    for form in forms:
        top = estimator.maximum(said, estimator.FORMS[form], **sizes)
        unseen = top.unseen
        unbounded += [] if top.finite else [form]
        chance = estimator.foretold(
            said,
            estimator.FORMS[form],
            protocols=len(found.protocols),
            unit=unit,
            folds=folds,
            estimator=kind,
            rng=seeds.generator(seed, "folds"),
            **sizes,
        )
        losses[form] = estimator.scores(chance, said.verdict)
        reliability = pd.DataFrame(
            estimator.calibration(chance, said.verdict), columns=["foretold", "seen", "n"]
        ).assign(form=form)
        bins.append(reliability)
        lines = [*_fitted(top), *_held(losses[form], said, clusters, unit), _error(reliability, unit)]
        rows += [{**line, "form": form} for line in lines]
    rows += _gains(losses, said, clusters, unit)
    table = estimates(rows, "form")
    return Finding(
        name="conformity_forms",
        title="Which form of the model?",
        text=_text(table),
        estimates=table,
        warnings=_warnings(unseen, unbounded),
        figure="calibration",
        data=pd.concat(bins, ignore_index=True),
    )


def _fitted(top: estimator.Likelihood) -> list[dict[str, Any]]:
    method = "maximum likelihood, at its bound where verdicts were never given"
    figures = {"log likelihood": top.value, "parameters": top.parameters, "AIC": top.aic}
    return [row(term, Interval(float(x), _NONE, _NONE), 1, method) for term, x in figures.items()]


def _held(
    losses: Mapping[str, np.ndarray], said: estimator.Rows, clusters: Clusters, unit: str
) -> list[dict[str, Any]]:
    method = f"held out by {unit}, {BOOTSTRAP}"
    return [row(term, clusters.mean(each, said.dilemma), len(said), method) for term, each in losses.items()]


def _error(reliability: pd.DataFrame, unit: str) -> dict[str, Any]:
    gap = (reliability["foretold"] - reliability["seen"]).abs()
    error = float((gap * reliability["n"]).sum() / reliability["n"].sum())
    return row(
        "calibration error", Interval(error, _NONE, _NONE), int(reliability["n"].sum()), f"held out by {unit}"
    )


def _gains(
    losses: Mapping[str, Mapping[str, np.ndarray]], said: estimator.Rows, clusters: Clusters, unit: str
) -> list[dict[str, Any]]:
    """What each form loses in log loss against the best, row by row on the same verdicts."""
    best = min(losses, key=lambda form: float(losses[form]["log loss"].mean()))
    rows = []
    for form, each in losses.items():
        if form != best:
            gap = clusters.mean(each["log loss"] - losses[best]["log loss"], said.dilemma)
            line = row(f"log loss above {best!r}", gap, len(said), f"held out by {unit}, {BOOTSTRAP}")
            rows.append({**line, "form": form})
    return rows


def _text(table: pd.DataFrame) -> str:
    losses = table[table["term"] == "log loss"].sort_values("estimate", kind="stable")
    best = losses.iloc[0]
    accuracy = table[(table["term"] == "accuracy") & (table["form"] == best["form"])]["estimate"].iloc[0]
    worst = losses.iloc[-1]
    return (
        f"The form {best['form']!r} foretells unseen verdicts best: log loss {number(best['estimate'])} "
        f"({number(worst['estimate'])} for {worst['form']!r}), {100 * accuracy:.0f} % right."
    )


def _warnings(unseen: int, unbounded: Sequence[str]) -> tuple[str, ...]:
    said = []
    if unseen:
        said.append(
            f"{unseen} times a verdict was never given on a dilemma: the likelihood has no maximum there and "
            "is taken at its bound, without the leanings that run to infinity."
        )
    if unbounded:
        said.append(f"no finite maximum of the likelihood, and so no AIC: {', '.join(unbounded)}.")
    return tuple(said)
