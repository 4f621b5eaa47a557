"""The command ``cite``, as a researcher uses it."""

import json
from pathlib import Path

import pytest

from homophily import catalogue, instruments
from tests.cli.conftest import SMALL, Shell


def test_a_run_is_cited_as_its_report_does(call: Shell, tmp_path: Path) -> None:
    run = json.loads(call(*SMALL, "--json").stdout)["run"]
    done = call("cite", run)
    assert done.returncode == 0, done.stderr
    beside = (tmp_path / "runs" / run / "references.bib").read_text(encoding="utf-8")
    assert beside == done.stdout
    page = (tmp_path / "runs" / run / "report.html").read_text(encoding="utf-8")
    for line in call("cite", run, "--format", "apa").stdout.splitlines()[:3]:
        assert line.replace("&", "&amp;").replace("'", "&#39;") in page


@pytest.mark.parametrize(
    "thing", [*catalogue.names("studies"), *catalogue.CATALOGUES, *instruments.names(), "filter", "lineage"]
)
def test_whatever_has_a_name_can_be_cited(call: Shell, thing: str) -> None:
    done = call("cite", thing, "--format", "apa")
    assert done.returncode == 0, done.stderr
    assert done.stdout or "the project's own" in done.stderr


def test_everything_is_all_there_is(call: Shell) -> None:
    from homophily.references import known

    done = call("cite", "everything", "--json")
    assert {each["key"] for each in json.loads(done.stdout)} == set(known())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cite", "dyad"), "Did you mean 'dyads'"),
        (("cite", "dyads", "--format", "mla"), "choose bibtex or apa"),
    ],
)
def test_what_cannot_be_cited_is_said(call: Shell, words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.returncode == 2
    assert said in done.stderr
