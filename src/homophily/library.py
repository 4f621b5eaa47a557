"""The laboratory from Python: play a study, read what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from homophily.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from homophily.analysis import Finding
    from homophily.lab.design import Design
    from homophily.lab.runs import Run, Status
    from homophily.lab.study import Study

__all__ = ["Played", "compare", "open_run", "run"]


@dataclass(frozen=True)
class Played:
    """A run with its study and design, and all that can be read of it.

    Answers, tables and findings are read once and kept.

    Attributes:
        run: Its folder.
        study: What was played.
        design: Under which settings.
    """

    run: Run
    study: Study
    design: Design

    @property
    def status(self) -> Status:
        """How far the run has come."""
        from homophily.lab.runs import status
        from homophily.lab.waiting import wait

        return wait(status(self.run))

    def dense(self, *, begin: bool = False) -> Played:
        """The run of the same design without any filter, beside this one: its reference in `compare`.

        Args:
            begin: Whether it may be begun; else it must be there.

        Raises:
            UsageError: No respondent speaks through a filter, or there is no such run.
        """
        from homophily.lab.pairing import dense
        from homophily.lab.runs import create, name_of

        design, beside = dense(self.design), self.run.folder.parent
        name = name_of(self.study, design)
        if not begin and not (beside / name / "design.json").is_file():
            raise UsageError(
                f"the same without a filter, {name!r}, was not played yet: add --play-dense, or name a run "
                "to compare to."
            )
        store = self.run.url or self.run.environment.get("store")
        file = self.run.source if self.run.source.endswith(".py") else None
        made = create(self.study, design, root=beside, store=store, source=file)
        return Played(made, self.study, design)

    def play(
        self,
        *,
        concurrency: int = 256,
        quiet: bool = False,
        ray: str | None = None,
        workers: int | None = None,
    ) -> Status:
        """Go on with the run until it ends, its progress on stderr.

        Args:
            concurrency: Sessions under way at once.
            quiet: Show no progress.
            ray: Address of a Ray cluster to play on; this process alone by default.
            workers: Workers at most on the cluster; by default one for each of its cores.

        Raises:
            HomophilyError: See `homophily.lab.runner.play` and `homophily.lab.spread.play`; whatever was
                answered is kept.
        """
        from homophily.lab import spread
        from homophily.lab.progress import shown
        from homophily.lab.runner import play
        from homophily.lab.waiting import wait

        for read in ("answers", "tables", "findings"):
            vars(self).pop(read, None)
        cache = self.run.folder.parent / "responses.db"  # answers paid for in one run serve the next
        with shown(quiet=quiet) as observer:
            run = self.run, self.study, self.design
            if ray is None:
                return wait(play(*run, observers=(observer,), cache=cache, concurrency=concurrency))
            return wait(
                spread.play(
                    *run, address=ray, workers=workers, observers=(observer,), concurrency=concurrency
                )
            )

    @cached_property
    def answers(self) -> pd.DataFrame:
        """One row an ask; see `homophily.lab.tidy.answers`."""
        from homophily.lab.tidy import answers

        return answers(self.run)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The study's tidy tables, by name.

        Beside them ``codings`` where people have coded its open answers, and ``savings`` where respondents
        speak through a filter.
        """
        from homophily.lab.coding import with_codings
        from homophily.lab.spent import with_savings

        made = self.study.tables(self.answers, self.design)
        return with_savings(self.run, with_codings(self.run, made), self.design)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the study's analysis plan found."""
        from homophily import analysis

        return tuple(analysis.run(self.study, self.answers, self.design, tables=self.tables))

    def report(self, path: str | Path | None = None) -> Path:
        """Write the self-contained HTML report, ``report.html`` in the run's folder by default."""
        from homophily.report import write

        return write(self.run, self.findings, path, answers=self.answers, tables=self.tables)

    def archive(self, path: str | Path, *, wordings: bool = False) -> Path:
        """Write the run as one file to deposit; see `homophily.report.archive`."""
        from homophily.report import record
        from homophily.report.archive import archive

        told = record(self.run, self.findings, self.answers, self.tables)
        return archive(self.run, told, path, wordings=wordings)

    def export(
        self,
        folder: str | Path | None = None,
        formats: Sequence[str] = ("parquet", "csv"),
        *,
        bom: bool = False,
    ) -> list[Path]:
        """Write all tables, long and wide, with their codebook; by default into ``tables/``."""
        from homophily.lab.export import export

        return export(
            {"answers": self.answers, **self.tables},
            Path(folder) if folder is not None else self.run.folder / "tables",
            formats,
            descriptions=self.study.descriptions,
            bom=bom,
        )


