"""The page of a trace: its figure, and a trace with nothing to draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from homophily.lineage.traces import Trace, classify
from homophily.report.lineage import write_trace
from homophily.report.lineage._timeline import KINDS, draw, kind_of, layers_of


def trace(layers: int) -> Trace:
    """Layers of six products and an attention, one operation a microsecond."""
    shape = {"q": (8, 8), "up": (8, 32), "down": (32, 8)}
    names, shapes = [], []
    for part in ["q", "q", "q", "attention", "q", "up", "down"] * layers:
        fused = part == "attention"
        names.append("aten::scaled_dot_product_attention" if fused else "aten::mm")
        shapes.append(((1, 2, 4, 4),) * 3 if fused else ((4, shape[part][0]), shape[part]))
    n = len(names)
    return Trace({}, names, shapes, np.zeros(n, np.int16), np.arange(n, dtype=float), np.full(n, 0.5))


def test_layers_lie_side_by_side() -> None:
    spans = layers_of(trace(4))
    assert spans == [(0, 7), (7, 14), (14, 21), (21, 27.5)]
    titles = [axes.get_title() for axes in draw(trace(4)).axes]
    assert titles[0] == "The run, layers numbered"
    assert titles[1].startswith("Layer ")


@pytest.mark.parametrize("layers", [0, 1])
def test_a_trace_without_layers_says_so(layers: int) -> None:
    few = trace(layers)
    assert layers_of(few) == []
    figure = draw(few)
    assert "no layer repeats" in figure.axes[0].get_title()


def test_page(tmp_path: Path) -> None:
    whole = trace(3)
    told = classify(whole)
    page = write_trace(whole, told, tmp_path / "deep" / "page.html", name="run <1>").read_text(
        encoding="utf-8"
    )
    assert "run &lt;1&gt;" in page
    assert "Unknown: the run fits none of the known classes" in page
    assert "3 layers of width 8" in page
    assert "does not tell which base" in page


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("aten::addmm", "Product with weights"),
        ("aten::_scaled_dot_product_flash_attention_for_cpu", "Attention"),
        ("aten::native_layer_norm", "Norm"),
        ("aten::gelu", "Elementwise"),
        ("aten::embedding", "Embedding"),
        ("aten::transpose", "Shapes and copies"),
    ],
)
def test_kinds(name: str, kind: str) -> None:
    assert kind_of(name) == kind
    assert kind in KINDS
