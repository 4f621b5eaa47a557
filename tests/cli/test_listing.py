"""Commands that list what there is, and the help of every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from homophily import catalogue
from homophily.cli._app import EXIT_CODES
from homophily.errors import HomophilyError
from tests.cli.conftest import Shell

COMMANDS = (
    *("run", "resume", "status", "analyse", "report", "export", "power", "demo", "list", "studies"),
    *("instruments", "instruments list", "instruments show", "instruments validate", "models", "score"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(call: Shell, command: str) -> None:
    done = call(*command.split(), "--help")
    assert done.returncode == 0
    assert f"homophily {command.split()[0]}" in done.stdout.split("Examples:")[1]


def test_every_exit_code_an_error_can_have_is_documented(call: Shell) -> None:
    def tree(kind: type[HomophilyError]) -> set[int]:
        return {kind.exit_code}.union(*(tree(each) for each in kind.__subclasses__()))

    assert tree(HomophilyError) <= set(EXIT_CODES)
    said = call("--help").stdout
    assert all(meaning.split(";")[0].split(",")[0][:30] in said for meaning in EXIT_CODES.values())


def test_without_arguments_the_help_is_shown(call: Shell) -> None:
    assert call().stdout == call("--help").stdout


def test_version(call: Shell) -> None:
    from homophily import __version__

    assert call("--version").stdout == f"homophily {__version__}\n"


def test_catalogues_are_listed(call: Shell) -> None:
    listed = json.loads(call("list", "--json").stdout)
    assert listed["studies"] == catalogue.describe("studies")
    assert set(listed) == set(catalogue.CATALOGUES)
    assert "pearson" in call("list", "values.similarity").stdout
    assert json.loads(call("studies", "--json").stdout) == listed["studies"]


def test_instruments_are_listed_shown_and_checked(call: Shell) -> None:
    listed = json.loads(call("instruments", "--json").stdout)
    assert "trust" in {row["name"] for row in listed}
    shown = json.loads(call("instruments", "show", "trust", "--language", "ja", "--json").stdout)
    assert len(shown["items"]) == 12
    assert "{partner}" in shown["items"][0]["text"]
    assert "valid; 12 items" in call("instruments", "validate", "trust").stdout


def test_a_file_of_answers_is_scored(call: Shell, tmp_path: Path) -> None:
    names = [f"pvq{item}" for item in range(1, 22)]
    rows = [",".join(["id", *names]), ",".join(["1", *(str(1 + item % 6) for item in range(21))])]
    (tmp_path / "answers.csv").write_text("\n".join(rows), encoding="utf-8")
    scored = json.loads(call("score", "answers.csv", "--json").stdout)
    assert scored[0]["raw_SD"] == pytest.approx((1 + 0 + 1 + 10 % 6) / 2)
    done = call("score", "answers.csv", "--output", "scores.csv")
    assert "1 people scored" in done.stderr
    assert "raw_SD" in (tmp_path / "scores.csv").read_text(encoding="utf-8")
    assert call("score", "answers.csv", "--missing", "x").returncode == 2
