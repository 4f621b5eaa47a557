"""Needles by length and depth."""

from homophily.filtering.evaluation import Estimate
from homophily.report import style
from homophily.report.filtering._grid import draw
from homophily.report.filtering._tables import group_tables
from tests.report.filtering.test_quality import estimate


def cells() -> list[Estimate]:
    needle = {"measure": "needle", "metric": "found", "label": "Needles found", "better": "higher"}
    groups = [f"length {length}, depth {depth}" for length in (128, 512) for depth in ("0", "0.5", "1")]
    return [
        estimate(rule, place / 10, ratio=ratio, group=group, **needle)
        for rule, ratio in (("dense", 0.0), ("joint", 0.3), ("joint", 0.5), ("random", 0.5))
        for place, group in enumerate([*groups, "length 128", "depth 0"])
    ]


def test_every_rule_has_a_panel_of_every_cell() -> None:
    with style():
        figure = draw(cells())
    assert figure is not None
    drawn = {axes.get_title(loc="left"): [text.get_text() for text in axes.texts] for axes in figure.axes}
    assert drawn["dense"] == [".00", ".30", ".10", ".40", ".20", ".50"]  # depths down, lengths across
    assert list(drawn) == ["dense", "joint, .50", "random, .50"]


def test_without_needles_nothing_is_drawn() -> None:
    assert draw([estimate("joint", 1.0)]) is None


def test_groups_within_groups_stand_in_no_table() -> None:
    (table,) = group_tables(cells())
    assert [[cell.text for cell in row] for row in table.rows] == [
        *(["length 128", rule, "0.600", low, "0.600"] for rule, low in (("joint", "0.600"), ("random", "–"))),
        *(["depth 0", rule, "0.700", low, "0.700"] for rule, low in (("joint", "0.700"), ("random", "–"))),
    ]
