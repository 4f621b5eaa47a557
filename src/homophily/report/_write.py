"""Writing the report of a run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from homophily.report._record import Record
from homophily.whole import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from homophily.analysis import Finding
    from homophily.lab.runs import Run

__all__ = ["record", "save", "write"]


def write(
    run: Run,
    findings: Sequence[Finding],
    path: str | Path | None = None,
    *,
    answers: pd.DataFrame | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write findings as one self-contained HTML file.

    Args:
        run: The run they are of.
        findings: In the order of the report.
        path: The file; ``report.html`` in the run's folder by default.
        answers: The run's answers, if they are at hand; else they are read from its store.
        tables: The study's tables, likewise.

    Raises:
        UsageError: The file cannot be written.
        DataError: The run's store cannot be read.
    """
    target = Path(path) if path is not None else run.folder / "report.html"
    return save(record(run, findings, answers, tables), target)


def save(told: Record, path: str | Path) -> Path:
    """Write the report of a record as one self-contained HTML file, and beside it what it cites, in BibTeX.

    The second file is ``references.bib``, or has the report's own name where that is not ``report``.

    Raises:
        UsageError: A file cannot be written.
    """
    from homophily.references import bibtex
    from homophily.report._closing import sources
    from homophily.report._page import render

    page = render(told, made=time.strftime("%Y-%m-%d", time.gmtime()))
    target = write_whole(path, page, "the report")
    beside = target.with_suffix(".bib") if target.stem != "report" else target.parent / "references.bib"
    write_whole(beside, bibtex(sources(told)), "the report's sources")
    return target


def record(
    run: Run,
    findings: Sequence[Finding],
    answers: pd.DataFrame | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Record:
    """What a report tells of a run."""
    from homophily.lab import frozen, tidy
    from homophily.lab.loading import load_study
    from homophily.lab.runs import status
    from homophily.lab.waiting import wait

    study, done = load_study(run.source), wait(status(run))
    design = study.design.model_validate(run.design)
    asked = tidy.answers(run) if answers is None else answers
    return Record(
        name=run.name,
        study=study,
        design=design,
        answers=tidy.asked(asked),
        findings=tuple(findings),
        tables=study.tables(asked, design) if tables is None else tables,
        environment=run.environment,
        planned=done.sessions,
        finished=done.finished,
        frozen=frozen.read(plan) if (plan := run.folder / frozen.FILE).is_file() else None,
    )
