"""What README, tutorials and how-tos tell a reader to type, run or save works as it is printed.

`make test` follows the pages that take seconds, `make test-pages` those that say that they are slow. The
summary at the end of the tests tells what no test can run, and why.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, TUTORIALS, Block, blocks, name, slow
from tests.docs.newcomer import Newcomer

FOLLOWED = [
    page for page in PAGES if any(block.commands or block.language == "python" for block in blocks(page))
]
Record = Callable[[str, object], None]


def test_every_tutorial_is_followed() -> None:
    assert len(TUTORIALS) >= 6
    assert set(TUTORIALS) <= set(FOLLOWED)


@pytest.mark.parametrize("page", [page for page in FOLLOWED if not slow(page)], ids=name)
def test_the_page_works_as_printed(page: Path, tmp_path: Path, record_property: Record) -> None:
    follow(page, tmp_path, record_property)


@pytest.mark.pages
@pytest.mark.parametrize("page", [page for page in FOLLOWED if slow(page)], ids=name)
def test_the_slow_page_works_as_printed(page: Path, tmp_path: Path, record_property: Record) -> None:
    follow(page, tmp_path, record_property)


def follow(page: Path, tmp_path: Path, record: Record) -> None:
    """Do what the page says: README in a fresh clone, any other page in a folder with the examples alone."""
    folder, aside = tmp_path / "here", tmp_path / "aside"
    aside.mkdir()
    if page.name == "README.md":
        clone(folder)
    else:
        shutil.copytree(ROOT / "examples", folder / "examples")
    newcomer = Newcomer(folder, aside)
    try:
        for block in blocks(page):
            if block.skipped:
                record("not run", f"{name(page)}, line {block.line}: {block.skipped}")
            elif not (folder / ".venv").exists() and installs(block):
                record("not run", f"{name(page)}, line {block.line}: installs what is installed here")
            else:
                newcomer.follow(block)
    finally:
        newcomer.leave()


def clone(folder: Path) -> None:
    """What git would hand out, with what is not committed yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for file in filter(lambda file: (ROOT / file).is_file(), files):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, folder / file)


def installs(block: Block) -> bool:
    """Whether a block does nothing but install; done only where a page has made an environment of its own."""
    return bool(block.commands) and all(re.match("pip install ", each.text) for each in block.commands)
