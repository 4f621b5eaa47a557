"""The page on execution traces: its Python runs as it stands, its commands and links are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from homophily.lineage.traces import CHANNELS  # noqa: E402

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "read-execution-traces.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_its_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config = transformers.GPT2Config(
        n_embd=32, n_head=2, n_layer=2, n_positions=64, vocab_size=99, bos_token_id=0, eos_token_id=0
    )
    transformers.GPT2Model(config).save_pretrained(tmp_path / "models/chat")
    names: dict[str, Any] = {}
    with torch.no_grad():
        for block in re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S):
            exec(block, names)
    assert capsys.readouterr().out == "gpt2\n"
    assert (tmp_path / "trace.json.gz").is_file()


def test_its_table_is_the_channels() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.M) == list(CHANNELS)


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (PAGE.parent / target).exists(), target
