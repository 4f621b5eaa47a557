"""Tables, headline and figure of an evaluation, from estimates that are known."""

import math
from pathlib import Path

import pytest

from homophily.filtering.evaluation import Estimate
from homophily.report import style
from homophily.report.filtering import quality_tables, write_quality
from homophily.report.filtering._files import headline
from homophily.report.filtering._quality import draw
from homophily.report.filtering._rules import colour, ordered
from homophily.report.filtering._tables import attained_table

NONE = (math.nan, math.nan, math.nan)


def estimate(
    rule: str, value: float, *, ratio: float = 0.5, better: str = "lower", **changes: object
) -> Estimate:
    settings: dict[str, object] = {
        "measure": "perplexity",
        "metric": "perplexity",
        "label": "Perplexity",
        "better": better,
        "headline": True,
        "rule": rule,
        "ratio": ratio,
        "attained": ratio * 0.9,
        "spread": (ratio * 0.8, ratio),
        "group": "",
        "n": 1200,
        "value": (value, value - 0.5, value + 0.5),
        **changes,
    }
    return Estimate(**settings)  # type: ignore[arg-type]


DENSE = estimate("dense", 8.0, ratio=0.0, attained=0.0)
JOINT = estimate("joint", 9.0, to_dense=(1.0, 0.8, 1.2), to_random=(-0.7, -0.9, -0.5))
RANDOM = estimate("random", 9.7, to_dense=(1.7, 1.5, 1.9))


def text(estimates: list[Estimate]) -> list[list[str]]:
    (table,) = quality_tables(estimates)
    return [[cell.text for cell in row] for row in table.rows]


def test_a_table_has_rules_down_and_ratios_across() -> None:
    (table,) = quality_tables([DENSE, RANDOM, JOINT, estimate("joint", 8.4, ratio=0.3)])
    assert [head.text for head in table.heads] == ["Rule", ".30", ".50"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["joint", "8.40 [7.90, 8.90]", "9.00 [8.50, 9.50] ▲"],
        ["random", "–", "9.70 [9.20, 10.20]"],
    ]
    assert table.caption == "perplexity: Perplexity (lower is better, dense 8.00 [7.50, 8.50]; n = 1,200)"


@pytest.mark.parametrize(
    ("better", "difference", "mark"),
    [
        ("lower", (-0.7, -0.9, -0.5), "▲"),
        ("lower", (0.7, 0.5, 0.9), "▼"),
        ("higher", (0.7, 0.5, 0.9), "▲"),
        ("higher", (0.2, -0.1, 0.5), ""),
        ("higher", NONE, ""),
    ],
)
def test_marks_say_better_or_worse_than_random(
    better: str, difference: tuple[float, float, float], mark: str
) -> None:
    cell = text([estimate("joint", 9.0, better=better, to_random=difference)])[0][1]
    assert cell.removeprefix("9.00 [8.50, 9.50]").strip() == mark


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        ((-0.7, -0.9, -0.5), "9.00, against 8.00 dense: better than random filtering (difference −0.700"),
        ((0.7, 0.5, 0.9), "worse than random filtering"),
        ((-0.1, -0.3, 0.1), "not clearly different from random filtering"),
    ],
)
def test_the_headline_falls_as_the_numbers_fall(difference: tuple[float, float, float], told: str) -> None:
    shown = estimate("joint", 9.0, to_dense=(1.0, 0.8, 1.2), to_random=difference)
    assert told in headline([DENSE, estimate("joint", 8.2, ratio=0.1), shown])


def test_the_headline_names_the_suite() -> None:
    shown = estimate(
        "joint", 0.5, measure="piqa", metric="acc_norm", label="Accuracy, normalised", better="higher"
    )
    assert "accuracy, normalised (PIQA) is 0.500" in headline([shown])


def test_nothing_filtered_is_said() -> None:
    assert headline([DENSE]) == "Nothing was filtered."
    assert text([DENSE]) == [["dense"]]


def test_shares_attained_stand_beside_their_target() -> None:
    table = attained_table([DENSE, JOINT])
    assert [cell.text for cell in table.rows[0]] == ["perplexity", "joint", ".450 [.400, .500]"]


def test_a_rule_keeps_its_colour_in_every_figure() -> None:
    rules = ["zeta", "random", "joint", "alpha", "dense"]
    assert ordered(rules) == ["joint", "random", "alpha", "zeta"]
    assert colour("joint", rules) == colour("joint", ["joint"])
    assert len({colour(rule, rules) for rule in ordered(rules)}) == 4


def test_an_axis_is_logarithmic_only_where_a_metric_explodes() -> None:
    with style():
        near, far = (draw([DENSE, estimate("joint", value)]) for value in (9.0, 60.0))
    assert (near.axes[0].get_yscale(), far.axes[0].get_yscale()) == ("linear", "log")


def test_a_figure_without_estimates_says_so() -> None:
    with style():
        assert "No data" in draw([]).axes[0].texts[0].get_text()


def test_the_files_escape_what_they_are_told(tmp_path: Path) -> None:
    written = write_quality([DENSE, JOINT, RANDOM], tmp_path, facts={"Model": "<b>|x"})
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;|x" in page
    assert "<b>" not in page
    assert all(path.stat().st_size > 100 for path in written)
    again = {path: path.read_bytes() for path in written}
    write_quality([DENSE, JOINT, RANDOM], tmp_path, facts={"Model": "<b>|x"})
    assert {path: path.read_bytes() for path in written} == again
