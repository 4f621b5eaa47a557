"""``homophily lineage trace``: record, classify, train, agree, and what is said of wrong words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

Call = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small GPT-2, a descendant of it, and a stranger."""
    folder = tmp_path_factory.mktemp("models")
    for name, seed in (("base", 1), ("stranger", 2)):
        torch.manual_seed(seed)
        config = transformers.GPT2Config(
            n_embd=32, n_head=2, n_layer=3, n_positions=64, vocab_size=120, bos_token_id=0, eos_token_id=0
        )
        model = transformers.GPT2LMHeadModel(config)
        model.save_pretrained(folder / name)
        if name == "base":
            with torch.no_grad():
                for weight in model.parameters():
                    weight += 0.001 * torch.randn_like(weight)
            model.save_pretrained(folder / "child")
    return folder


@pytest.fixture
def trace(call: Call, models: Path, tmp_path: Path) -> Path:
    path = tmp_path / "trace.json.gz"
    done = call("lineage", "trace", "record", str(models / "base"), "--out", str(path), "--tokens", "20")
    assert done.returncode == 0, done.stderr
    assert f"written: {path}" in done.stderr
    return path


def test_record_and_classify(call: Call, trace: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    told = json.loads(call("lineage", "trace", "classify", str(trace), "--html", str(page), "--json").stdout)
    assert (told["architecture"], told["implementation"], told["known"]) == ("gpt2", "sdpa", True)
    assert told["sizes"]["layers"] == 3
    assert told["sizes"]["hidden"] == 32
    html = page.read_text(encoding="utf-8")
    assert "The run is that of gpt2, sdpa" in html
    assert "<svg" in html
    assert str(tmp_path) not in html
    shown = call("lineage", "trace", "classify", str(trace))
    assert "gpt2" in shown.stdout
    assert "does not tell which base" in " ".join(shown.stdout.split())


def test_a_configuration_alone_runs_alike(call: Call, models: Path, tmp_path: Path) -> None:
    path = tmp_path / "eager.json"
    told = call(
        *("lineage", "trace", "record", "--config", str(models / "base" / "config.json")),
        *("--attention", "eager", "--out", str(path), "--json"),
    )
    assert json.loads(told.stdout)["sizes"]["vocabulary"] == 120
    found = json.loads(call("lineage", "trace", "classify", str(path), "--json").stdout)
    assert (found["architecture"], found["implementation"]) == ("gpt2", "eager")


def test_train_on_a_folder(call: Call, tmp_path: Path) -> None:
    from homophily.lineage.traces import Circumstances, make, write
    from tests.lineage.traces.conftest import some

    few = Circumstances(tokens=(8,), batches=(1,))
    for number, each in enumerate(make(3, few, families=some(("bert", "gpt2-like")), seed=3)):
        write(each, tmp_path / "traces" / f"{number}.json")
    out = tmp_path / "templates.npz"
    done = call("lineage", "trace", "train", str(tmp_path / "traces"), "--out", str(out), "--quiet", "--json")
    assert [row["channel"] for row in json.loads(done.stdout)["channels"]] == [
        "names",
        "shapes",
        "durations",
        "long",
    ]
    found = call(
        "lineage", "trace", "classify", str(tmp_path / "traces" / "0.json"), "--templates", str(out), "--json"
    )
    assert json.loads(found.stdout)["architecture"] == "bert"


def test_agree_names_the_base(call: Call, models: Path) -> None:
    done = call(
        *("lineage", "trace", "agree", str(models / "child"), str(models / "base"), str(models / "stranger")),
        *("--probes", "6", "--json"),
    )
    base, stranger = json.loads(done.stdout)["bases"]
    assert base["p"] == pytest.approx(0.001)
    assert base["cosine"] > 0.9 > abs(stranger["cosine"])
    assert stranger["p"] > 0.01


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("record",), 2, "give a MODEL or a --config"),
        (("record", "nowhere"), 2, "no model at 'nowhere'"),
        (("record", "nowhere", "--mask", "half"), 2, "no mask named 'half'"),
        (("classify", "nowhere.json"), 2, "no such file"),
        (("train",), 2, "give a DIR of traces, or --generate"),
        (("train", "nowhere"), 2, "no traces"),
        (("agree", "nowhere", "nowhere"), 2, "no model at"),
    ],
)
def test_wrong_words(call: Call, words: tuple[str, ...], code: int, said: str) -> None:
    done = call("lineage", "trace", *words)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_broken_files_are_one_line(call: Call, tmp_path: Path, models: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"format": "homophily trace"', encoding="utf-8")
    done = call("lineage", "trace", "classify", str(broken))
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "no-such-thing"}', encoding="utf-8")
    done = call("lineage", "trace", "record", str(folder))
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    long = call("lineage", "trace", "record", str(models / "base"), "--tokens", "500")
    assert long.returncode == 2
    assert "did not run on 1 × 500 tokens" in long.stderr


def test_commands_of_the_page_exist(call: Call) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "read-execution-traces.md"
    lines = re.findall(r"^\$ homophily (lineage trace \w+)(.*)$", page.read_text(encoding="utf-8"), re.M)
    assert len(lines) >= 5
    for command, rest in lines:
        told = call(*command.split(), "--help").stdout
        for option in re.findall(r"--[a-z]+", rest):
            assert option in told, (command, option)
