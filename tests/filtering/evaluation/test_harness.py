"""Our suites beside lm-evaluation-harness on the same items: item by item the same.

Skipped where the harness is not installed. To run it: pip install 'homophily[harness]' (and the CPU wheel of
torch where there is no GPU), then pytest tests/filtering/evaluation/test_harness.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip(
    "lm_eval", reason="lm-evaluation-harness is not installed: pip install 'homophily[harness]'"
)

from homophily import catalogue
from homophily.filtering import TokenFilter
from homophily.filtering.evaluation import Encoder, Records, Scorer, Source, evaluate
from homophily.filtering.harness import register, run
from tests.filtering.evaluation import tiny

pytestmark = pytest.mark.filterwarnings("ignore")

SHARED = Path(__file__).parents[4] / "shared" / "data"
REAL = SHARED / "benchmarks"
STORIES = SHARED / "models" / "stories260K"

#: How the harness is told of each suite's file: the prompts of its own tasks.
QUERY = {
    "doc_to_text": "{{query.rstrip()}}%s",
    "doc_to_choice": "choices",
    "doc_to_target": "gold",
    "target_delimiter": " ",
}
CONTEXTS = {
    "doc_to_text": "gold",
    "doc_to_choice": "context_options",
    "doc_to_target": "continuation",
    "target_delimiter": " ",
}
TASKS: dict[str, dict[str, Any]] = {
    "arc_easy": {**QUERY, "doc_to_text": QUERY["doc_to_text"] % "\nAnswer:"},
    "piqa": {**QUERY, "doc_to_text": QUERY["doc_to_text"] % "\nAnswer:"},
    "hellaswag": {**QUERY, "doc_to_text": QUERY["doc_to_text"] % ""},
    "winogrande": CONTEXTS,
}
FILTER = {"ratio": 0.5, "rule": "joint", "warmup": 4, "block": 8}
FILTERS = [None, TokenFilter(**FILTER)]  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.checkpoint(tmp_path / "model")


def task(name: str, file: Path, folder: Path) -> dict[str, Any]:
    """A task of the harness on a local file."""
    return {
        "task": f"local_{name}",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(file)}},
        "test_split": "test",
        "output_type": "multiple_choice",
        "metric_list": [{"metric": metric} for metric in ("acc", "acc_norm")],
        **TASKS[name],
    }


def theirs(model: Path, config: dict[str, Any], settings: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The harness's samples, in the items' order."""
    import lm_eval
    from lm_eval.tasks import TaskManager

    register()
    found = lm_eval.simple_evaluate(
        model="homophily" if settings else "hf",
        model_args={"pretrained": str(model), "device": "cpu", "dtype": "float32", **(settings or {})},
        tasks=[config],
        task_manager=TaskManager(include_defaults=False),
        batch_size=4,
        log_samples=True,
        bootstrap_iters=0,
    )
    assert found is not None
    return sorted(found["samples"][config["task"]], key=lambda sample: int(sample["doc_id"]))


def ours(model: Path, name: str, data: Path, out: Path, place: int) -> list[dict[str, float]]:
    """Our values, in the items' order."""
    from homophily.filtering.checkpoint import load

    held = load(model, device="cpu", dtype="float32")
    measures, source = (
        {name: catalogue.get("filtering.evaluation", name)},
        Source(data=data, length=held.length),
    )
    records = Records(out / "records.jsonl")
    (cell,) = evaluate(
        held.model, held.tokenizer, measures, [FILTERS[place]], source, records, model_id=held.id, batch=4
    )
    return [dict(records.of(cell.key)[id].values) for id in cell.documents]


def logprobs(model: Path, name: str, data: Path, place: int) -> list[float]:
    """Our log-probability of every choice of every item."""
    from homophily.filtering.checkpoint import load

    held = load(model, device="cpu", dtype="float32")
    encoder, scorer = Encoder(held.tokenizer), Scorer(held.model, length=held.length)
    documents = catalogue.get("filtering.evaluation", name).documents(Source(data=data), encoder)
    requests = [encoder.request(asked) for document in documents for asked in document.requests]
    return [scored.logprob for scored in scorer.score(requests, FILTERS[place])]


