"""`homophily lineage exposure` as a shell runs it, on tiny models that were really tuned."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell, environment

pytest.importorskip("torch")
pytest.importorskip("transformers")

FEW = ("--precisions", "4,1,.25", "--quiet")


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.lineage.exposure.models import zoo

    return zoo(tmp_path_factory.mktemp("exposure"))


def command(zoo: Path, *more: str, kind: str = "gpt", probe: str = "texts.txt") -> tuple[str, ...]:
    where = ("--base", str(zoo / kind), "--probe", str(zoo / probe))
    return ("lineage", "exposure", str(zoo / f"{kind}-tuned"), *where, *FEW, *more)


def test_files_and_json_say_the_same(zoo: Path, call: Shell, tmp_path: Path) -> None:
    files = [("--html", "a.html"), ("--csv", "a.csv"), ("--figure", "a.png"), ("--keep", "a.jsonl")]
    asked = command(zoo, "--json", "--defences", "noise:1", *(part for pair in files for part in pair))
    done = call(*asked)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found["bits_to_target"]) >= {"adaptive", "likely", "raw", "head", "sign", "lowrank", "window"}
    assert found["reader"] == "likely"
    assert [row["name"] for row in found["defences"]] == ["", "noise:1"]
    with (tmp_path / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["agreement"]) for row in rows] == [point["agreement"] for point in found["points"]]
    assert len((tmp_path / "a-tensors.csv").read_text().splitlines()) == len(found["tensors"]) + 1
    assert (tmp_path / "a-defences.csv").is_file()
    page = (tmp_path / "a.html").read_text("utf-8")
    assert found["sentence"].split(".")[0] in page
    assert "2^(−2R)" in page
    assert "src=" not in page
    assert (tmp_path / "a.png").stat().st_size > 10_000
    kept = (tmp_path / "a.jsonl").read_bytes()
    again = call(*asked)
    assert json.loads(again.stdout)["points"] == found["points"]
    assert (tmp_path / "a.jsonl").read_bytes() == kept  # nothing was computed anew


def test_siblings_and_a_classifier_in_words(zoo: Path, call: Shell) -> None:
    some = ("--strategy", "adaptive,head", "--defences", "none")
    done = call(*command(zoo, *some, "--siblings", str(zoo / "gpt-sibling")))
    assert done.returncode == 0, done.stderr
    assert "Prior: gpt-sibling" in done.stderr
    assert "bits a weight of 32" in done.stdout or "No level of reading" in done.stdout
    done = call(*command(zoo, *some, "--budget", "3", kind="bert", probe="classes.jsonl"))
    assert done.returncode == 0, done.stderr
    assert "without a counterpart in the base, read in full" in done.stderr


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"probe": "none.txt"}, 2, "cannot be opened"),
        ({"kind": "bert"}, 2, "holds no tokenizer"),
        ({"more": ("--order", "siz")}, 2, "no order of tensors named 'siz'"),
        ({"more": ("--strategy", "adaptiv")}, 2, "Did you mean 'adaptive'"),
        ({"more": ("--defences", "shield")}, 2, "no defence 'shield'"),
        ({"more": ("--errors", "1")}, 2, "errors=1.0: a probability"),
        ({"more": ("--figure", "a.gif")}, 2, "end the name in .svg"),
    ],
)
def test_faults_are_one_line(
    zoo: Path, call: Shell, tmp_path: Path, changes: dict[str, object], code: int, message: str
) -> None:
    more = changes.pop("more", ())
    done = call(*command(zoo, *more, **changes))  # type: ignore[arg-type,misc]
    assert done.returncode == code
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_command_is_light_until_it_runs() -> None:
    code = "import sys, homophily.cli.lineage_exposure; print('torch' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment())
    assert done.stdout.split() == ["False", "False"], done.stderr
