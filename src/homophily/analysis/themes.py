"""Themes: what people say of agents of each level, and how far coders agree on it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._clusters import Clusters, holm
from homophily.analysis._codebook import codebook
from homophily.analysis._codings import Codings, codings
from homophily.analysis._estimators.interval import Interval, wald
from homophily.analysis._estimators.kappa import kappas, sums
from homophily.analysis._estimators.mixed_logit import mixed_logit
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, number, row, spelled
from homophily.analysis._teammates import over_people
from homophily.analysis._voices import Rule
from homophily.errors import DataError

__all__ = ["themes"]
__references__ = (
    "cohen1960",
    "devries2008",
    "efron1993",
    "hesterberg2015",
    "holm1979",
    "liu1994",
    "pinheiro2006",
    "wilson1927",
)

_SHARE = "share of answers, bootstrap over people"
_KAPPA = "Cohen's kappa, bootstrap over people, expanded percentile"
_POOLED = "pooled kappa (De Vries et al. 2008), bootstrap over people, expanded percentile"
_LOGIT = "mixed logit, intercepts by person, adaptive Gauss–Hermite quadrature, Wald"


def themes(
    tables: Mapping[str, pd.DataFrame],
    *,
    book: str = "teammates",
    rule: Rule = "majority",
    least: int = 10,
    draws: int = 2000,
    seed: int = 1,
) -> Finding:
    """Themes of the open answers by level, as coders found them, and Cohen's kappa of every two coders.

    Each theme is a yes or no of its own. ``share``: of the coded answers on agents of a level, how many show
    the theme. ``log odds per level``: how that changes with level, for one and the same person; ``p_holm`` is
    corrected over themes. ``kappa``: agreement of two coders beyond chance on the answers that both read, for
    each theme and pooled over all.

    Args:
        tables: With ``codings`` and ``open_answers``; without codings, the finding says so.
        book: The codebook (`homophily.analysis.codebook`).
        rule: How many of an answer's coders must give a theme: more than half (both of two), one, or each.
        least: Answers with, and without, a theme that its log odds need.
        draws: Bootstrap resamples of people.
        seed: Seed of the resampling.
    """
    listed = codebook(book)
    names = {theme.id: theme.name.get("en", theme.id) for theme in listed}
    coded = codings(tables, tuple(names))
    if coded is None:
        return _nothing(tables)
    names |= {theme: theme for theme in coded.themes if theme not in names}
    warnings = [f"{theme!r} is not in the codebook." for theme in coded.themes[len(listed) :]]
    rows = _shares(coded, rule, Clusters(int(coded.person.max()) + 1, draws, seed, "themes"))
    rows += _trends(coded, rule, least, warnings) + _agreement(coded, draws, seed, warnings)
    table = estimates(rows, "theme", "level")
    table["theme"] = table["theme"].map(names)
    shares = table[table["term"] == "share"]
    return Finding(
        name="themes",
        title="What people say",
        text=_text(table, coded),
        estimates=table,
        warnings=tuple(warnings),
        figure="themes",
        data=shares[["theme", "level", "estimate", "count", "n"]].reset_index(drop=True),
    )


def _nothing(tables: Mapping[str, pd.DataFrame]) -> Finding:
    answers = tables.get("open_answers")
    if answers is None:
        raise DataError("there is no table `open_answers`: the study has none, or none was made.")
    waiting = int((answers["text"].fillna("").astype(str).str.strip() != "").sum())
    text = (
        f"Not coded yet: {waiting} open answers wait for their coders." if waiting else "No open answers yet."
    )
    return Finding(
        name="themes", title="What people say", text=text, estimates=estimates([]), warnings=(text,)
    )


def _shares(coded: Codings, rule: Rule, clusters: Clusters) -> list[dict[str, Any]]:
    found, rows = coded.found(rule), []
    for place, theme in enumerate(coded.themes):
        for level in np.unique(coded.level[np.isfinite(coded.level)]):
            at = coded.level == level
            share = clusters.mean(found[at, place], coded.person[at], share=True)
            line = row("share", Interval(share.estimate, share.low, share.high), int(at.sum()), _SHARE)
            rows.append({**line, "theme": theme, "level": int(level), "count": int(found[at, place].sum())})
    return rows


def _trends(coded: Codings, rule: Rule, least: int, warnings: list[str]) -> list[dict[str, Any]]:
    found, rows, rare = coded.found(rule), [], []
    known = np.isfinite(coded.level)
    x = np.column_stack([np.ones(int(known.sum())), coded.level[known] - coded.level[known].mean()])
    for place, theme in enumerate(coded.themes):
        y = found[known, place].astype(float)
        if min(y.sum(), len(y) - y.sum()) < least:
            rare.append(theme)
            continue
        try:
            fitted = mixed_logit(x, y, coded.person[known])
        except DataError as error:
            warnings.append(f"{theme}: {error}")
            continue
        slope = wald(float(fitted.beta[1]), float(np.sqrt(fitted.covariance[1, 1])))
        rows.append({**row("log odds per level", slope, len(y), _LOGIT), "theme": theme})
    if rare:
        warnings.append(f"too rare, or too common, for a trend over levels: {', '.join(rare)}.")
    corrected = holm(np.array([line["p"] for line in rows], dtype=float))
    return [{**line, "p_holm": float(p)} for line, p in zip(rows, corrected, strict=True)]


def _agreement(coded: Codings, draws: int, seed: int, warnings: list[str]) -> list[dict[str, Any]]:
    rows = []
    for one, other in combinations(range(len(coded.coders)), 2):
        both = coded.read[one] & coded.read[other]
        if not both.any():
            continue
        person = np.unique(coded.person[both], return_inverse=True)[1]
        each = sums(coded.given[one, both], coded.given[other, both], person)
        rng = seeds.generator(seed, "themes", coded.coders[one], coded.coders[other])
        drawn = kappas(np.tensordot(counts(len(each), draws, rng), each, 1))
        point = kappas(each.sum(axis=0))
        contrast = f"{coded.coders[one]} – {coded.coders[other]}"
        for place, theme in enumerate([*coded.themes, None]):
            found = over_people(float(point[place]), drawn[:, place], len(each))
            line = row("kappa" if theme else "kappa, pooled", Interval(found.estimate, found.low, found.high),
                       int(both.sum()), _KAPPA if theme else _POOLED)  # fmt: skip
            rows.append({**line, "theme": theme, "contrast": contrast})
    if not rows:
        warnings.append("no answer was read by two coders: how far they agree is unknown.")
    return rows


def _text(table: pd.DataFrame, coded: Codings) -> str:
    text = f"{coded.read.shape[1]} answers were coded by {', '.join(coded.coders)}."
    pooled = table[table["term"] == "kappa, pooled"]
    if len(pooled):
        told = "; ".join(f"{x['contrast']} {spelled(x)}" for _, x in pooled.iterrows())
        text += f" Pooled kappa: {told}."
    shares = table[table["term"] == "share"]
    total = (shares["estimate"] * shares["n"]).groupby(shares["theme"]).sum() / shares.groupby("theme")[
        "n"
    ].sum()
    common = total.sort_values(ascending=False, kind="stable").head(3)
    return f"{text} Commonest: {'; '.join(f'{theme} {number(share)}' for theme, share in common.items())}."
