"""Which token each row stands for, from any of the files that models come with."""

import json
from pathlib import Path
from typing import Any

import pytest

from homophily.errors import DataError
from homophily.lineage.checkpoints.vocabulary import vocabulary

ADDED = [{"id": 2, "content": "<s>"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}}, "added_tokens": ADDED}),
        ("tokenizer.json", {"model": {"vocab": [["a", -1.0], ["b", -2.0]]}, "added_tokens": ADDED}),
        ("vocab.json", {"a": 0, "b": 1, "<s>": 2, "odd": "x"}),
        ("vocab.txt", "a\nb\r\n<s>\n"),
    ],
)
def test_every_kind_of_file_is_read(tmp_path: Path, name: str, content: Any) -> None:
    (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
    assert vocabulary(tmp_path) == {"a": 0, "b": 1, "<s>": 2}
    assert vocabulary(tmp_path / "model.safetensors") is not None


def test_nothing_and_nonsense(tmp_path: Path) -> None:
    assert vocabulary(tmp_path) is None
    (tmp_path / "tokenizer.json").write_text("{}")
    assert vocabulary(tmp_path) is None
    (tmp_path / "tokenizer.json").write_text("nonsense")
    with pytest.raises(DataError, match=r"tokenizer\.json: no JSON"):
        vocabulary(tmp_path)
