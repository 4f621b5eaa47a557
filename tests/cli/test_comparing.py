"""Local models in a study: their descent, what filtering saved, and whether it changed what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.cli.conftest import Shell
from tests.inference.models import checkpoint

#: Settings of a dyad study of two sessions and few asks.
DYADS: dict[str, Any] = {
    "study": "dyads",
    "languages": ["en"],
    "agents": 6,
    "pairs": {"n": 3, "bins": 1},
    "values": {"instrument": ""},
    "ratings": {"circles": "", "closeness": "", "trust": "", "temperature": 1.0},
    "dialogue": {"topics": ["move"], "utterances": 2, "max_tokens": 12},
}


def tuned(base: Path, folder: Path, seed: int) -> Path:
    """A child of a checkpoint: a few steps of Adam on text of its own."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, words = AutoModelForCausalLM.from_pretrained(base), AutoTokenizer.from_pretrained(base)
    torch.manual_seed(seed)
    rows = torch.randint(4, len(words), (4, 32))
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
    for _ in range(5):
        optimiser.zero_grad()
        model(input_ids=rows, labels=rows).loss.backward()
        optimiser.step()
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Two fine-tunes of one base, and a stranger."""
    folder = tmp_path_factory.mktemp("models")
    base = checkpoint(folder / "base", context=16384)
    made = {"ann": tuned(base, folder / "ann", 1), "ben": tuned(base, folder / "ben", 2)}
    made["cat"] = checkpoint(folder / "cat", context=16384, seed=5)
    return {name: str(path) for name, path in made.items()}


def design(folder: Path, **settings: Any) -> Path:
    path = folder / "design.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def local(model: str, **settings: Any) -> dict[str, Any]:
    return {"kind": "local", "model": model, "cut": "kept", **settings}


def test_a_local_panel_carries_its_descent(call: Shell, models: dict[str, str], tmp_path: Path) -> None:
    seats = {name: local(model) for name, model in models.items()}
    panel = {"groups": [["ann", "ben", "cat"]], "solo": False}
    debate = design(
        tmp_path, study="debate", languages=["en"], protocols=["synchronous"], panels=panel,
        dilemmas={"number": 1}, deliberation={"rounds": [1], "max_tokens": 8}, judges={"panel": []},
        respondents=seats,
    )  # fmt: skip
    done = call("run", str(debate), "--quiet", "--json")
    assert done.returncode == 0, done.stderr
    (run,) = (tmp_path / "runs").iterdir()
    told = json.loads(call("analyse", run.name, "--json").stdout)
    (found,) = (each for each in told if each["name"] == "independence")
    rows = {(row["model"], row["other"]): row for row in found["estimates"]}
    assert rows["ann", "cat"]["relation"] == rows["ben", "cat"]["relation"] == "unrelated"
    assert rows["ann", "ben"]["relation"] == "fine-tuned"
    assert rows["ann", "ben"]["estimate"] > 0.9
    assert rows["ann", "ben"]["p"] < 1e-6 < rows["ann", "cat"]["p"]
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Is the panel independent?" in page
    assert "ann and ben: fine-tuned" in page


def test_a_filtered_study_is_compared_with_its_dense_twin(
    call: Shell, models: dict[str, str], tmp_path: Path
) -> None:
    seats = {"ann": local(models["ann"], filter=0.5), "ben": local(models["ben"])}
    file = design(tmp_path, **DYADS, respondents=seats)
    done = call("run", str(file), "--quiet", "--json")
    assert done.returncode == 0, done.stderr
    told = {each["name"]: each for each in json.loads(done.stdout)["findings"]}
    assert "of all attention (asked for: 50 %)" in told["savings"]["text"]
    assert "ann and ben" in told["independence"]["text"]
    (run,) = (tmp_path / "runs").iterdir()
    assert "What filtering saved" in (run / "report.html").read_text(encoding="utf-8")

    lone = call("compare", run.name)
    assert lone.returncode == 2
    assert "was not played yet: add --play-dense" in lone.stderr
    done = call("compare", run.name, "--play-dense", "--quiet", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    equivalence, costs = found["findings"]
    rows = {row["outcome"]: row for row in equivalence["estimates"]}
    assert {"trust_global", "subjective", "length of texts", "every closed answer"} <= set(rows)
    assert rows["trust_global"]["n"] == 6
    assert {row["respondent"] for row in costs["estimates"]} == {"ann", "ben"}
    filtered = {row["respondent"]: row["skipped"] for row in costs["estimates"] if row["answers"] == "scored"}
    assert filtered["ann"] == pytest.approx(0.5, abs=0.1)
    assert filtered["ben"] == 0
    page = Path(found["page"]).read_text(encoding="utf-8")
    assert "<svg" in page
    assert "Agreement, case by case" in page

    twin = next(path for path in (tmp_path / "runs").iterdir() if path.is_dir() and path != run)
    seen = call("compare", run.name, twin.name, "--margin", "0.5", "--points", "-o", "told.md")
    assert seen.returncode == 0, seen.stderr
    assert "Felt similarity" in seen.stdout
    assert "margin of 0.5 points" in (tmp_path / "told.md").read_text(encoding="utf-8")
    files = call("export", run.name, "--format", "csv", "--json").stdout
    assert any(name.endswith("savings.csv") for name in json.loads(files))
    book = (run / "tables" / "codebook.md").read_text(encoding="utf-8")
    assert "Attention steps of the answer's sequence" in book
    assert "(not described)" not in book


def test_runs_that_do_not_ask_the_same_are_refused_in_a_line(call: Shell, tmp_path: Path) -> None:
    respondents = {"synthetic": {"kind": "synthetic"}}
    renamed = {"other": {"kind": "synthetic"}}
    for name, change in (("a", {}), ("b", {"seed": 2}), ("c", {"respondents": renamed})):
        file = design(tmp_path, **{**DYADS, "respondents": respondents, **change})
        call("run", str(file), "--quiet", "--no-report", "--folder", name)
    one, seeded, other = (str(next(Path(tmp_path, name).glob("dyads-*"))) for name in "abc")
    assert "their designs differ in 'seed'" in call("compare", one, seeded).stderr
    assert "seat different respondents: synthetic and other" in call("compare", one, other).stderr
    assert "none of the run's respondents speaks through a filter" in call("compare", one).stderr
    assert "give one above 0" in call("compare", one, one, "--margin", "0").stderr
    alike = call("compare", one, one)
    assert alike.returncode == 0, alike.stderr
    assert "undecided" not in alike.stdout
    questions = design(tmp_path, study="controllability", languages=["en"], n=1, replicates=1)
    call("run", str(questions), "--quiet", "--no-report", "--folder", "d")
    asked = str(next(Path(tmp_path, "d").glob("controllability-*")))
    assert "do not ask the same" in call("compare", one, asked).stderr


def test_debates_are_compared_with_the_same_models_questionnaires(call: Shell, tmp_path: Path) -> None:
    panel = {name: {"kind": "panelist", "seed": seed} for seed, name in enumerate(("ann", "ben", "cat"))}
    debate = design(
        tmp_path, study="debate", languages=["en"], protocols=["synchronous"], dilemmas={"number": 4},
        respondents={**panel, "lexicon": {"kind": "lexicon"}}, panels={"solo": False},
    )  # fmt: skip
    call("run", str(debate), "--quiet", "--no-report", "--folder", "debates")
    seats = {name: {"kind": "synthetic", "seed": seed} for seed, name in enumerate(("ann", "ben", "other"))}
    asked = design(
        tmp_path, study="controllability", languages=["en"], n=1, personas=["none"], respondents=seats,
        instruments={"choices": ""},
    )  # fmt: skip
    call("run", str(asked), "--quiet", "--no-report", "--folder", "asked")
    runs = [str(next(Path(tmp_path, name).glob("*-*"))) for name in ("debates", "asked")]
    done = call("compare", *runs, "--same", "cat=other", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    (told,) = found["findings"]
    assert {row["model"] for row in told["estimates"]} == {"ann", "ben", "cat", "own less others'"}
    assert len([row for row in told["estimates"] if row["term"] == "difference"]) == 30
    assert json.loads(call("compare", *reversed(runs), "--same", "cat=other", "--json").stdout)[
        "findings"
    ] == [told]
    assert "Values shown in debate" in Path(found["page"]).read_text(encoding="utf-8")
    assert "write it as opus=claude" in call("compare", *runs, "--same", "cat").stderr
