"""Shown and stated: do the values that models voice in debates match those they state in a questionnaire?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._clusters import holm
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.interval import Interval, wald
from homophily.analysis._estimators.matching import across_models, across_values, standardised
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, number, row, select, spelled
from homophily.analysis._voices import Rule, Voices, voices
from homophily.errors import DataError
from homophily.values import CODES
from homophily.values.similarity.kendall import kendall
from homophily.values.similarity.pearson import pearson
from homophily.values.similarity.spearman import spearman

__all__ = ["shown_and_stated"]
__references__ = (
    "cronbach1953",
    "efron1993",
    "furr2008",
    "holm1979",
)

Array = NDArray[np.float64]
_MEASURES = {"pearson": pearson, "spearman": spearman, "kendall": kendall}
_METHOD = "bootstrap over dilemmas and sittings"
_CAVEATS = (
    "A value shown is not a value held: what a model voices depends on the dilemmas, on what others say and "
    "on the judge. A value stated is what it says of itself.",
    "Which basic value a judge's label speaks for is this project's reading; power, achievement, stimulation "
    "and hedonism each rest on one label of the shipped list, and on what everyday conflicts are about.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """One model's two profiles, standardised, with their resamples, (10,) and (draws, 10)."""

    model: str
    shown: Array
    stated: Array
    drawn_shown: Array
    drawn_stated: Array
    messages: int
    dilemmas: int
    sittings: int

    @property
    def sides(self) -> tuple[Array, ...]:
        return self.shown, self.stated, self.drawn_shown, self.drawn_stated


def shown_and_stated(
    tables: Mapping[str, pd.DataFrame], *, rule: Rule = "majority", draws: int = 1000, seed: int = 1
) -> Finding:
    """Each model's profile shown in debate beside the one it states, over the ten basic values.

    Shown: the share of a model's judged messages that voice a basic value, by way of the labels that speak
    for it (a label that speaks for two counts half for each, a message at most 1 for a value). Stated: the
    mean of its centred scores. The two have no unit in common, so each profile is standardised over the ten
    values: what it puts first, in units of its own spread. Similarity is therefore of shape alone (Cronbach &
    Gleser 1953): Pearson's, Spearman's and Kendall's correlation over values, and ``distinctive``, Pearson's
    of what is left once the mean profile of the models compared is taken from either side (Furr 2008),
    without which all models look alike for what they have in common.

    Args:
        tables: ``verdicts``, ``judgements`` and ``labels`` of the debates; ``stated``, one row a sitting with
            ``model`` and the ten values; ``basic``, one row a label and basic value with its ``weight``.
        rule: When several judges agree on a value.
        draws: Bootstrap resamples, and shuffles.
        seed: Their seed.

    Returns:
        Rows ``similarity`` by model and measure, p from shuffling the values' names; ``own less others'``, p
        from shuffling models; ``difference`` (shown less stated) by model and value, p corrected by Holm's
        method over all of them in ``p_holm``.

    Raises:
        DataError: No model has both, or one voiced nothing that speaks for a basic value.
    """
    found = voices(tables, rule=rule)
    pairs = list(_pairs(found, tables, draws, seed))
    if not pairs:
        raise DataError("no model of the debates has a questionnaire too.")
    rng = seeds.generator(seed, "shown and stated", "shuffles")
    rows = [*_similarities(pairs, draws, rng), *_differences(pairs)]
    table = estimates(rows, "model", "measure", "value")
    each = table["term"] == "difference"
    table.loc[each, "p_holm"] = holm(table.loc[each, "p"].to_numpy(float))
    data = pd.DataFrame(
        {"group": pair.model, "value": code, "shown": pair.shown[i], "stated": pair.stated[i]}
        for pair in pairs
        for i, code in enumerate(CODES)
    )
    return Finding(
        name="shown_and_stated",
        title="Values shown and values stated",
        text=_text(table),
        estimates=table,
        warnings=_CAVEATS,
        figure="profiles",
        data=data,
    )


