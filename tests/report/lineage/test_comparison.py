"""The page and figures of a comparison, on shapes that are not the usual ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from homophily.lineage.checkpoints import open_checkpoint
from homophily.lineage.similarity import compare
from homophily.report.lineage import rows_of, sentence, write_comparison
from homophily.report.lineage._similarity_tables import share
from tests.lineage.checkpoints.made import file, llama


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.5, "0.5000"),
        (0.99999, "0.99999"),
        (0.999999999, "0.999999999"),
        (-0.99999, "-0.99999"),
    ],
)
def test_what_is_not_one_is_not_printed_as_one(value: float, told: str) -> None:
    assert share(value) == told


@pytest.mark.parametrize("case", ["copies", "vectors", "deep", "unknown names"])
def test_every_case_has_a_page(tmp_path: Path, case: str) -> None:
    random = np.random.default_rng(0)
    if case == "vectors":
        tensors = {"model.norm.weight": np.ones(4, np.float32)}
    elif case == "unknown names":
        tensors = {f"odd.{k}": random.normal(size=(4, 4)).astype(np.float32) for k in range(3)}
    else:
        tensors = llama(random, layers=70 if case == "deep" else 2)
    other = {name: x if case == "copies" else (x * 1.01).astype(np.float32) for name, x in tensors.items()}
    a, b = file(tmp_path / "a.safetensors", tensors), file(tmp_path / "b.safetensors", other)
    with open_checkpoint(a) as one, open_checkpoint(b) as two:
        found = compare(one, two)
    page, figure = tmp_path / "page.html", tmp_path / "f.png"
    write_comparison(found, facts={"A": "<a>"}, html=page, figure=figure)
    text = page.read_text()
    assert "&lt;a&gt;" in text
    assert ">nan<" not in text
    assert len(rows_of(found)) == len(tensors)
    said = {"copies": "every compared word is the same", "vectors": "No matrix was compared"}
    assert said.get(case, "the cosine is 1") in sentence(found)
