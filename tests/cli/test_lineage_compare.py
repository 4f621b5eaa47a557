"""The command ``lineage compare``: what it prints and writes, and how it refuses."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from homophily.cli import main
from tests.lineage.checkpoints.made import file, llama


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str, str]:
    random = np.random.default_rng(1)
    parent = llama(random, width=32, vocab=80)
    child = {name: x + random.normal(0, 0.003, x.shape).astype(np.float32) for name, x in parent.items()}
    paths = [tmp_path / name / "model.safetensors" for name in ("a", "b", "c")]
    for path, tensors in zip(paths, (parent, child, llama(random, width=32, vocab=80)), strict=True):
        file(path, tensors)
    return tuple(str(path.parent) for path in paths)  # type: ignore[return-value]


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as told:
        main(["lineage", "compare", *arguments])
    return int(told.value.code or 0)


def test_it_prints_measures_beside_null_and_control(
    pair: tuple[str, str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    a, b, c = pair
    assert run(a, b, "--control", c) == 0
    told = capsys.readouterr()
    assert "the cosine is 0.998" in told.out.replace("\n", " ")
    assert "A and control" in told.out
    assert "Same mantissa bit 1" in told.out
    assert "By role" in told.out
    assert "null: the numbers of B out of place" in told.err


def test_json_is_one_object_with_the_cosine_among_its_overall_figures(
    pair: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b, c = pair
    assert run(a, b, "--control", c, "--json", "--quiet") == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert told.err == ""
    assert found["overall"]["cosine"] == pytest.approx(0.998, abs=0.001)
    assert abs(found["null"]["overall"]["cosine"]) < 0.1
    assert abs(found["control"]["overall"]["cosine"]) < 0.1
    assert len(found["tensors"]) == 21
    assert [layer["layer"] for layer in found["layers"]] == [0, 1]
    assert {"q", "gate", "embed"} < {role["role"] for role in found["roles"]}
    assert found["not_compared"] == {"a": {}, "b": {}}


def test_page_table_and_figure_are_written_whole(
    pair: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b, c = pair
    out = tmp_path / "out"
    names = {"--html": out / "page.html", "--csv": out / "t.csv", "--figure": out / "f.svg"}
    options = [str(each) for item in names.items() for each in item]
    assert run(a, b, "--control", c, *options) == 0
    assert capsys.readouterr().err.count("written: ") == 3
    assert sorted(each.name for each in out.iterdir()) == ["f.svg", "page.html", "t.csv"]
    page = names["--html"].read_text()
    assert page.count("<svg") == 2
    assert "http" not in page.replace("http://www.w3.org", "")
    rows = list(csv.DictReader(names["--csv"].read_text().splitlines()))
    assert len(rows) == 21
    assert float(rows[0]["cosine"]) > 0.99
    assert rows[0]["null_cosine"]
    assert names["--figure"].read_text().startswith("<?xml")
    assert run(a, b, "--figure", str(out / "f.png"), "-q") == 0
    assert (out / "f.png").read_bytes().startswith(b"\x89PNG")


def test_refusals_are_one_line_and_leave_nothing(
    pair: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b, _ = pair
    page = tmp_path / "page.html"
    page.write_text("kept")
    (Path(b) / "model.safetensors").write_bytes(b"\xff" * 100)
    for code, arguments, said in (
        (2, (a, str(tmp_path / "no")), "there is no checkpoint"),
        (3, (a, b), "no safetensors file, or a damaged one"),
        (2, (a, a, "--figure", "f.gif"), "end the name in .svg, .png or .pdf"),
        (2, (a, a, "--null", "odd"), "no null named 'odd'"),
        (2, (a, a, "--csv", str(page / "below.csv")), "cannot be written"),
    ):
        assert run(*arguments, *(() if "--csv" in arguments else ("--html", str(page)))) == code
        told = capsys.readouterr()
        assert said in told.err
        assert told.err.count("error:") == 1
    assert page.read_text() == "kept"
    assert not list(tmp_path.glob(".*"))


def test_the_command_needs_no_torch(pair: tuple[str, str, str]) -> None:
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from homophily.cli import main\n"
        f"main(['lineage', 'compare', {pair[0]!r}, {pair[1]!r}, '--json', '-q'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONPATH": "src"}
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["overall"]["cosine"] > 0.99
