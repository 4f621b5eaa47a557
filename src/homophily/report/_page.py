"""The page: a record, laid out as one HTML file."""

from __future__ import annotations

import re
from importlib.resources import files
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from homophily import __version__, catalogue
from homophily.report import _closing as closing
from homophily.report import (
    _debates,
    _design,
    _planted,
    _sections,
    _style,
    _svg,
    _talks,
    _transcripts,
    tables,
)

if TYPE_CHECKING:
    from homophily.analysis import Finding
    from homophily.report._record import Record

__all__ = ["render"]

#: Analyses whose sentences open the report, in this order of preference.
_LEADING = ("criterion", "controllability", "within_between")


#: Analyses whose matter has a section of its own.
_TOLD_ELSEWHERE = ("missingness", "sample")


def render(record: Record, *, made: str = "") -> str:
    """The report of a run as one HTML text that needs nothing beside it.

    Args:
        record: The run.
        made: Date of making, ``YYYY-MM-DD``; left out of the page when empty, so that equal runs give equal
            pages.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    page = Environment(
        loader=PackageLoader("homophily.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return page.get_template("report.html").render(**_context(record, made))


def _context(record: Record, made: str) -> dict[str, Any]:
    from markupsafe import Markup

    css = files("homophily.report").joinpath("page", "style.css").read_text(encoding="utf-8")
    sample_text, sample = _sections.sample(record)
    findings = _planted.mark(
        [f for f in record.findings if f.name not in _TOLD_ELSEWHERE], record.design, bots=record.bots
    )
    return {
        "version": __version__,
        "made": made,
        "css": Markup(css),
        "title": record.study.title,
        "kicker": f"Run {record.name}",
        "headline": headline(record.findings),
        "caveat": closing.caveat(record),
        "facts": _sections.facts(record),
        "alerts": _alerts(record),
        "planted": _comparison(record),
        "design_text": _first_line(record),
        "changed": _design.changed(record),
        "respondents": _design.respondents(record),
        "settings": _design.settings(record),
        "sample_text": sample_text,
        "sample": sample,
        "described": _described(record),
        "findings": [_finding(f, place) for place, f in enumerate(findings, 1)],
        "missing": _missing(record),
        "transcripts": _transcribed(record),
        "limitations": closing.limitations(record),
        "departures": closing.departures(record),
        "rerun": closing.rerun(record),
        "cite": closing.cite(record),
    }


def headline(findings: Any) -> list[str]:
    """What was found, in the words of the leading analysis, else of the first."""
    for name in _LEADING:
        found = [f.text for f in findings if f.name == name]
        if found:
            return found[:1]
    return [f.text for f in findings if f.name not in _TOLD_ELSEWHERE][:1] or [
        "Nothing has been analysed yet."
    ]


def _comparison(record: Record) -> SimpleNamespace | None:
    found = _planted.planted(record.findings, record.design, bots=record.bots)
    if found.empty:
        return None
    inside = int(found["inside"].sum())
    said = _planted.note(record.design, bots=record.bots)
    text = f"Planted effects that lie in their 95 % intervals: {inside} of {len(found)}. {said}"
    return SimpleNamespace(text=text, table=tables.of_planted(found))


def _described(record: Record) -> tables.Table | None:
    found = [f.estimates for f in record.findings if f.name == "sample"]
    return tables.estimates(found[0][found[0]["method"] != "count"])[0] if found else None


def _first_line(record: Record) -> str:
    text = (type(record.design).__doc__ or "").strip().split("\n\n", 1)[0]
    return " ".join(text.split())


def _alerts(record: Record) -> list[str]:
    if record.finished < record.planned:
        return [
            f"Unfinished: {record.finished:,} of {record.planned:,} planned sessions. These results "
            "may change."
        ]
    return []


def _finding(finding: Finding, place: int) -> dict[str, Any]:
    table, method = tables.estimates(finding.estimates)
    anchor = f"finding-{place}-{re.sub(r'[^a-z0-9]+', '-', finding.name.lower())}"
    return {
        "anchor": anchor,
        "title": finding.title,
        "text": finding.text.replace("`", ""),
        "warnings": () if finding.estimates.empty else finding.warnings,
        "svg": _draw(finding.figure, finding, anchor, finding.title, finding.text),
        "caption": catalogue.describe("report.figures").get(finding.figure or "", ""),
        "table": table,
        "method": method,
    }


def _draw(figure: str | None, material: Any, anchor: str, title: str, text: str) -> Any:
    from markupsafe import Markup

    if figure is None:
        return None
    draw = catalogue.get("report.figures", figure)
    with _style.style():
        return Markup(_svg.inline(draw(material), name=anchor, title=title, description=text))


def _missing(record: Record) -> SimpleNamespace:
    text, material, table = _sections.missing(record)
    svg = None
    if material is not None:
        svg = _draw("missingness", material, "missing-answers", "Missing answers", text)
    return SimpleNamespace(text=text, svg=svg, table=table)


def _transcribed(record: Record) -> SimpleNamespace:
    """Every debate to browse; of other studies a sample in full, and the talks that fit to browse."""
    seed, said = record.design.seed, record.answers
    debates = _debates.browser(record.tables, seed=seed)
    if debates is not None:
        return SimpleNamespace(text=debates.text, talks=[], browser=_marked(debates), more=None)
    sample = _transcripts.sample(said, seed=seed)
    text = (
        f"{len(sample)} of {said['session'].nunique():,} sessions, drawn at random with the run's seed, the "
        "same number from each language and condition. Every session is in the run's store and in its "
        "exports."
    )
    more = _talks.talks(said, seed=seed, fewest=_transcripts.MOST_TALKS)
    return SimpleNamespace(
        text=text if sample else "No session has been played yet.",
        talks=sample,
        browser=None,
        more=None if more is None else _marked(more),
    )


def _marked(held: _debates.Browser | _talks.Talks) -> SimpleNamespace:
    from markupsafe import Markup

    shown = {name: Markup(getattr(held, name)) for name in ("index", "lines", "script")}
    return SimpleNamespace(text=held.text, **shown)
