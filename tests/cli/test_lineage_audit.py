"""``lineage A B``, ``lineage DIR``, ``--candidates`` and ``lineage test``, as a shell runs them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Shell
from tests.lineage.arrays import STEMS, model, saved, shuffled, tuned


@pytest.fixture
def models(tmp_path: Path) -> Path:
    base = model(1)
    half = {
        k: np.where(np.abs(v) < np.median(np.abs(v)), 0, v) if k[0] in STEMS and v.ndim == 2 else v
        for k, v in base.items()
    }
    saved(tmp_path / "models" / "base", base)
    saved(tmp_path / "models" / "chat", tuned(base))
    saved(tmp_path / "models" / "half", half)
    saved(tmp_path / "models" / "moved", shuffled(base))
    saved(tmp_path / "models" / "other", model(2))
    return tmp_path / "models"


def test_two_models_are_audited_by_default(call: Shell, models: Path) -> None:
    done = call("lineage", "models/base", "models/half", "--html", "page.html", "--figure", "seen.svg")
    assert done.returncode == 0, done.stderr
    assert "Pruned, b from a" in done.stdout
    assert "50% of b's weights are zero" in done.stdout
    page = (models.parent / "page.html").read_text("utf-8")
    assert "Pruned, b from a" in page
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert (models.parent / "seen.svg").read_text("utf-8").startswith("<?xml")


def test_json_is_one_object_with_finite_numbers(call: Shell, models: Path) -> None:
    told = json.loads(call("lineage", "models/base", "models/moved", "--json", "-q").stdout)
    assert (told["relation"], told["direction"], told["related"]) == ("transformed", "undetermined", True)
    assert told["log10_p"] < -100
    assert told["p"] > 0
    assert told["weights"]["cosine"] < 0.97
    assert (
        json.loads(call("lineage", "models/base", "models/other", "--json").stdout)["relation"] == "unrelated"
    )


def test_candidates_are_ranked(call: Shell, models: Path) -> None:
    done = call("lineage", "models/base", "--candidates", "models", "--html", "ranked.html")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith(" ")]
    names = [line[0] for line in lines if line and line[0] in ("chat", "half", "moved", "other")]
    assert names[0] == "moved"
    assert names[-1] == "other"
    assert "3 of 4 candidates are relatives" in (models.parent / "ranked.html").read_text("utf-8")
    rows = json.loads(call("lineage", "models/base", "--candidates", "models", "--json").stdout)
    assert [row["name"] for row in rows] == names


def test_a_folder_is_drawn_as_a_tree(call: Shell, models: Path) -> None:
    done = call("lineage", "models", "--root", "base", "--html", "tree.html", "--figure", "tree.png")
    assert done.returncode == 0, done.stderr
    assert "→ half  pruned" in done.stdout
    assert "⇢ chat  fine-tuned" in done.stdout
    assert "other  (no relative)" in done.stdout
    assert (models.parent / "tree.png").stat().st_size > 5000
    told = json.loads(call("lineage", "models", "--json").stdout)
    assert told["clusters"] == [["base", "chat", "half", "moved"], ["other"]]


def test_single_tests_are_told_as_they_are(call: Shell, models: Path) -> None:
    told = json.loads(call("lineage", "test", "models/base", "models/chat", "--json").stdout)
    assert {"csu", "wmatch", "mdir", "words", "bits"} <= set(told)
    assert told["csu"]["log10_p"] < -100
    assert told["words"]["log10_p"] is None
    shown = call("lineage", "test", "models/base", "models/chat", "--test", "csu", "--layers", "1").stdout
    assert "csu" in shown
    assert "wmatch" not in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["models/base"], "holds one model"),
        (["models/base", "models/chat", "--candidates", "models"], "not both"),
        (["models/base", "nowhere"], "nowhere"),
        (["models", "--root", "bose"], "Did you mean 'base'"),
        (["models/base", "models/chat", "--alpha", ".2"], "alpha"),
        (["models/base", "--third", "models/chat"], "--third needs A and B"),
        (["models/base", "models/chat", "--figure", "x.jpg"], ".svg, .png or .pdf"),
        (["models/base", "models/chat", "--test", "cus"], "Did you mean 'csu'"),
    ],
)
def test_each_refusal_is_one_line_and_leaves_nothing(
    call: Shell, models: Path, words: list[str], said: str
) -> None:
    before = sorted(models.parent.rglob("*"))
    done = call("lineage", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert [path for path in sorted(models.parent.rglob("*")) if ".lineage" not in str(path)] == before


def test_another_width_is_said_and_no_error(call: Shell, models: Path) -> None:
    saved(models.parent / "narrow", model(3, hidden=16))
    done = call("lineage", "models/base", "narrow")
    assert done.returncode == 0
    assert "hidden sizes differ (24 and 16)" in done.stdout
