"""The commands teammates texts, word and review, as a researcher uses them."""

from __future__ import annotations

import json
from pathlib import Path

from homophily.seeds import derive
from homophily.studies.teammates.reviewed import Reviewed, Wording, read, write
from homophily.studies.teammates.texts import texts
from tests.cli.conftest import Shell

KEY, OTHER = "en/SE.entry.0", "en/SE.entry.1"


def under_review(folder: Path) -> Path:
    path = folder / "words.toml"
    wordings = [Wording(key=key, was="It was.", text=f"It is {key[-1]}.") for key in (KEY, OTHER)]
    write(path, Reviewed(model="chat m", wording=tuple(wordings)))
    return path


def test_texts_are_shown(call: Shell) -> None:
    done = call("teammates", "texts", "--value", "BE", "--language", "ja", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(found) == 16
    assert found["ja/BE.entry.0"] == texts("ja").say["BE", "entry"][0]


def test_a_model_words_reasons_into_a_file_with_a_log(call: Shell, tmp_path: Path) -> None:
    words = ("teammates", "word", "words.toml", "--respondent", "random", "--value", "SE")
    done = call(*words, "--set", "seed=3")
    assert done.returncode == 0, done.stderr
    found = read(tmp_path / "words.toml")
    assert found.model == "random"
    assert found.parameters == {"seed": 3, "temperature": 1.0}
    assert len(found.wordings) == 16
    assert all(each.status == "open" and each.faults for each in found.wordings)
    logged = [
        json.loads(line) for line in (tmp_path / "words.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [each["key"] for each in logged] == [each.key for each in found.wordings]
    assert all(each["prompt"] and each["answer"] and each["settings"]["seed"] == 3 for each in logged)
    assert logged[0]["seed"] == derive(1, "reword", KEY)
    again = call(*words)
    assert again.returncode == 2
    assert "already" in again.stderr


def test_a_seed_of_zero_is_a_seed(call: Shell, tmp_path: Path) -> None:
    done = call("teammates", "word", "w.toml", "--respondent", "random", "--value", "SE", "--seed", "0")
    assert done.returncode == 0, done.stderr
    first, *_ = (tmp_path / "w.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(first)["seed"] == derive(0, "reword", KEY)


def test_only_what_a_reviewer_accepts_is_used(call: Shell, tmp_path: Path) -> None:
    path = under_review(tmp_path)
    done = call("teammates", "review", "words.toml", "--accept", KEY, "--reject", OTHER)
    assert (done.returncode, done.stderr.strip()) == (0, "1 accepted, 1 rejected, 0 open")
    assert [each.status for each in read(path).wordings] == ["accepted", "rejected"]
    played = call(
        "run", "teammates", "--set", "texts=words.toml", "--set", "participants=1", "--quiet", "--no-report"
    )
    assert played.returncode == 0, played.stderr
    (design,) = tmp_path.glob("runs/*/design.json")
    assert json.loads(design.read_text(encoding="utf-8"))["reviewed"] == {KEY: "It is 0."}


def test_a_listing_changes_nothing(call: Shell, tmp_path: Path) -> None:
    path = under_review(tmp_path)
    before = path.read_text(encoding="utf-8")
    done = call("teammates", "review", "words.toml", "--list")
    assert KEY in done.stdout
    assert "2 open" in done.stderr
    assert path.read_text(encoding="utf-8") == before
    assert len(json.loads(call("teammates", "review", "words.toml", "--json").stdout)) == 2


def test_what_is_wrong_is_said_in_one_line(call: Shell, tmp_path: Path) -> None:
    under_review(tmp_path)
    for arguments, said in (
        (("teammates", "review", "words.toml", "--accept", "en/SE.entry.9"), "en/SE.entry.9"),
        (("teammates", "review", "words.toml", "--accept", KEY, "--reject", KEY), "both"),
        (("teammates", "review", "none.toml"), "cannot be read"),
        (("teammates", "texts", "--value", "XX"), "XX"),
        (("teammates", "texts", "--language", "de"), "de"),
        (("teammates", "word", "x.toml", "--respondent", "chat"), "chat"),
        (("teammates", "word", "x.toml", "--respondent", "chta"), "chat"),
        (("teammates", "word", "x.toml", "--respondent", "random", "--set", "sead=1"), "sead"),
    ):
        done = call(*arguments)
        assert done.returncode == 2, arguments
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
