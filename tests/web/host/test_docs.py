"""The how-to on hosting says what the command takes."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from homophily.cli import main  # noqa: F401 - adds the commands
from homophily.cli._app import app
from homophily.lab import load_design
from homophily.web.host.places import Places

PAGE = (Path(__file__).parents[3] / "docs/how-to/host-a-study.md").read_text(encoding="utf-8")


def test_every_option_named_is_one_of_the_command() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    params = [*commands["host"].params, *commands["bots"].params]
    known = {option for parameter in params for option in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))
    assert named
    assert named <= known, named - known


def test_the_dyad_of_the_page_seats_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert tomllib.loads(text)
    (tmp_path / "dyad.toml").write_text(text, encoding="utf-8")
    study, design = load_design(tmp_path / "dyad.toml")
    places = Places(study, design, 60)
    assert (len(places), places.languages) == (40, ("en", "ja"))