@pytest.mark.parametrize("place", [0, 1], ids=["dense", "filtered"])
@pytest.mark.parametrize("name", ["arc_easy", "winogrande"])
def test_item_by_item_as_the_harness_has_it(
    tmp_path: Path, folder: Path, data: Path, name: str, place: int
) -> None:
    (file,) = data.rglob(f"{name}.jsonl")
    samples = theirs(folder, task(name, file, tmp_path), FILTER if place else None)
    found = ours(folder, name, data, tmp_path, place)
    assert [v["right"] for v in found] == [s["acc"] for s in samples]
    if name != "winogrande":
        assert [v["right_norm"] for v in found] == [s["acc_norm"] for s in samples]
    theirs_each = [float(reply[0]) for sample in samples for reply in sample["filtered_resps"]]
    assert logprobs(folder, name, data, place) == pytest.approx(theirs_each, abs=1e-3)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real suites at {REAL}")
@pytest.mark.parametrize("place", [0, 1], ids=["dense", "filtered"])
@pytest.mark.parametrize("name", sorted(TASKS))
def test_real_items_too(tmp_path: Path, name: str, place: int) -> None:
    file = next(REAL.rglob(f"{name}*.jsonl"))
    lines = file.read_text(encoding="utf-8").splitlines()[:40]
    few = tmp_path / "data" / f"{name}.jsonl"
    few.parent.mkdir()
    few.write_text("\n".join(lines) + "\n", encoding="utf-8")
    samples = theirs(STORIES, task(name, few, tmp_path), FILTER if place else None)
    found = ours(STORIES, name, few.parent, tmp_path, place)
    assert [v["right"] for v in found] == [s["acc"] for s in samples]
    if name != "winogrande":
        assert [v["right_norm"] for v in found] == [s["acc_norm"] for s in samples]
    assert {v["right"] for v in found} == {0.0, 1.0}


MMLU = {
    "fewshot_split": "dev",
    "num_fewshot": 5,
    "fewshot_config": {"sampler": "first_n"},
    "description": "The following are multiple choice questions (with answers) about anatomy.\n\n",
    "doc_to_text": "{{question.strip()}}\nA. {{choice0}}\nB. {{choice1}}\nC. {{choice2}}\nD. {{choice3}}"
    "\nAnswer:",
    "doc_to_choice": ["A", "B", "C", "D"],
    "doc_to_target": "answer",
    "target_delimiter": " ",
}


@pytest.mark.parametrize("place", [0, 1], ids=["dense", "filtered"])
@pytest.mark.parametrize("real", [False, True], ids=["made", "real"])
def test_mmlu_with_examples_too(tmp_path: Path, folder: Path, data: Path, real: bool, place: int) -> None:
    if real and not REAL.is_dir():
        pytest.skip(f"no real suites at {REAL}")
    model, source = (STORIES, REAL / "mmlu") if real else (folder, data / "mmlu")
    files = {part: tmp_path / "mmlu" / part / f"anatomy_{part}.csv" for part in ("dev", "test")}
    for part, file in files.items():
        file.parent.mkdir(parents=True)
        lines = (source / part / file.name).read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(lines[:25]), encoding="utf-8")
    config = {
        **task("arc_easy", files["test"], tmp_path),
        **MMLU,
        "task": "local_mmlu",
        "dataset_path": "csv",
    }
    config["dataset_kwargs"] = {"data_files": {part: str(file) for part, file in files.items()}}
    samples = theirs(model, config, FILTER if place else None)
    found = ours(model, "mmlu", tmp_path, tmp_path, place)
    assert [v["right"] for v in found] == [s["acc"] for s in samples]
    each = [float(reply[0]) for sample in samples for reply in sample["filtered_resps"]]
    assert logprobs(model, "mmlu", tmp_path, place) == pytest.approx(each, abs=1e-3)


def test_the_harness_runs_from_its_own_command_line(
    tmp_path: Path, folder: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = data.rglob("arc_easy.jsonl")
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    (tasks / "mine.yaml").write_text(json.dumps({**task("arc_easy", file, folder), "task": "mine"}))
    settings = ",".join(f"{key}={value}" for key, value in {"pretrained": folder, **FILTER}.items())
    out = tmp_path / "out"
    told = ["--model_args", f"{settings},dtype=float32", "--tasks", "mine", "--include_path", str(tasks)]
    run([*told, "--device", "cpu", "--output_path", str(out)])
    (written,) = out.rglob("results_*.json")
    results = json.loads(written.read_text())
    assert results["config"]["model"] == "homophily"
    expected = [v["right"] for v in ours(folder, "arc_easy", data, tmp_path, 1)]
    assert results["results"]["mine"]["acc,none"] == pytest.approx(sum(expected) / len(expected))


def test_a_wrong_setting_is_said_in_a_line() -> None:
    from homophily.errors import HomophilyError

    model: Any = register()
    with pytest.raises(HomophilyError, match="ratio must be in"):
        model(str(STORIES), ratio=1.5)
