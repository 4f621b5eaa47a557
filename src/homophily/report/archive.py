"""Archives: a run as one file to deposit, with all that gives its numbers again."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily import __version__
from homophily.errors import HomophilyError
from homophily.lab import frozen
from homophily.lab.beside import FOLDER
from homophily.lab.export import export
from homophily.lab.waiting import wait
from homophily.records.extract import extract
from homophily.report._carried import carry
from homophily.report._closing import departures
from homophily.report._record import Record
from homophily.report._write import save
from homophily.whole import unwritable

if TYPE_CHECKING:
    from homophily.lab.runs import Run

__all__ = ["archive"]

_README = """# {name}

A run of the study “{title}”, played with Homophily {version}: {finished} of {planned} sessions,
{answers} answers.

| file | what it is |
| --- | --- |
| `report.html` | findings, figures, sample, departures, sources; needs nothing but a browser |
| `references.bib` | the sources of all that the run used, for a paper that rests on it |
| `tables/` | every table as Parquet and CSV, long and wide; `codebook.md` says what each column means |
| `design.json` | every setting, as it was run |
{plan}| `environment.json` | versions and machine |
| `answers.db` | every answer with its reasons, seeds and orders (SQLite){words} |
{files}| `SHA256SUMS` | a digest of each file (`sha256sum -c SHA256SUMS`) |

The same numbers again, without a network and without asking anyone:

    pip install homophily=={version}
    homophily analyse .
    homophily report .

Nothing here names a participant: what identifies people is kept apart from answers and is not archived.
"""
_FILES = "| `files/` | the files of its own that the design names{but} |\n"


def archive(run: Run, record: Record, target: str | Path, *, wordings: bool = False) -> Path:
    """Write a run into one ZIP file: data, codebook, design, plan, environment, report, and its store.

    Args:
        run: What is archived.
        record: As its report tells it (`homophily.report.record`).
        target: The file; replaced once the new one is whole.
        wordings: Whether the wordings of instruments of the user's own, which may be licensed, go along;
            otherwise their items go by id alone.

    Raises:
        UsageError: The file cannot be written.
        DataError: The store cannot be read.
    """
    path = Path(target)
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".archive-", dir=path.parent) as name:
            stage = Path(name) / run.name
            stage.mkdir()
            _fill(stage, run, record, wordings)
            return _zip(stage, Path(name) / "whole.zip").replace(path)
    except OSError as error:
        raise unwritable(path, error, "the archive") from error
    except HomophilyError as error:
        if name not in str(error):
            raise
        cause = error.__cause__  # of one of the files on their way into it, which nobody else knows
        known = cause if isinstance(cause, OSError) else OSError(str(cause))
        raise unwritable(path, known, "the archive") from error


def _fill(stage: Path, run: Run, record: Record, wordings: bool) -> None:
    save(record, stage / "report.html")
    tables = {"answers": record.answers, **record.tables}
    export(tables, stage / "tables", descriptions=record.study.descriptions)
    hidden = carry(record.design, stage, wordings=wordings)
    wait(extract(run.store, run.name, stage / "answers.db", hidden=hidden))
    environment: dict[str, Any] = dict(run.environment) | {"store": None}
    if hidden:  # what the plan's fingerprints are of stays at home, so that they cannot be held against it
        environment["departures"] = departures(record)
    if Path(run.source).suffix == ".py":
        shutil.copyfile(run.source, stage / "study.py")
        environment["source"] = "study.py"
    _json(stage / "design.json", run.design)
    _json(stage / "environment.json", environment)
    planned = run.folder / frozen.FILE
    if planned.is_file():
        shutil.copyfile(planned, stage / frozen.FILE)
    told = _README.format(
        name=run.name,
        title=record.study.title,
        version=__version__,
        finished=record.finished,
        planned=record.planned,
        answers=len(record.answers),
        plan="| `plan.json` | the plan frozen before the data |\n" if planned.is_file() else "",
        files=_FILES.format(but=", instruments as keys without words" if hidden else "")
        if (stage / FOLDER).is_dir()
        else "",
        words=f"; without the wordings of {', '.join(hidden)}" if hidden else "",
    )
    (stage / "README.md").write_text(told, encoding="utf-8")
    files = [file for file in sorted(stage.rglob("*")) if file.is_file()]
    sums = "".join(f"{_digest(file)}  {file.relative_to(stage)}\n" for file in files)
    (stage / "SHA256SUMS").write_text(sums, encoding="utf-8")


def _zip(stage: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for file in sorted(stage.rglob("*")):
            if file.is_file():
                whole.write(file, file.relative_to(stage.parent))
    return path


def _json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
