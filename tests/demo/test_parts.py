"""Parts as they are: bots walk real pages of a real server; a family of real checkpoints is told apart."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from homophily.demo import PARTS, Part
from homophily.lab.runs import open_run


def play(name: str, folder: Path) -> Part:
    heard: list[tuple[str, int, int]] = []

    def told(what: str, done: int, total: int) -> None:
        heard.append((what, done, total))

    part = PARTS[name][1](folder, seed=None, quick=True, quiet=True, showing=lambda: nullcontext(told))
    assert heard[-1][1] == heard[-1][2]  # told to its end
    assert part.report is not None
    assert part.report.stat().st_size > 10_000
    return part


def test_bots_walk_the_pages_of_a_server_and_the_run_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homophily.demo.teammates._FEW", 4)
    part = play("teammates", tmp_path)
    assert part.found.startswith("8 bots took part over HTTP and sent")
    (check,) = part.checks
    assert check.planted == "0.33"
    (folder,) = tmp_path.glob("teammates-*")
    run = open_run(folder)
    assert run.environment["bots"]["kind"] == "volunteer"
    assert run.environment["bots"]["trust_slope"] == 0.35
    page = part.report.read_text(encoding="utf-8") if part.report else ""
    assert "Planted and found" in page
    assert "Bots (volunteer) walked the pages" in page
    assert "bots, in people&#39;s place" in page
    again = play("teammates", tmp_path)  # everything is recorded: the same is found, no page is sent
    assert again.checks == part.checks
    assert again.found.startswith("8 bots took part over HTTP. ")


def test_a_family_is_found_as_it_was_made(tmp_path: Path) -> None:
    part = play("lineage", tmp_path)
    assert [check.planted for check in part.checks] == ["quantised", "transformed", "unrelated"]
    assert part.right == part.known == 3
    assert part.report is not None
    assert "Planted and found" in part.report.read_text(encoding="utf-8")
