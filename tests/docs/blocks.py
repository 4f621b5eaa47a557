"""What a page tells its reader to type, run or save: its fenced blocks, and what comments say of them.

Three comments speak to the tests alone, and a reader of the page does not see them:

- ``<!-- file: NAME -->`` above a block: the block is that file;
- ``<!-- not run: REASON -->`` above a block: it cannot run here, and the summary of the tests says why;
- ``<!-- slow: REASON -->`` anywhere: ``make test-pages`` runs the page, ``make test`` does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGES", "ROOT", "TUTORIALS", "Block", "Command", "blocks", "name", "slow"]

ROOT = Path(__file__).parents[2]


def _in(folder: str) -> list[Path]:
    return sorted(page for page in (ROOT / "docs" / folder).glob("*.md") if page.stem != "index")


TUTORIALS = _in("tutorials")
#: The pages that a reader types along with.
PAGES = [ROOT / "README.md", *TUTORIALS, *_in("how-to")]

_FENCE = re.compile(
    r"((?:^<!-- *[^>]* *-->\n+)*)^( *)```([\w{}]*)[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL
)
_SAID = re.compile(r"<!-- *(file|not run): *([^>]*?) *-->")
_SHELL = ("bash", "console")


@dataclass(frozen=True, slots=True)
class Command:
    """A line that a reader types, joined where it goes on, and the output that the page shows for it."""

    line: int
    text: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        line: Its first line's number in the page.
        language: As the fence names it; ``""`` if it does not.
        text: Its lines.
        file: Name of the file that it is, if it is one.
        skipped: Why it is not run, if it is not.
    """

    line: int
    language: str
    text: str
    file: str = ""
    skipped: str = ""

    @property
    def commands(self) -> list[Command]:
        """What is typed into a shell; in a console block the lines after ``$``, with what they print."""
        if self.language not in _SHELL or self.file:
            return []
        lines = self.text.replace("\\\n", "\\\0").splitlines()
        found: list[Command] = []
        number = self.line
        for line in lines:
            typed = line.replace("\\\0", "\\\n")
            if self.language == "bash":
                if typed.strip() and not typed.lstrip().startswith("#"):
                    found.append(Command(number, typed))
            elif typed.startswith("$ "):
                found.append(Command(number, typed[2:]))
            elif found:
                last = found[-1]
                found[-1] = Command(last.line, last.text, f"{last.shown}{typed}\n")
            number += typed.count("\n") + 1
        return found


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        above, indent, language, inside = match.groups()
        said = dict(_SAID.findall(above))
        inside = "".join(line.removeprefix(indent) for line in inside.splitlines(keepends=True))
        line = text.count("\n", 0, match.start(4)) + 1
        found.append(Block(line, language, inside, said.get("file", ""), said.get("not run", "")))
    return found


def name(page: Path) -> str:
    """A page's path in the project."""
    return str(page.relative_to(ROOT).with_suffix(""))


def slow(page: Path) -> bool:
    """Whether a page says that it takes long."""
    return "<!-- slow: " in page.read_text(encoding="utf-8")
