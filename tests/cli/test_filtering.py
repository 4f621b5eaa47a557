"""``homophily filter``: results of a run, going on, and what is said of wrong words."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.filtering.evaluation import tiny

Call = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkpoint, a text and suites."""
    folder = tmp_path_factory.mktemp("bench")
    tiny.checkpoint(folder / "ferry")
    tiny.suites(folder / "suites")
    (folder / "ferry.txt").write_text(tiny.TEXT, encoding="utf-8")
    return folder


def evaluated(call: Call, bench: Path, *more: str, **named: Any) -> CompletedProcess[str]:
    return call(
        *("filter", "eval", str(bench / "ferry"), "--text", str(bench / "ferry.txt"), "--quiet"),
        *("--rules", "joint,random", "--ratios", ".3,.5", "--limit", "4", *more),
        **named,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_evaluation_writes_tables_figure_and_page(call: Call, bench: Path, tmp_path: Path) -> None:
    done = evaluated(call, bench, "--out", "here", "--data", str(bench / "suites"))
    assert done.returncode == 0, done.stderr
    assert "perplexity: Perplexity (lower is better, dense" in " ".join(done.stdout.split())
    written = {path.name for path in (tmp_path / "here").iterdir()}
    assert written == {
        *("records.jsonl", "estimates.csv", "estimates.jsonl", "quality.md", "quality.svg", "quality.png"),
        "index.html",
    }
    found = rows(tmp_path / "here" / "estimates.csv")
    assert {r["measure"] for r in found} == {
        *("perplexity", "agreement", "arc_easy", "winogrande", "lambada", "mmlu"),
    }
    joint = [r for r in found if (r["measure"], r["rule"], r["ratio"]) == ("perplexity", "joint", "0.5")]
    assert float(joint[0]["low"]) < float(joint[0]["value"]) < float(joint[0]["high"])
    assert joint[0]["to_random"] != ""
    dense = [r for r in found if (r["measure"], r["metric"], r["rule"]) == ("agreement", "kl", "dense")]
    assert [float(r["value"]) for r in dense] == [0.0]
    page = (tmp_path / "here" / "index.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "humanities" in page


def test_a_second_evaluation_reads_its_records(call: Call, bench: Path, tmp_path: Path) -> None:
    first = evaluated(call, bench, "--measures", "perplexity", "--out", "here")
    kept = (tmp_path / "here/records.jsonl").read_bytes()
    table = (tmp_path / "here/estimates.csv").read_bytes()
    again = evaluated(call, bench, "--measures", "perplexity", "--out", "here")
    assert (again.stdout, again.returncode) == (first.stdout, 0)
    assert (tmp_path / "here/records.jsonl").read_bytes() == kept
    assert (tmp_path / "here/estimates.csv").read_bytes() == table
    more = evaluated(call, bench, "--measures", "perplexity,agreement", "--out", "here")
    assert more.returncode == 0
    assert (tmp_path / "here/records.jsonl").read_bytes().startswith(kept)


def test_json_is_for_scripts(call: Call, bench: Path) -> None:
    done = evaluated(call, bench, "--measures", "needle", "--json", "--set", "needle.lengths=250")
    found = json.loads(done.stdout)
    assert {e["rule"] for e in found["estimates"]} == {"dense", "joint", "random"}
    assert "length 250" in {e["group"] for e in found["estimates"]}
    assert all(Path(path).is_file() for path in found["files"])


def test_settings_of_filter_and_measure_are_set(call: Call, bench: Path, tmp_path: Path) -> None:
    changed = ("--set", "cache_filtered=true", "--set", "warmup=4", "--set", "perplexity.window=64")
    done = evaluated(call, bench, "--measures", "perplexity", *changed)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "filter-eval/records.jsonl").read_text(encoding="utf-8").splitlines()
    cells = [row for row in map(json.loads, lines) if row["kind"] == "cell"]
    assert cells[0]["filter"] is None
    assert all(cell["settings"]["window"] == 64 for cell in cells)
    assert all(cell["filter"]["cache_filtered"] and cell["filter"]["warmup"] == 4 for cell in cells[1:])


@pytest.mark.parametrize(
    ("more", "told", "code"),
    [
        (("--rules", "joind"), "no filtering rule named 'joind'. Did you mean 'joint'", 2),
        (
            ("--measures", "perplexety"),
            "no measure of filtering named 'perplexety'. Did you mean 'perplexity'",
            2,
        ),
        (("--ratios", "half"), "--ratios 'half': write numbers", 2),
        (("--ratios", "1.5"), "ratio must be in", 2),
        (("--measures", "piqa"), "piqa needs piqa.jsonl: give the folder that holds it with --data", 2),
        (("--text", "nothing.txt"), "no such file: 'nothing.txt'", 2),
        (("--data", "nowhere"), "no such folder: 'nowhere'", 2),
        (("--set", "gama=0.5"), "no filter setting named 'gama'. Did you mean 'gamma'", 2),
        (("--set", "gamma=much"), "gamma must be of the kind of 0.9", 2),
        (("--set", "ratio=0.5"), "name it with --ratios", 2),
        (("--set", "perplexity.windov=3"), "no setting of perplexity named 'windov'", 2),
        (
            ("--measures", "perplexity", "--set", "needle.repeats=3"),
            "no measure in this run named 'needle'",
            2,
        ),
        (("--dtype", "float8"), "no dtype named 'float8'", 2),
        (("--device", "mars"), "no device 'mars' here", 2),
    ],
)
def test_wrong_words_are_one_line(
    call: Call, bench: Path, more: tuple[str, ...], told: str, code: int
) -> None:
    done = evaluated(call, bench, *more)
    assert done.returncode == code
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_of_another_shape_is_told_with_its_line(call: Call, bench: Path, tmp_path: Path) -> None:
    (tmp_path / "piqa.jsonl").write_text('{"goal": "x", "sol1": "a", "sol2": "b"}\n', encoding="utf-8")
    done = evaluated(call, bench, "--data", str(tmp_path), "--measures", "piqa")
    assert done.returncode == 3
    assert "piqa.jsonl, line 1: lacks gold" in done.stderr


@pytest.mark.parametrize(
    ("model", "told"), [("nowhere", "no such folder: 'nowhere'"), ("suites", "holds no config.json")]
)
def test_no_model_is_told(call: Call, bench: Path, model: str, told: str) -> None:
    done = call("filter", "eval", model, folder=bench)
    assert (done.returncode, told in done.stderr) == (2, True)


def test_a_bench_writes_samples_table_figure_and_page(call: Call, bench: Path, tmp_path: Path) -> None:
    told = ("--contexts", "48,96", "--ratios", ".5", "--decode", "2", "--repeats", "2", "--clock", "cpu")
    for shape in (("--shape", "tiny"), (str(bench / "ferry"),)):
        done = call("filter", "bench", *shape, *told, "--out", "here", "--quiet", "--set", "warmup=4")
        assert done.returncode == 0, done.stderr
    assert "Prefill, to the first token" in done.stdout
    written = {path.name for path in (tmp_path / "here").iterdir()}
    assert written == {f"bench.{kind}" for kind in ("jsonl", "json", "md", "svg", "png", "html")}
    kept = [json.loads(line) for line in (tmp_path / "here/bench.jsonl").read_text().splitlines()]
    assert [(run["facts"]["Model"], run["context"]) for run in kept] == [
        *(("tiny, random weights", context) for context in (48, 96)),
        *(("ferry", context) for context in (48, 96)),
    ]
    assert all(len(samples) == 2 for run in kept for samples in run["samples"].values())
    table = (tmp_path / "here/bench.md").read_text(encoding="utf-8")
    assert all(word in table for word in ("Processor", "torch", "Efficiency, K/V paid", "96\u00a0×\u00a01"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--shape", "9b"), "no shape named '9b'"),
        (("--shape", "tiny", "somewhere"), "give a MODEL or a --shape, not both"),
        (("--shape", "tiny", "--clock", "sand"), "no clock named 'sand'"),
        (("--shape", "tiny", "--ratios", "0"), "must each lie between 0 and 1"),
        (("--shape", "tiny", "--batches", "0"), "a batch holds at least one sequence"),
        (("--shape", "tiny", "--set", "needle.digits=2"), "a bench has no measures to set"),
    ],
)
def test_wrong_words_of_a_bench_are_one_line(call: Call, more: tuple[str, ...], told: str) -> None:
    done = call("filter", "bench", *more)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert told in done.stderr


def test_without_a_model_the_reference_model_reads_its_own_text(call: Call, tmp_path: Path) -> None:
    few = ("--rules", "joint", "--ratios", ".5", "--limit", "2", "--quiet", "--json")
    done = call("filter", "eval", *few)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["estimates"]
    assert {e["measure"] for e in found} == {"agreement", "perplexity"}
    (dense,) = [e for e in found if e["measure"] == "perplexity" and e["rule"] == "dense"]
    assert 1 < dense["value"][0] < 50  # far below the 2,048 of a model that has learned nothing
    done = call("filter", "bench", "--contexts", "64", "--decode", "1", "--repeats", "1", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "held_out" in (tmp_path / "filter-eval/quality.md").read_text(encoding="utf-8")


def test_the_harness_is_asked_for_by_its_package(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "lm_eval", None)
    done = call("filter", "harness", "--tasks", "piqa")
    assert done.returncode == 2
    assert "pip install 'homophily[harness]'" in done.stderr


@pytest.mark.parametrize("command", ["eval", "bench", "harness"])
def test_help_shows_examples(call: Call, command: str) -> None:
    done = call("filter", command, "--help")
    assert done.returncode == 0
    assert f"homophily filter {command}" in done.stdout
