"""Records: what is recorded is never computed again, and a larger limit goes on from a smaller one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from homophily import catalogue
from homophily.errors import DataError, UsageError
from homophily.filtering import TokenFilter
from homophily.filtering.evaluation import Cell, Records, Scorer, Source, evaluate
from tests.filtering.evaluation import tiny

FILTERS = [None, TokenFilter(ratio=0.4), TokenFilter(ratio=0.4, rule="random")]
MEASURES = {name: catalogue.get("filtering.evaluation", name) for name in ("agreement", "arc_easy")}


@pytest.fixture
def source(text: Path, data: Path) -> Source:
    return Source(text=text, data=data, length=tiny.LENGTH)


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Requests scored from now on, batch by batch."""
    counts: list[int] = []
    score = Scorer.score

    def counted(self: Scorer, requests: Any, *given: Any, **named: Any) -> Any:
        counts.append(len(requests))
        return score(self, requests, *given, **named)

    monkeypatch.setattr(Scorer, "score", counted)
    return counts


def run(path: Path, model: Any, tokenizer: Any, source: Source, **changes: Any) -> tuple[list[Cell], Records]:
    records = Records(path)
    settings: dict[str, Any] = {"model_id": "tiny", "batch": 3, **changes}
    filters = settings.pop("filters", FILTERS)
    return evaluate(model, tokenizer, MEASURES, filters, source, records, **settings), records


def contents(cells: list[Cell], records: Records) -> list[Any]:
    return [records.of(cell.key) for cell in cells]


def test_a_second_run_computes_nothing_and_reads_the_same(
    tmp_path: Path, model: Any, tokenizer: Any, source: Source, scored: list[int]
) -> None:
    path = tmp_path / "records.jsonl"
    cells, records = run(path, model, tokenizer, source)
    assert all(len(records.of(cell.key)) == len(cell.documents) for cell in cells)
    before, written = sum(scored), path.read_bytes()
    assert before > 0
    again, reread = run(path, model, tokenizer, source)
    assert sum(scored) == before
    assert path.read_bytes() == written
    assert contents(again, reread) == contents(cells, records)


def test_a_run_cut_off_goes_on_to_the_same_values(
    tmp_path: Path, model: Any, tokenizer: Any, source: Source
) -> None:
    cells, records = run(tmp_path / "whole.jsonl", model, tokenizer, source)
    whole = (tmp_path / "whole.jsonl").read_bytes()
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    kept = cut.read_bytes()[: cut.read_bytes().rfind(b"\n") + 1]
    resumed, reread = run(cut, model, tokenizer, source)
    assert cut.read_bytes().startswith(kept)
    assert contents(resumed, reread) == contents(cells, records)
    assert len(cut.read_text().splitlines()) == len(whole.decode().splitlines())


def test_a_larger_limit_goes_on_from_a_smaller(
    tmp_path: Path, model: Any, tokenizer: Any, source: Source
) -> None:
    path = tmp_path / "records.jsonl"
    (_, small, *_), _ = run(path, model, tokenizer, source, limit=3)
    few = path.read_bytes()
    (_, large, *_), records = run(path, model, tokenizer, source, limit=5)
    assert len(small.documents) == 3
    assert set(small.documents) < set(large.documents)
    assert path.read_bytes().startswith(few)
    assert small.key == large.key
    assert set(records.of(large.key)) == set(large.documents)


def test_a_limit_draws_by_its_seed(tmp_path: Path, model: Any, tokenizer: Any, source: Source) -> None:
    drawn = [
        run(tmp_path / "r", model, tokenizer, source, limit=4, seed=seed, filters=[None])[0][0].documents
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    with pytest.raises(UsageError, match="limit"):
        run(tmp_path / "r", model, tokenizer, source, limit=0)


def test_another_model_filter_or_text_is_another_cell(
    tmp_path: Path, model: Any, tokenizer: Any, source: Source
) -> None:
    def keys(**changes: Any) -> set[str]:
        own = {"source": source, "filters": [TokenFilter(ratio=0.4)], "limit": 2, **changes}
        cells, _ = run(tmp_path / "r", model, tokenizer, **own)
        return {cell.key for cell in cells}

    other = tmp_path / "other.txt"
    other.write_text(tiny.TEXT + " And so on.", encoding="utf-8")
    base = keys()
    assert base == keys(filters=[TokenFilter(ratio=0.4, record=True)])
    assert not base & keys(model_id="another")
    assert not base & keys(filters=[TokenFilter(ratio=0.4, gamma=0.8)])
    assert len(base & keys(source=replace(source, text=other))) == 1  # the suite's stays


def test_an_unfinished_last_line_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    line = {"kind": "document", "cell": "c", "id": "1", "values": {"one": 1.0}, "attained": 0.0}
    path.write_text(json.dumps(line) + "\n" + json.dumps({**line, "id": "2"})[:-9], encoding="utf-8")
    assert set(Records(path).of("c")) == {"1"}
    assert path.read_text(encoding="utf-8") == json.dumps(line) + "\n"


def test_the_first_of_two_records_stands(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    lines = [
        {"kind": "document", "cell": "c", "id": "1", "values": {"one": value}, "attained": 0.0}
        for value in (1.0, 2.0)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert Records(path).of("c")["1"].values == {"one": 1.0}


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"query": "x"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="line 1: no record"):
        Records(path)
