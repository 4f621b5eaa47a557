"""The files of an evaluation: tables for programs, for people, the figure, and a page of its own."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.report import _style as style
from homophily.report._article import Section, markdown, page, planted_first
from homophily.report._svg import inline
from homophily.report.filtering import _grid, _quality
from homophily.report.filtering._rules import DENSE, titled
from homophily.report.filtering._tables import NOTE, attained_table, figure_of, group_tables, quality_tables
from homophily.whole import whole, write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.filtering.evaluation import Estimate
    from homophily.report.tables import Table

__all__ = ["save", "save_figure", "write_quality"]

_CAPTION = (
    "Each measure at the share of attention that was skipped, over all layers, with 95 % intervals; the "
    "dashed line is the dense model."
)

_NEEDLES = "Share of needles found in texts of each length, at each depth; filters at their highest ratio."


def write_quality(
    estimates: Sequence[Estimate], folder: Path, *, facts: Mapping[str, str], planted: Table | None = None
) -> list[Path]:
    """Write ``estimates.csv`` and ``.jsonl``, ``quality.md``, ``quality.svg`` and ``.png``, ``index.html``.

    Where needles were sought also ``needle.svg`` and ``.png``.

    Args:
        estimates: From `homophily.filtering.evaluation.summarise`.
        folder: Made if it is not there.
        facts: What the page tells of the model, the data and the machine.
        planted: What was known beforehand beside what was found; it comes first on the page.

    Raises:
        UsageError: The folder cannot be written.
    """
    rows = [_flat(estimate) for estimate in estimates]
    tables, attained = quality_tables(estimates), attained_table(estimates)
    title, lede = f"What Token Filtering costs: {facts.get('Model', '')}".rstrip(": "), headline(estimates)
    with style.style():
        figure = _quality.draw(estimates)
        svg = inline(figure, name="quality", title="Quality against ratio", description=_CAPTION)
        drawn = save_figure(figure, folder / "quality")
    sections = [
        Section("Quality against ratio", NOTE, tables, svg, _CAPTION),
        Section("Share attained", "The target is a share of attention over all layers.", [attained]),
    ]
    needles = _needles(estimates, folder)
    if needles is not None:
        sections.append(needles[0])
        drawn += needles[1]
    groups = group_tables(estimates)
    if groups:
        sections.append(Section("By group", "Without intervals; they are in estimates.csv.", groups))
    texts = {
        "estimates.csv": _csv(rows),
        "estimates.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
        "quality.md": markdown(title, lede, facts, sections, figure="quality.svg"),
        "index.html": page("Token Filtering", title, lede, facts, [*planted_first(planted), *sections]),
    }
    return [*drawn, *(save(folder / name, text) for name, text in texts.items())]


def _needles(estimates: Sequence[Estimate], folder: Path) -> tuple[Section, list[Path]] | None:
    """The section and files of the needles' grid, where any were sought."""
    with style.style():
        figure = _grid.draw(estimates)
        if figure is None:
            return None
        title = "Needles by length and depth"
        svg = inline(figure, name="needle", title=title, description=_NEEDLES)
        return Section(title, "", [], svg, _NEEDLES), save_figure(figure, folder / "needle")


def headline(estimates: Sequence[Estimate]) -> str:
    """What the first measure says of the paper's rule at its highest ratio, whichever way it falls."""
    shown = [e for e in estimates if not e.group and e.headline and e.rule != DENSE]
    wanted = [e for e in shown if e.rule == "joint"] or shown
    if not wanted:
        return "Nothing was filtered."
    first = max((e for e in wanted if e.measure == wanted[0].measure), key=lambda e: e.ratio)
    dense = first.value[0] - first.to_dense[0]
    what = first.label.lower() + ("" if first.measure == first.metric else f" ({titled(first.measure)})")
    text = (
        f"With {first.attained:.0%} of attention skipped by {first.rule}, {what} is "
        f"{figure_of(first.value[0])}"
    )
    text += f", against {figure_of(dense)} dense" if dense == dense else ""
    change, low, high = first.to_random
    if low != low:
        return text + "."
    told = "better" if (change > 0) == (first.better == "higher") else "worse"
    sure = f"{told} than" if low > 0 or high < 0 else "not clearly different from"
    return (
        f"{text}: {sure} random filtering (difference {figure_of(change)} "
        f"[{figure_of(low)}, {figure_of(high)}])."
    )


def save(path: Path, text: str) -> Path:
    """Write a text."""
    return write_whole(path, text)


def save_figure(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as SVG and PNG, on white."""
    paths = [stem.with_suffix(".svg"), stem.with_suffix(".png")]
    with whole(paths[0]) as vector, whole(paths[1]) as pixels:
        figure.savefig(vector, facecolor="white", metadata={"Date": None})
        figure.savefig(pixels, facecolor="white", dpi=160)
    return paths


def _flat(estimate: Estimate) -> dict[str, Any]:
    """One row, intervals in columns; what is not there is empty."""
    row: dict[str, Any] = {}
    for name, value in asdict(estimate).items():
        if name == "spread":
            row["attained_p05"], row["attained_p95"] = value
        elif name == "value":
            row["value"], row["low"], row["high"] = value
        elif name in ("to_dense", "to_random"):
            row[name], row[f"{name}_low"], row[f"{name}_high"] = value
        else:
            row[name] = value
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()
