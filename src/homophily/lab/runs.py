"""Runs: a study's design being played, as a folder that holds all of it."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lab.beside import resolved
from homophily.lab.design import Design
from homophily.lab.environment import environment
from homophily.lab.study import Study
from homophily.whole import write_whole

__all__ = ["Run", "Status", "create", "name_of", "noted", "open_run", "status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run's folder.

    Attributes:
        folder: Holds ``design.json``, ``environment.json`` and, unless the answers are kept elsewhere,
            ``answers.db``.
        design: The full effective design, as JSON data.
        environment: Versions, platform, where the study and the store are, whether the run is fresh.
        url: URL of the store with its password, which is never written down.
    """

    folder: Path
    design: Mapping[str, Any] = field(repr=False)
    environment: Mapping[str, Any] = field(repr=False)
    url: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The run's name in its store; its folder's name when it was made, wherever it was moved since."""
        return str(self.environment["run"])

    @property
    def store(self) -> str:
        """URL of the database that holds the answers."""
        from homophily.records.database import url_of

        return self.url or self.environment.get("store") or url_of(self.folder / "answers.db")

    @property
    def source(self) -> str:
        """Name of the study, or the Python file that holds it, which an archive keeps in the folder."""
        source = str(self.environment["source"])
        beside = self.folder / source
        return str(beside) if source.endswith(".py") and beside.is_file() else source

    @property
    def fresh(self) -> bool:
        """Whether this run is to read no response cache."""
        return bool(self.environment.get("fresh"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a run has come.

    Attributes:
        run: Its name.
        study: Name of the study.
        folder: Where it is.
        sessions: How many sessions the design has; `finished`, `failed` and `begun` of them.
        answers: Recorded answers; `missing` of them have no value, `cached` came from the response cache.
        asks: Answers that a respondent was asked for: all but the cached.
        tokens: Read and written for them.
        cost: Paid for them, in US dollars.
    """

    run: str
    study: str
    folder: str
    sessions: int
    finished: int
    failed: int
    begun: int
    answers: int
    missing: int
    cached: int
    asks: int
    tokens: int
    cost: float

    @property
    def complete(self) -> bool:
        """Whether every session is finished."""
        return self.finished >= self.sessions


def name_of(study: Study, design: Design) -> str:
    """``<study>-<hash8>``: the hash is of the design's canonical JSON without its budget."""
    shape = design.model_dump(mode="json", exclude={"budget"})
    canonical = json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    stem = re.sub(r"[^\w-]+", "-", study.name).strip("-") or "study"
    return f"{stem}-{hashlib.sha256(canonical.encode()).hexdigest()[:8]}"


def create(
    study: Study,
    design: Design,
    *,
    root: str | Path = "runs",
    store: str | None = None,
    fresh: bool = False,
    source: str | Path | None = None,
) -> Run:
    """The run of this design: a new folder, or the newest there is, to be resumed.

    Args:
        study: What is played.
        design: With what settings.
        root: Folder of all runs.
        store: Database URL for the answers; the folder's own ``answers.db`` by default.
        fresh: Start a new run beside those there are; it reads no response cache.
        source: Where the study is found again; by default its name, or the file of its protocol.

    Raises:
        UsageError: The folder cannot be written, or the run keeps its answers in another store.
    """
    from homophily.records.database import public

    runs, name, place = Path(root), name_of(study, design), public(store) if store else None
    number = _newest(runs, name)
    if number and not fresh:
        run = open_run(runs / _numbered(name, number), store=store)
        kept = run.environment.get("store")
        if store is not None and kept is None and not (run.folder / "answers.db").exists():
            _write(run.folder / "environment.json", {**run.environment, "store": place})
        elif store is not None and kept != place:
            raise UsageError(
                f"the run {run.name!r} keeps its answers in {kept or 'its folder'}; leave --store "
                "out, or start anew with --fresh."
            )
        settings = design.model_dump(mode="json")
        if settings != run.design:  # a larger budget, at most; a folder that is full or closed may be read
            _write(run.folder / "design.json", settings)
        return open_run(run.folder, store=store)
    folder = runs / _numbered(name, number + 1)
    record = environment() | {
        "run": folder.name,
        "source": str(Path(source).absolute()) if source else _origin(study),
        "store": place,
        "fresh": fresh,
    }
    # A folder without a design is one that was just being made when its process was killed.
    _write(folder / "environment.json", record)
    _write(folder / "design.json", design.model_dump(mode="json"))
    return open_run(folder, store=store)


