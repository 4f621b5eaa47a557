import re
from types import SimpleNamespace

import pandas as pd
import pytest

from homophily import catalogue
from homophily.report import _svg, style
from tests.report import fabric

FIGURES = catalogue.names("report.figures")


def drawn(figure: str, material: object) -> str:
    with style():
        return _svg.inline(
            catalogue.get("report.figures", figure)(material),
            name=f"f-{figure}",
            title="A <b>",
            description="d & e",
        )


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_draws_what_its_docstring_asks_for(figure: str) -> None:
    svg = drawn(figure, fabric.finding(figure))
    assert svg.count("<path") + svg.count("<use") > 10
    assert "No data" not in svg


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_says_so_when_there_is_nothing_to_draw(figure: str) -> None:
    empty = pd.DataFrame(columns=[*fabric.COLUMNS, "share", "component", "design", "model", "power"])
    svg = drawn(figure, SimpleNamespace(data=empty, estimates=empty))
    assert "No data to draw" in svg or "answered readably" in svg


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_accessible_themed_and_keeps_its_ids_to_itself(figure: str) -> None:
    svg = drawn(figure, fabric.finding(figure))
    assert svg.startswith("<svg ")
    assert 'role="img"' in svg
    assert (
        f'<title id="f-{figure}-title">A &lt;b&gt;</title><desc id="f-{figure}-desc">d &amp; e</desc>' in svg
    )
    assert "<text" in svg
    assert "DejaVu" not in svg
    assert "var(--ink)" in svg
    assert all(name.startswith(f"f-{figure}-") for name in re.findall(r'\sid="([^"]+)"', svg))
    known = set(re.findall(r'\sid="([^"]+)"', svg))
    used = {a or b for a, b in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)}
    assert used <= known


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_drawn_alike_every_time(figure: str) -> None:
    assert drawn(figure, fabric.finding(figure)) == drawn(figure, fabric.finding(figure))


def test_a_forest_of_wild_figures_keeps_its_room() -> None:
    rows = pd.concat([fabric.estimates().assign(term=term) for term in ("slope", "level")])
    rows[["estimate", "low", "high"]] *= [3.0, -5e3, 5e3]
    assert "<path" in drawn("forest", SimpleNamespace(data=None, estimates=rows))


def test_japanese_stays_text_without_a_japanese_font() -> None:
    assert "日本語" in drawn("similarity", fabric.finding("similarity"))


def test_a_band_covers_the_line_it_belongs_to() -> None:
    import numpy as np

    from homophily.report.figures.similarity import band

    x = np.linspace(-1, 1, 50)
    y = 2 + 0.5 * x + np.tile([0.1, -0.1], 25)
    at, fit, half = band(x, y)
    slope = np.polyfit(x, y, 1)
    assert fit == pytest.approx(np.polyval(slope, at))
    assert half.min() == pytest.approx(half[len(half) // 2], rel=0.01)
    assert half.argmax() in (0, len(half) - 1)
