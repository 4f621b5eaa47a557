"""A rehearsal: a server of its own for bots, on a run that says that bots took part in it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homophily.asks import Respondent
from homophily.errors import RespondentError, UsageError
from homophily.lab.design import Design
from homophily.lab.runs import Run, create, noted, status
from homophily.lab.study import Study
from homophily.lab.waiting import wait
from homophily.web.tied import TIED

__all__ = ["rehearsal"]

_TOKEN = "HOMOPHILY_RESEARCHER"
#: Bots come all at once from one address, and go on with new cookies after a stop.
_FOR_BOTS = ("--port", "0", "--requests", "0", "--arrivals", "0", "--takeover", "--token-env", _TOKEN)


@contextmanager
def rehearsal(
    study: Study,
    design: Design,
    respondent: Respondent,
    *,
    kind: str,
    folder: Path,
    source: str | Path | None = None,
) -> Iterator[tuple[Run, str, str]]:
    """Host a study for bots, in a process of its own on a free port.

    The run's ``environment.json`` tells under ``bots`` who answers, so that its report can say what was
    planted. The same call goes on with the same run.

    Args:
        study: What is hosted.
        design: With a seat for a person.
        respondent: Who will answer for the bots.
        kind: Its kind.
        folder: Of all runs.
        source: The Python file of the study, where it is none of the catalogue's.

    Yields:
        The run, the server's URL, and the researcher's token.

    Raises:
        UsageError: People have answered in the run, or bots of another kind or other settings.
        RespondentError: The server does not start.
    """
    run = create(study, design, root=folder, source=source)
    bots = {"kind": kind, **respondent.describe()}
    if run.environment.get("bots") != bots and wait(status(run)).answers:
        others = "other bots" if "bots" in run.environment else "people"
        raise UsageError(f"{others} have answered in {run.name!r}: send these bots into another --folder.")
    run = noted(run, bots=bots)
    name = str(Path(source).absolute()) if source else study.name
    with tempfile.TemporaryDirectory(prefix="homophily-bots-") as passing:
        file = Path(passing) / "design.json"
        file.write_text(json.dumps({**design.model_dump(mode="json"), "study": name}), encoding="utf-8")
        token = secrets.token_urlsafe(24)
        with _server(["host", str(file), "--folder", str(folder), *_FOR_BOTS], token) as url:
            yield run, url, token


@contextmanager
def _server(arguments: list[str], token: str) -> Iterator[str]:
    """The URL of a server once it answers; it is stopped at the end."""
    command = [sys.executable, "-m", "homophily", *arguments]
    server = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,  # closes when this process ends, however it ends, and the server with it
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, _TOKEN: token, TIED: "1"},
    )
    assert server.stderr is not None
    said: list[str] = []
    try:
        for line in server.stderr:
            said.append(line)
            if line.startswith("researcher"):
                yield line.split()[1].removesuffix("/researcher/")
                break
        else:
            raise RespondentError(f"the server did not start: {''.join(said).strip()}")
    finally:
        server.terminate()
        server.communicate()
