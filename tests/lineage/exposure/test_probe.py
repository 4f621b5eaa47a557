"""Probe data in its forms, and what is wrong with it."""

from pathlib import Path

import pytest

from homophily.errors import DataError, UsageError
from homophily.lineage.exposure.probe import load_probe


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_forms(tmp_path: Path) -> None:
    lines = load_probe(write(tmp_path / "a.txt", "one\n\n two \n"))
    assert (list(lines.texts), list(lines.tokens), len(lines)) == (["one", "two"], [], 2)
    parted = load_probe(write(tmp_path / "b.txt", "one\nmore\n<|endoftext|>\ntwo\n<|endoftext|>\n"))
    assert list(parted.texts) == ["one\nmore", "two"]
    rows = '{"text": "x", "label": "yes"}\n\n{"text": "y", "label": 0}'
    objects = load_probe(write(tmp_path / "c.jsonl", rows))
    assert (list(objects.texts), list(objects.labels)) == (["x", "y"], ["yes", 0])
    ids = load_probe(write(tmp_path / "d.jsonl", '[1, 2]\n{"input_ids": [3]}\n{"tokens": [4]}'))
    assert list(ids.tokens) == [[1, 2], [3], [4]]


def test_a_limit_draws_by_seed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "\n".join(map(str, range(100))))
    few = [load_probe(path, limit=10, seed=seed).texts for seed in (0, 0, 1)]
    assert few[0] == few[1] != few[2]
    assert len(set(few[0])) == 10
    assert sorted(few[0], key=int) == list(few[0])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", " \n", "is empty"),
        ("a.jsonl", "", "is empty"),
        ("a.jsonl", '{"text": "x"}\n{', "line 2: no JSON"),
        ("a.jsonl", "7", "line 1: neither an object nor a list"),
        ("a.jsonl", '{"words": "x"}', "line 1: needs a 'text'"),
        ("a.jsonl", '{"tokens": [1, -2]}', "line 1: needs a 'text'"),
        ("a.jsonl", '{"text": "x", "label": 1.5}', "label 1.5 is neither"),
        ("a.jsonl", '{"text": "x", "label": 1}\n{"text": "y"}', "1 of 2 lines have a label"),
    ],
)
def test_faults(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_probe(write(tmp_path / name, text))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        load_probe(tmp_path / "none.txt")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="not UTF-8"):
        load_probe(tmp_path / "b.txt")
