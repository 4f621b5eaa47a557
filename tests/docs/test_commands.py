"""Every command on the pages is one that the command line knows, and none hides from the tests."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from homophily.cli import _main  # noqa: F401 - the commands join the application
from homophily.cli._app import app
from tests.docs.blocks import PAGES, ROOT, blocks, name

EVERY = [*PAGES, *sorted((ROOT / "docs").glob("*/*.md"))]
EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])
#: Pages that the documentation's build writes.
MADE = {ROOT / line[1:] for line in (ROOT / ".gitignore").read_text("utf-8").split() if line.endswith(".md")}
_SIGNS = set("|;&><")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_nothing_hides(page: Path) -> None:
    """Fences name their language, what is typed is fenced, files that the tests save are named aloud."""
    text = page.read_text(encoding="utf-8")
    aloud = re.sub(r"<!--.*?-->", "", text)
    assert not re.findall(r"^    (?:homophily|pip|python) .*", prose(text), re.MULTILINE), "not fenced"
    for block in blocks(page):
        where = f"line {block.line}"
        assert block.language, f"{where}: the fence names no language; text is one"
        if block.language not in ("bash", "console", "ini", "yaml"):
            assert not re.findall(r"^\s*(?:homophily|pip) .*", block.text, re.MULTILINE), where
        assert not block.file or Path(block.file).name in aloud, f"{where}: {block.file} is nowhere named"


@pytest.mark.parametrize("page", dict.fromkeys(EVERY), ids=name)
def test_every_command_and_option_exists(page: Path) -> None:
    """Also of commands that no test can run, and of those inside a sentence."""
    typed = [command.text for block in blocks(page) for command in block.commands]
    for line in [*typed, *re.findall(r"`((?:homophily|pip install) [^`]+)`", prose(page.read_text("utf-8")))]:
        for words in invocations(line):
            check(words, line)
        for extras in re.findall(r"pip install .*\[([\w,]+)\]", line):
            assert set(extras.split(",")) <= EXTRAS, line


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)


def invocations(line: str) -> list[list[str]]:
    """The words after ``homophily``, for each time that a line calls it."""
    words = shlex.shlex(line.replace("\\\n", " "), posix=True, punctuation_chars="".join(_SIGNS))
    words.whitespace_split = True
    found: list[list[str]] = []
    inside = False
    for word in words:
        if word.rpartition("/")[2] == "homophily":
            found.append([])
        elif inside and not set(word) <= _SIGNS:
            found[-1].append(word)
        inside = bool(found) and not set(word) <= _SIGNS
    return found


def check(words: list[str], line: str) -> None:
    """A command of that name takes these options."""
    command: Any = typer.main.get_command(app)
    while commands := getattr(command, "commands", None):
        if words and words[0] in commands:
            command, words = commands[words[0]], words[1:]
        elif command.name == "lineage" and words:
            command = commands["audit"]
        else:
            assert not words or words[0] in ("…", "--help", "--version", "--install-completion"), line
            return
    if command.context_settings.get("ignore_unknown_options"):
        return
    known = {"--help"}.union(*({*each.opts, *each.secondary_opts} for each in command.params))
    unknown = [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]
    assert not unknown, f"no option {unknown}: {line}"


@pytest.mark.parametrize("line", ["homophily run dyads --drry-run", "true && homophily plau dyads | cat -n"])
def test_a_slip_is_found(line: str) -> None:
    (words,) = invocations(line)
    with pytest.raises(AssertionError):
        check(words, line)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        there = (page.parent / target).resolve()
        assert there.exists() or there in MADE, target
