"""The pages and figures of an audit say what was found, and stand alone."""

from __future__ import annotations

import re
from pathlib import Path

from homophily.lineage import descent
from homophily.lineage.family import Edge, Family
from homophily.report.lineage import branches, power, write_descent, write_family
from tests.lineage.arrays import model, tuned


def edge(one: str, other: str, relation: str, direction: str = "known", distance: float = 0.1) -> Edge:
    return Edge(one, other, relation, direction, "because", distance)


def tree(*edges: Edge, alone: tuple[str, ...] = ()) -> Family:
    names = tuple(dict.fromkeys(name for e in edges for name in (e.one, e.other)))
    clusters = ((names,) if names else ()) + tuple((name,) for name in alone)
    return Family((*names, *alone), {}, edges, clusters, {"torn": "the file is <cut>"})


def test_p_is_told_from_its_logarithm() -> None:
    assert [power(p) for p in (0.0, -2.0, -4.6, -1236.2, None, float("nan"))] == [
        "1.0000",
        ".0100",
        "10⁻⁵",
        "10⁻¹²³⁶",
        "–",
        "–",
    ]


def test_a_merge_hangs_from_its_first_parent_and_a_second_cluster_below_it() -> None:
    made = tree(
        edge("base", "chat", "fine-tuned", "likely", 0.02),
        edge("chat", "soup", "merged"),
        edge("code", "soup", "merged"),
        edge("base", "code", "fine-tuned", "likely"),
        edge("base", "blend", "merged"),
        edge("other", "blend", "merged"),
        alone=("stranger",),
    )
    (root, lines), (stranger, nothing) = branches(made)
    assert (root, stranger, nothing) == ("base", "stranger", [])
    assert {end: depth for _, end, depth in lines} == {
        "chat": 1,
        "soup": 2,
        "code": 1,
        "blend": 1,
        "other": 2,
    }
    assert len(lines) == 5


def test_a_tree_that_is_a_circle_of_open_edges_ends() -> None:
    made = tree(*(edge(a, b, "fine-tuned", "open") for a, b in (("a", "b"), ("b", "c"), ("c", "a"))))
    assert sorted(end for _, end, _ in branches(made)[0][1]) == ["b", "c"]


def test_pages_stand_alone_and_escape_what_they_quote(tmp_path: Path) -> None:
    made = tree(edge("base", "chat", "fine-tuned", "open"), alone=("stranger",))
    write_family(made, title="<b>models</b>", facts={}, html=tmp_path / "f.html", figure=tmp_path / "f.svg")
    a = model(1)
    for name, other in (("kin", tuned(a)), ("strange", model(2)), ("narrow", model(1, hidden=16))):
        paths = write_descent(
            descent(a, other),
            title=name,
            facts={},
            html=tmp_path / f"{name}.html",
            figure=tmp_path / f"{name}.png",
        )
        assert all(path.stat().st_size > 3000 for path in paths)
    page = (tmp_path / "f.html").read_text("utf-8")
    assert "<b>models" not in page
    assert "the file is &lt;cut&gt;" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "2 without" not in page
    assert "1 without a relative" in page
    assert "stranger" in (tmp_path / "f.svg").read_text("utf-8")
    assert "nothing to" not in (tmp_path / "narrow.html").read_text("utf-8")
    assert "hidden sizes differ" in (tmp_path / "narrow.html").read_text("utf-8")