def _pairs(found: Voices, tables: Mapping[str, pd.DataFrame], draws: int, seed: int) -> Iterator[_Pair]:
    sittings, loads = select(tables, "stated", ["model", *CODES]), _loads(found, tables)
    seated = np.broadcast_to(found.debates.panel.models[:, None, :], found.judged.shape)
    resampled = counts(len(found.debates.dilemmas), draws, seeds.generator(seed, "shown and stated"))
    for place, model in enumerate(found.debates.models):
        own = sittings.loc[sittings["model"] == model, list(CODES)].to_numpy(float)
        where = np.nonzero((seated == place) & found.judged)
        if not len(own) or not where[0].size:
            continue
        sums = np.zeros((len(found.debates.dilemmas), len(CODES) + 1))
        np.add.at(sums, found.debates.panel.dilemma[where[0]], np.c_[loads[where], np.ones(where[0].size)])
        chosen = counts(len(own), draws, seeds.generator(seed, "shown and stated", model))
        whole, drawn = sums.sum(axis=0), resampled @ sums
        if np.ptp(whole[:-1]) == 0:
            raise DataError(f"{model} voiced nothing in debate that speaks for a basic value.")
        shown, stated = standardised(whole[:-1] / whole[-1]), standardised(own.mean(axis=0))
        with np.errstate(divide="ignore", invalid="ignore"):
            again = standardised(drawn[:, :-1] / drawn[:, -1:]), standardised(chosen @ own / len(own))
        met = int((sums[:, -1] > 0).sum())
        yield _Pair(
            model=model,
            shown=shown,
            stated=stated,
            drawn_shown=_widened(shown, again[0], met),
            drawn_stated=_widened(stated, again[1], len(own)),
            messages=where[0].size,
            dilemmas=met,
            sittings=len(own),
        )


def _widened(point: Array, drawn: Array, n: int) -> Array:
    """Resamples spread by √(n/(n − 1)): few units understate their own spread."""
    return np.asarray(point + (drawn - point) * np.sqrt(n / max(n - 1, 1)))


def _loads(found: Voices, tables: Mapping[str, pd.DataFrame]) -> Array:
    """How far each message voices each basic value, (debates, rounds, seats, 10), 0 to 1."""
    weights = np.zeros((len(found.codes), len(CODES)))
    for line in select(tables, "basic", ["code", "value", "weight"]).to_dict("records"):
        if line["code"] in found.codes:
            weights[found.codes.index(line["code"]), CODES.index(line["value"])] = line["weight"]
    return np.minimum(found.labels.astype(float) @ weights, 1.0)


def _similarities(pairs: list[_Pair], draws: int, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    mean = [np.mean([pair.sides[k] for pair in pairs], axis=0) for k in range(4)]
    for pair in pairs:
        label = {"model": pair.model, "n_sittings": pair.sittings}
        by_chance = across_values(pair.shown, pair.stated, draws, rng)
        for name, measure in _MEASURES.items():
            point = float(measure(pair.shown, pair.stated))
            told = percentile(point, np.asarray(measure(pair.drawn_shown, pair.drawn_stated)))
            line = row("similarity", told, pair.messages, f"{_METHOD}, percentile")
            yield line | label | {"measure": name, "p": by_chance if name == "pearson" else np.nan}
        if len(pairs) > 1:
            one, other, *drawn = (side - part for side, part in zip(pair.sides, mean, strict=True))
            told = percentile(float(pearson(one, other)), np.asarray(pearson(*drawn)))
            line = row("similarity", told, pair.messages, f"{_METHOD}, percentile")
            yield line | label | {"measure": "distinctive", "p": np.nan}
    if len(pairs) > 1:
        alike = np.array([[float(pearson(a.shown, b.stated)) for b in pairs] for a in pairs])
        gap, p = across_models(alike, draws, rng)
        label = {"term": "own less others'", "model": "own less others'", "measure": "pearson"}
        yield label | {"estimate": gap, "p": p, "n": len(pairs), "method": "models shuffled"}


def _differences(pairs: list[_Pair]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        shown, stated = (np.nanvar(drawn, axis=0, ddof=1) for drawn in (pair.drawn_shown, pair.drawn_stated))
        with np.errstate(divide="ignore", invalid="ignore"):
            df = (shown + stated) ** 2 / (
                shown**2 / max(pair.dilemmas - 1, 1) + stated**2 / max(pair.sittings - 1, 1)
            )
        for place, code in enumerate(CODES):
            gap, se = float(pair.shown[place] - pair.stated[place]), float(np.sqrt((shown + stated)[place]))
            told = wald(gap, se, float(df[place])) if se > 0 else Interval(gap, np.nan, np.nan)
            line = row("difference", told, pair.messages, f"{_METHOD}, Welch's t")
            yield line | {"model": pair.model, "value": code, "n_sittings": pair.sittings}


def _text(table: pd.DataFrame) -> str:
    plain = table[table["measure"] == "pearson"]
    each = plain[plain["term"] == "similarity"]
    told = "; ".join(f"{x['model']} {spelled(x)}" for _, x in each.iterrows())
    text = f"Similarity (Pearson's, over ten values) of what is shown in debate and what is stated: {told}."
    for _, line in plain[plain["term"] != "similarity"].iterrows():
        text += (
            f" With its own questionnaire a model's debates agree by {number(line['estimate'])} more than "
            f"with another's (p = {line['p']:.3f}, models shuffled)."
        )
    sure = table[(table["p_holm"] < 0.05)]
    return f"{text} {len(sure)} of {int((table['term'] == 'difference').sum())} differences are sure."
