"""Planted and found: where respondents are synthetic, the truth stands beside the estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from homophily.report import _planted_panel, _planted_people

if TYPE_CHECKING:
    import pandas as pd

    from homophily.analysis import Finding
    from homophily.lab.design import Design

__all__ = ["NOTE", "mark", "note", "planted"]

#: Columns of the table of planted and found.
COLUMNS = ("effect", "outcome", "language", "planted", "found", "low", "high", "inside")

_EFFECTS = {
    "measured": "Slope on target",
    "slope": "Slope",
    "controlled slope": "Slope, controlled",
    "slope difference": "Slope difference",
    "level difference": "Level difference",
    "actor": "Rater variance",
    "partner": "Partner variance",
    **_planted_panel.EFFECTS,
}

#: What must be said beside the table.
NOTE = (
    "This is one study of many: a 95 % interval misses 1 in 20 by design, and misses come together, because "
    "the languages are played by the same agents and pairs."
)


def mark(
    findings: Sequence[Finding], design: Design, *, bots: Mapping[str, Any] | None = None
) -> list[Finding]:
    """The findings, their estimates with a column ``planted`` wherever the truth is known.

    The truth is known where every respondent of the design is synthetic and all have the same parameters, and
    of each synthetic panellist. `bots` tells who walked the pages instead of people, if anybody did.
    """
    truth = _knower(design, bots)
    return [_marked(finding, truth) for finding in findings] if truth is not None else list(findings)


def note(design: Design, *, bots: Mapping[str, Any] | None = None) -> str:
    """What must be said beside the table of a design."""
    if _planted_people.volunteer(design, bots):
        return _planted_people.NOTE
    return _planted_panel.NOTE if _planted_panel.panel(design) else NOTE


def planted(
    findings: Sequence[Finding], design: Design, *, bots: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """What was planted beside what was found; `bots` as in `mark`.

    Returns:
        One row an estimate whose truth is known: ``effect, outcome, language, planted, found, low, high`` and
        ``inside``, whether the interval holds the truth. A nominal 95 % interval misses 1 in 20.
    """
    import pandas as pd

    effects = _planted_people.EFFECTS if _planted_people.volunteer(design, bots) else _EFFECTS
    rows: list[dict[str, Any]] = []
    seen = set()
    for finding in mark(findings, design, bots=bots):
        records: list[dict[Any, Any]] = finding.estimates.to_dict("records")
        for row in records:
            truth = row.get("planted")
            if truth is None or truth != truth or row["low"] != row["low"] or row.get("language") == "all":
                continue
            if row.get("estimator") == "map" and "marginal" in set(finding.estimates["estimator"]):
                continue  # shrunk by its priors; the other estimate is of the truth itself
            where = str(row.get("contrast") or row.get("language") or row.get("protocol") or "")
            what = row.get("outcome") if row.get("outcome") == row.get("outcome") else None
            what = what or row.get("design") or row.get("model")
            key = (row["term"], what, where)
            if key in seen:
                continue
            seen.add(key)
            inside = bool(row["low"] <= truth <= row["high"])
            effect = effects["measured" if "design" in row else row["term"]]
            values = (effect, what, where, truth, row["estimate"], row["low"])
            rows.append(dict(zip(COLUMNS, (*values, row["high"], inside), strict=True)))
    order = list(effects.values())
    rows.sort(key=lambda each: order.index(str(each["effect"])))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _knower(
    design: Design, bots: Mapping[str, Any] | None
) -> Callable[[Mapping[Any, Any]], float | None] | None:
    """Tells the truth of an estimate, where there is any to be told."""
    shared, panel = _parameters(design), _planted_panel.panel(design)
    if shared is not None:
        return partial(_truth, shared)
    people = _planted_people.volunteer(design, bots)
    if people is not None:
        return partial(_planted_people.truth, people)
    return partial(_planted_panel.truth, panel) if panel else None


def _marked(finding: Finding, truth: Callable[[Mapping[Any, Any]], float | None]) -> Finding:
    rows = finding.estimates
    known = [truth(row) for row in rows.to_dict("records")]
    if all(value is None for value in known):
        return finding
    return replace(finding, estimates=rows.assign(planted=[float("nan") if v is None else v for v in known]))


def _truth(truth: Mapping[str, Any], row: Mapping[Any, Any]) -> float | None:
    """The parameter that an estimate is of, by its term; None where no single parameter is."""
    term, outcome = row.get("term"), str(row.get("outcome"))
    if term == "slope" and "design" in row and row["design"] not in ("none", None):
        return _by(truth["values_slope"], str(row.get("language")))
    if outcome not in ("trust", "closeness"):
        return None
    if term in ("slope", "controlled slope"):
        return _slope(truth, outcome, str(row.get("language")))
    if term == "slope difference":
        second, first = str(row.get("contrast")).split(" − ")
        return _by(truth["language_slope"], second) - _by(truth["language_slope"], first)
    if term == "level difference" and not truth["language_slope"]:
        second, first = str(row.get("contrast")).split(" − ")
        return _by(truth["language_shift"], second) - _by(truth["language_shift"], first)
    if term in ("actor", "partner") and not truth["partner_values"]:
        return float(truth[f"{term}_sd"]) ** 2
    return None


def _slope(truth: Mapping[str, Any], outcome: str, language: str) -> float | None:
    if language == "all" and truth["language_slope"]:
        return None
    return _by(truth["similarity_slope"], outcome) + _by(truth["language_slope"], language)


def _by(setting: Any, name: str) -> float:
    return float(setting.get(name, 0.0) if isinstance(setting, Mapping) else setting)


def _parameters(design: Design) -> Mapping[str, Any] | None:
    """The parameters that all respondents share, their seeds apart; None where the truth is not known."""
    from homophily.lab.seating import seat

    if any(given.get("kind") != "synthetic" for given in design.respondents.values()):
        return None
    told = [{**one.describe(), "seed": 0} for one in seat(design).values()]
    return told[0] if all(each == told[0] for each in told) else None