def open_run(place: str | Path, *, root: str | Path = "runs", store: str | None = None) -> Run:
    """The run in a folder, or named under `root`.

    Args:
        place: The folder, its name, or a study's name where it has one run in `root`.
        root: Folder of all runs.
        store: URL of its store where that needs a password; else ``PGPASSWORD`` serves.

    Raises:
        UsageError: There is none, or several begin with that name.
        DataError: Its files cannot be read.
    """
    known = [found.parent.name for found in Path(root).glob("*/design.json")]
    begun = [name for name in known if name.startswith(f"{place}-")]
    only = begun if len(begun) == 1 else []
    for folder in (Path(place), *(Path(root) / name for name in (place, *only))):
        if (folder / "design.json").is_file():
            design, kept = _read(folder / "design.json"), _read(folder / "environment.json")
            if not {"run", "source"} <= set(kept):
                raise DataError(f"{str(folder / 'environment.json')!r} is not whole. Restore it from a copy.")
            design = resolved(design, folder.resolve())
            return Run(folder=folder.resolve(), design=design, environment=kept, url=store)
    if begun:
        raise UsageError(f"{str(place)!r} begins {len(begun)} runs: {', '.join(sorted(begun))}. Name one.")
    raise UsageError(str(UnknownName("run", str(place), known)))


def noted(run: Run, **facts: Any) -> Run:
    """The run, with facts added to its ``environment.json``, such as who stood in for people.

    Raises:
        UsageError: The folder cannot be written.
    """
    try:
        _write(run.folder / "environment.json", {**run.environment, **facts})
    except OSError as error:
        raise UsageError(f"the folder {str(run.folder)!r} cannot be written: {error.strerror}.") from error
    return open_run(run.folder, store=run.url)


async def status(run: Run) -> Status:
    """How far a run has come, also while another process plays it."""
    totals = await _totals(run)
    states = totals["states"]
    return Status(
        run=run.name,
        study=str(run.design.get("study", "")),
        folder=str(run.folder),
        sessions=totals["sessions"],
        finished=states.get("finished", 0),
        failed=states.get("failed", 0),
        begun=sum(states.values()),
        answers=totals["answers"],
        missing=totals["missing"],
        cached=totals["answers"] - totals["asks"],
        asks=totals["asks"],
        tokens=totals["tokens"],
        cost=totals["cost"],
    )


async def _totals(run: Run) -> Mapping[str, Any]:
    from homophily.records import totals

    if not (run.url or run.environment.get("store")):
        file = run.folder / "answers.db"
        found = totals.of_file(file, run.name) if file.is_file() else totals.NONE
        if found is not None:
            return found
    from homophily.records.database import connect, public
    from homophily.records.migrations import Empty

    if run.store.startswith("sqlite") and not Path(public(run.store)).is_file():
        return totals.NONE
    try:
        engine = await connect(run.store)
    except Empty:
        return totals.NONE
    try:
        return await totals.of_engine(engine, run.name)
    finally:
        await engine.dispose()


def _origin(study: Study) -> str:
    """Where a study is found again: its name in the catalogue, or the file that holds its protocol."""
    file = inspect.getsourcefile(study.play)
    inside = (getattr(study.play, "__module__", None) or "").startswith("homophily.")
    return study.name if inside or file is None else str(Path(file).absolute())


def _newest(root: Path, name: str) -> int:
    """The highest number among the folders of a run's name; 0 if there is none."""
    number = 0
    while (root / _numbered(name, number + 1) / "design.json").is_file():
        number += 1
    return number


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _write(path: Path, data: Any) -> None:
    write_whole(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n", "the run's file")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{str(path)!r} cannot be read: {error}. Restore it from a copy.") from error
    if not isinstance(data, dict):
        raise DataError(f"{str(path)!r} holds no JSON object. Restore it from a copy.")
    return data
