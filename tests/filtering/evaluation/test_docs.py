"""The pages tell every measure, and their code runs."""

import re
from pathlib import Path
from typing import Any

import pytest

from homophily import catalogue
from homophily.filtering.evaluation import Encoder, Source
from tests.filtering.evaluation import tiny

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference/filter-measures.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to/evaluate-a-filter.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", catalogue.names("filtering.evaluation"))
def test_every_measure_stands_with_its_metrics(name: str) -> None:
    rows = [line for line in REFERENCE.splitlines() if line.startswith("| `")]
    (row,) = [line for line in rows if f"`{name}`" in line.split("|")[1]]
    measure: Any = catalogue.get("filtering.evaluation", name)
    for metric in measure.metrics:
        assert f"`{metric.name}`" in row
    wanted = list(dict.fromkeys(metric.better for metric in measure.metrics))
    assert row.rstrip("| ").endswith("; ".join(wanted))


def test_every_file_that_is_searched_is_named() -> None:
    for name in catalogue.names("filtering.evaluation"):
        file = getattr(catalogue.get("filtering.evaluation", name), "file", "")
        assert file in HOW_TO


def code(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", HOW_TO, flags=re.DOTALL)


def test_a_suite_of_the_page_reads_the_lines_of_the_page(tmp_path: Path, tokenizer: Any) -> None:
    made: dict[str, Any] = {}
    exec(code("python")[0], made)
    first, second, _ = code("json")[0].splitlines()
    (tmp_path / "sciq.jsonl").write_text(f"{first}\n{second}\n", encoding="utf-8")
    documents = made["sciq"].documents(Source(data=tmp_path), Encoder(tokenizer))
    assert [len(document.requests) for document in documents] == [2, 2]


def test_the_page_evaluates_in_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny.checkpoint(tmp_path / "model")
    (tmp_path / "text.txt").write_text(tiny.TEXT, encoding="utf-8")
    exec(code("python")[1], {})
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["dense", "joint", "random"]
