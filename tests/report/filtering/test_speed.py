"""Tables, headline and figure of a benchmark, from samples that are known."""

import json
from dataclasses import replace
from pathlib import Path

from homophily.filtering.benchmark import Row, tabulate
from homophily.report import style
from homophily.report.filtering import brief_tables, keep_samples, write_speed
from homophily.report.filtering._bench import headline
from homophily.report.filtering._speed import draw
from tests.filtering.benchmark.test_row import TIMES, runs


def rows() -> list[Row]:
    return [row for context in (200, 400) for row in tabulate(replace(runs(TIMES), context=context))]


def test_a_terminal_gets_one_table_a_phase_and_memory() -> None:
    prefill, decode, memory = brief_tables(rows())
    assert [c.text for c in prefill.rows[0]] == [
        *("200", "4", ".50", ".480", "1200", "900", "−25.0", "−33.3", "0.75", "5.0"),
    ]
    assert [c.text for c in decode.rows[1]][:6] == ["400", "4", ".50", ".480", "10.00", "10.00"]
    assert [c.text for c in memory.rows[0]][6] == "−40.0"
    assert len(memory.rows) == 2


def test_the_headline_tells_the_longest_context() -> None:
    told = headline(rows())
    assert told.startswith(
        "At 400 tokens, batch 4, with 48% of attention skipped, prefill takes 25.0% less time"
    )
    assert "an ideal skip would save 33.3%" in told
    slower = replace(runs({**TIMES, "filtered": [2.0, 3.0, 2.4]}), context=900)
    assert "takes 100.0% more time" in headline(tabulate(slower))


def test_the_figure_has_a_panel_for_each_phase_and_setting() -> None:
    with style():
        figure = draw(rows())
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Prefill, .50 skipped, batch 4",
        "Decode, .50 skipped, batch 4",
    ]
    with style():
        assert "No data" in draw([]).axes[0].texts[0].get_text()


def test_samples_are_appended_and_the_rest_is_made_anew(tmp_path: Path) -> None:
    for _ in range(2):
        keep_samples(runs(TIMES), tmp_path, facts={"Model": "m"})
        write_speed(tabulate(runs(TIMES)), tmp_path, facts={"Model": "m"})
    lines = (tmp_path / "bench.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0])["samples"]["dense"][1]["prefill"] == 2.0
    document = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert document["rows"][0]["efficiency_kv"]["value"] == 0.75
