"""Exports: tables for analysis without names, a list for payment with them, and the report."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from homophily import analysis
from homophily.errors import HomophilyError
from homophily.lab import tidy
from homophily.lab.coding import with_codings
from homophily.lab.export import export
from homophily.report import write
from homophily.web.dashboard.office import Form, Office
from homophily.web.dashboard.signals import pages
from homophily.web.dashboard.survey import Survey

__all__ = ["Exporting"]

_PAGES = {
    "page_times.page": "The page, by the paths of its questions, over people and what they rate.",
    "page_times.n": "How often it was sent: once a person, or once for each that a person rates.",
    "page_times.median": "Median of the seconds from its being shown to its being sent.",
    "page_times.low": "Their lower quartile.",
    "page_times.high": "Their upper quartile.",
}


class Exporting:
    """What a researcher takes home.

    Args:
        office: Makes pages.
        survey: Gathers what they show.
    """

    def __init__(self, office: Office, survey: Survey) -> None:
        self._office, self._host, self._survey = office, office.host, survey
        self._making: asyncio.Task[None] | None = None
        self._fault = ""

    async def show(self, request: Request, sent: Form) -> Response:
        """What there is to take home."""
        target = self._host.run.folder / "report.html"
        return self._office.page(
            request,
            "export",
            refresh=5 if self._busy() else 0,
            busy=self._busy(),
            fault=self._fault,
            made=target.stat().st_mtime if target.is_file() else None,
            finished=sum(p.state == "finished" and not p.test for p in self._host.people),
        )

    async def data(self, request: Request, sent: Form) -> Response:
        """All tables, long and wide, with their codebook; nothing that identifies anybody."""
        found = await self._survey.found(fresh=True)
        finished = {p.session for p in self._host.people if p.state == "finished" and not p.test}
        only = finished if request.query_params.get("sessions") == "finished" else None
        body = await asyncio.to_thread(self._zip, found.answers, only)
        name = f"{self._host.run.name}.zip"
        return Response(
            body,
            media_type="application/zip",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    async def payment(self, request: Request, sent: Form) -> Response:
        """Participant ids, states, codes and times (ISO 8601, UTC), to pay by: it identifies people."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["pid", "state", "code", "arrived", "ended"])
        for person in self._host.people:
            if not person.test and person.pid:
                times = _time(person.arrived), _time(person.ended)
                row = (person.pid, person.state, person.code or "", *times)
                writer.writerow([_plain(cell) for cell in row])
        return Response(
            text.getvalue(),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="payment.csv"'},
        )

    async def make(self, request: Request, sent: Form) -> Response:
        """Begin to make the report, in a process of its own kind: a thread beside those who serve."""
        if not self._busy():
            self._making = asyncio.create_task(self._report())
        return RedirectResponse("/researcher/export", 303)

    async def report(self, request: Request, sent: Form) -> Response:
        """The report that was made last."""
        target = self._host.run.folder / "report.html"
        if not target.is_file():
            return RedirectResponse("/researcher/export", 303)
        # The report is one file with its own styles and figures, and no script of anybody else's.
        policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        return FileResponse(target, headers={"content-security-policy": policy})

    def _busy(self) -> bool:
        return self._making is not None and not self._making.done()

    async def _report(self) -> None:
        self._fault = ""
        await self._host.writer.settled()
        try:
            await asyncio.to_thread(self._write)
        except HomophilyError as error:
            self._fault = str(error)

    def _write(self) -> None:
        host = self._host
        answers = tidy.answers(host.run)
        tables = with_codings(host.run, host.study.tables(answers, host.design))
        findings = analysis.run(host.study, answers, host.design, tables=tables)
        write(host.run, findings, answers=answers, tables=tables)

    def _zip(self, seen: object, only: set[str | None] | None) -> bytes:
        import pandas as pd

        host = self._host
        answers = tidy.answers(host.run)
        assert isinstance(seen, pd.DataFrame)
        if only is not None:
            answers = answers[answers["session"].isin(only)]
            seen = seen[seen["session"].isin(only)]
        made = with_codings(host.run, host.study.tables(answers, host.design))
        tables = {"answers": answers, **made, "page_times": pages(seen)}
        with tempfile.TemporaryDirectory(prefix="homophily-export-") as name:
            files = export(tables, name, descriptions={**host.study.descriptions, **_PAGES})
            body = io.BytesIO()
            with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as whole:
                for file in files:
                    whole.write(file, f"{host.run.name}/{Path(file).name}")
        return body.getvalue()


def _plain(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: ids come from a link that anybody can write."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _time(seconds: float | None) -> str:
    """A moment with its zone, to the second; empty for none."""
    return "" if not seconds else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
