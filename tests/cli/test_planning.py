"""Power, asked from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Shell

SETTINGS = SMALL[3:]


def test_power_grows_with_the_number_of_pairs(call: Shell, tmp_path: Path) -> None:
    command = ("power", "dyads", *SETTINGS, "--vary", "pairs.n=4,12", "--replicates", "3", "--workers", "1")
    command = (
        *command,
        "--set",
        "respondents.synthetic.similarity_slope=3",
        "--set",
        'languages=["en"]',
        "--set",
        "pairs.bins=1",
    )
    done = call(*command, "--analysis", "correlation", "--figure", "power.svg", "--json")
    rows = [row for row in json.loads(done.stdout) if row["term"] == "pearson" and row["outcome"] == "trust"]
    means = {row["pairs.n"]: row["power"] for row in rows}
    assert set(means) == {4, 12}
    assert means[12] >= means[4]
    assert (tmp_path / "power.svg").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "pairs.n"], "key=value,value"),
        (["--vary", "pears.n=3"], "pears"),
        (["--analysis", "mixd"], "mixed"),
    ],
)
def test_what_cannot_be_varied_is_named(call: Shell, arguments: list[str], words: str) -> None:
    done = call("power", "dyads", *SETTINGS, "--replicates", "1", "--workers", "1", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