def run(
    source: str | Path,
    settings: Mapping[str, Any] | None = None,
    *,
    folder: str | Path = "runs",
    store: str | None = None,
    fresh: bool = False,
    concurrency: int = 256,
    quiet: bool = False,
) -> Played:
    """Play a study to its end, or go on with it where it stopped.

    Args:
        source: A study's name, a design file, or a Python file that exports `study`.
        settings: Settings that replace those of the file, by dotted key: ``{"pairs.n": 50}``.
        folder: Where runs are kept.
        store: URL of a database for the answers; a file in the run's folder by default.
        fresh: Start a new run and read no cached answer.
        concurrency: Sessions under way at once.
        quiet: Show no progress on stderr.

    Raises:
        HomophilyError: See `homophily.errors`; whatever was answered is kept.
    """
    from homophily.lab.loading import load_design
    from homophily.lab.runs import create

    study, design = load_design(source, settings)
    file = source if Path(source).suffix == ".py" else None
    begun = create(study, design, root=folder, store=store, fresh=fresh, source=file)
    played = Played(begun, study, design)
    played.play(concurrency=concurrency, quiet=quiet)
    return played


def compare(
    run: Played,
    reference: Played,
    *,
    margin: float = 0.2,
    scale: Literal["sd", "points"] = "sd",
    same: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Two runs side by side: of one design, or the debates and the questionnaires of the same models.

    Args:
        run: Such as one that speaks through a filter.
        reference: What it is compared to, such as the same without the filter (`Played.dense`).
        margin: Differences within it are taken as none; a choice (`homophily.analysis.equivalence`).
        scale: Its unit: standard deviations of the reference, or points.
        same: Of debates and questionnaires: a model's name in the one by its name in the other, where names
            do not tell.

    Returns:
        Of one design the finding of `equivalence` and, where both were answered in this process, that of
        `costs`; of debates and questionnaires that of `shown_and_stated`.

    Raises:
        UsageError: The runs do not ask the same, or no model is in both.
        DataError: No ask of the one is an ask of the other.
    """
    from homophily.analysis._paired import paired
    from homophily.analysis._stated import beside, stated
    from homophily.analysis.costs import costs
    from homophily.analysis.equivalence import equivalence
    from homophily.analysis.shown_and_stated import shown_and_stated
    from homophily.lab.pairing import apart
    from homophily.lab.spent import spent
    from homophily.lab.tidy import asked

    if "debate" in (run.study.name, reference.study.name) and run.study.name != reference.study.name:
        one, other = (run, reference) if run.study.name == "debate" else (reference, run)
        told = stated(other.study, other.tables, other.design)
        return (shown_and_stated(beside(one.tables, one.design, told, same or {})),)
    apart(run.study, run.design, reference.study, reference.design)
    tables = paired(
        run.study, *({**each.tables, "answers": asked(each.answers)} for each in (run, reference))
    )
    findings = [equivalence(tables, margin=margin, scale=scale)]
    took = {"spent": spent(run.run), "spent_reference": spent(reference.run)}
    if all(len(rows) for rows in took.values()):
        findings.append(costs(took))
    return tuple(findings)


def open_run(name: str | Path, *, folder: str | Path = "runs") -> Played:
    """A run that was played, or is being played, by its name or folder."""
    from homophily.lab import runs
    from homophily.lab.loading import load_study

    found = runs.open_run(name, root=folder)
    study = load_study(found.source)
    return Played(found, study, study.design.model_validate(found.design))
