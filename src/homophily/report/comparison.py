"""The page of two runs side by side: what was found, in figures and tables, as one HTML file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from homophily import catalogue
from homophily.errors import UsageError
from homophily.report import _style as style
from homophily.report import tables
from homophily.report._article import Section, markdown, page
from homophily.report._svg import inline
from homophily.report.tables import Table

if TYPE_CHECKING:
    import pandas as pd

    from homophily.analysis import Finding

__all__ = ["printed", "save_comparison", "write_comparison"]

_EQUIVALENCE = {
    "Differences": {
        "outcome": "Outcome",
        "run": "Run",
        "reference": "Reference",
        "estimate": "Difference",
        "interval": "95 % interval",
        "p_holm": "p (Holm)",
        "verdict": "Verdict",
    },
    "Equivalence: the same on the margin's scale": {
        "outcome": "Outcome",
        "margin": "Margin in points",
        "scaled": "Difference",
        "scaled_interval": "Interval of the tests",
        "p_equivalence_holm": "p (Holm)",
        "more": "Cases for power .8, times",
        "verdict": "Verdict",
    },
    "Agreement, case by case": {
        "outcome": "Outcome",
        "n": "n",
        "lost": "Missing in one",
        "n_units": "Clusters or agents",
        "same": "Share the same",
        "agreement": "ICC or kappa",
    },
}
_BRIEFLY = {
    "": {
        "outcome": "Outcome",
        "run": "Run",
        "reference": "Reference",
        "estimate": "Difference",
        "interval": "95 % interval",
        "verdict": "Verdict",
    }
}
_COSTS = {
    "Time that the model computed": {
        "respondent": "Respondent",
        "answers": "Answers",
        "n": "n",
        "ms_per_answer": "Run, ms an answer",
        "reference_ms": "Reference",
        "estimate": "Ratio",
        "interval": "95 % interval",
    },
    "What was skipped": {
        "respondent": "Respondent",
        "answers": "Answers",
        "skipped": "Share of attention, run",
        "reference_skipped": "Reference",
        "MiB_saved": "MiB of cache saved an answer",
    },
}
_SIMILARITY = {
    "model": "Model",
    "measure": "Measure",
    "estimate": "Similarity",
    "interval": "95 % interval",
    "p": "p",
    "n": "Messages",
    "n_sittings": "Sittings",
}
_DIFFERENCES = {
    "model": "Model",
    "value": "Value",
    "estimate": "Shown less stated",
    "interval": "95 % interval",
    "p_holm": "p (Holm)",
}
_SHOWN = {"Similarity over the ten values": _SIMILARITY, "Differences by value": _DIFFERENCES}
_TABLES = {
    "equivalence": (_EQUIVALENCE, _BRIEFLY),
    "costs": (_COSTS, dict([*_COSTS.items()][:1])),
    "shown_and_stated": (_SHOWN, _SHOWN),
}
"""Of findings with more columns than a table has room for: each table's caption, and its columns' headings;
on a page, and in a terminal."""


#: A table has the rows that have the first of these among its columns.
_NEEDED = ("measure", "value", "scaled", "estimate")


def printed(finding: Finding, *, briefly: bool = False) -> list[Table]:
    """A finding's estimates as tables that fit a page or, briefly, a terminal."""
    parts = _TABLES.get(finding.name)
    if parts is None or finding.estimates.empty:
        table, _ = tables.estimates(finding.estimates)
        return [] if table is None else [table]
    frame = _bracketed(finding.estimates)
    made = []
    for caption, columns in parts[briefly].items():
        needed = [name for name in _NEEDED if name in columns and name in frame]
        rows = frame.dropna(subset=needed[:1])
        chosen = rows[[name for name in columns if name in frame]]
        made.append(_table(chosen, columns, caption))
    return made


def _bracketed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with both pairs of limits as intervals."""
    from homophily.report import numbers

    for stem in ("", "scaled_"):
        if f"{stem}low" in frame:
            ends = zip(frame[f"{stem}low"], frame[f"{stem}high"], strict=True)
            texts = [numbers.interval(*pair) for pair in ends]
            frame = frame.assign(**{f"{stem}interval": ["–" if t == "[–, –]" else t for t in texts]})
    return frame


def _table(frame: pd.DataFrame, heads: Mapping[str, str], caption: str) -> Table:
    made = tables.of_frame(frame, caption=caption)
    named = [tables.Head(heads[str(name)], head.number) for name, head in zip(frame, made.heads, strict=True)]
    return Table(named, made.rows, caption)


def write_comparison(
    findings: Sequence[Finding], *, title: str, facts: Mapping[str, str], markdown_: bool = False
) -> str:
    """The page as one HTML text that needs nothing beside it, or as Markdown.

    Args:
        findings: In order; the first one's text stands at the top.
        title: Of the page.
        facts: What the two runs are.
        markdown_: Markdown, without figures.
    """
    sections = [_section(finding, place) for place, finding in enumerate(findings)]
    if markdown_:
        return markdown(title, findings[0].text, facts, sections)
    return page("Two runs compared", title, findings[0].text, facts, sections)


def save_comparison(content: str, path: Path) -> Path:
    """Write a page whole, or leave what was there.

    Raises:
        UsageError: It cannot be written.
    """
    half = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(content, encoding="utf-8")
        half.replace(path)
    except OSError as error:
        raise UsageError(f"the page {str(path)!r} cannot be written: {error.strerror or error}.") from error
    return path


def _section(finding: Finding, place: int) -> Section:
    told = [finding.text] if place else []  # the first one's stands above
    text = " ".join([*told, *(f"Note: {each}" for each in finding.warnings)])
    svg, caption = "", ""
    if finding.figure is not None:
        with style.style():
            drawn = catalogue.get("report.figures", finding.figure)(finding)
            svg = inline(drawn, name=f"figure-{place}", title=finding.title, description=finding.text)
        caption = catalogue.describe("report.figures")[finding.figure]
    method = ", ".join(dict.fromkeys(finding.estimates["method"].dropna()))
    if method:
        text = f"{text} Method: {method}.".strip()
    return Section(finding.title, text.replace("`", "").strip(), printed(finding), svg, caption)
