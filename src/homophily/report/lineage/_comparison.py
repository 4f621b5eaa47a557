"""The files of a comparison: one page, one table for programs, the heat map."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.report import _style as style
from homophily.report._article import Section, page
from homophily.report._svg import inline
from homophily.report.lineage import _bits, _heat
from homophily.report.lineage import _similarity_tables as tables
from homophily.report.lineage._keep import csv_of, drawn, keep

if TYPE_CHECKING:
    from homophily.lineage.similarity import Comparison

__all__ = ["rows_of", "write_comparison"]

_HEAT = "Cosine and relative change of every matrix; each panel has its own scale."
_BITS = "Share of weights that agree in each bit, and how large the differences are."
_READ = (
    "Sums are over matrices: gains of norms lie near 1 in every model, and would make strangers look alike. "
    "The null shows what two tensors of these distributions that have nothing to do with one another show."
)


def write_comparison(
    comparison: Comparison,
    *,
    facts: Mapping[str, str],
    html: Path | None = None,
    csv_: Path | None = None,
    figure: Path | None = None,
) -> list[Path]:
    """Write what was asked for, each file whole or not at all.

    Args:
        comparison: From `homophily.lineage.similarity.compare`.
        facts: What the page tells of the two checkpoints and of how they were read.
        html: A page that needs nothing beside it.
        csv_: One row a tensor.
        figure: The heat map, as ``.svg``, ``.png`` or ``.pdf``.

    Raises:
        UsageError: A file cannot be written.
    """
    made = []
    if html is not None:
        made.append(keep(html, _page(comparison, facts).encode()))
    if csv_ is not None:
        made.append(keep(csv_, csv_of(rows_of(comparison))))
    if figure is not None:
        made.append(keep(figure, drawn(lambda: _heat.draw(comparison), figure)))
    return made


def rows_of(comparison: Comparison) -> list[dict[str, Any]]:
    """One flat row a tensor, as in the CSV file."""
    rows = []
    for row in comparison.rows:
        flat: dict[str, Any] = {
            "role": row.role,
            "layer": row.layer,
            "a": row.name_a,
            "b": row.name_b,
            "shape": "x".join(map(str, row.shape)),
            "dtype_a": row.dtype_a,
            "dtype_b": row.dtype_b,
            "bits": row.bits,
            "matrix": row.matrix,
            "counts": row.counts,
            "note": row.note,
            **_flattened(row.measures),
        }
        flat |= {
            f"null_{key}": row.null.get(key)
            for key in ("cosine", "relative_l2", "sign", "exponent", "identical")
        }
        rows.append(flat)
    return rows


def _flattened(measures: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in measures.items():
        if key == "within":
            flat |= {f"within_{limit}": each for limit, each in value.items()}
        elif key == "quantiles":
            flat |= {f"delta_q{share}": each for share, each in value.items()}
        elif key == "mantissa":
            flat |= {f"mantissa_{place}": each for place, each in enumerate(value, start=1)}
        else:
            flat[key] = value
    return flat


def _page(comparison: Comparison, facts: Mapping[str, str]) -> str:
    with style.style():
        heat = inline(_heat.draw(comparison), name="heat", title="Layers by matrices", description=_HEAT)
        bits = inline(_bits.draw(comparison), name="bits", title="Bits and sizes", description=_BITS)
    sections = [
        Section("Over all matrices", _READ, [tables.overall_table(comparison)], bits, _BITS),
        Section("Layer by layer", "Where the two differ most.", [], heat, _HEAT),
        Section("By role", "", [tables.role_table(comparison)]),
    ]
    if comparison.layers:
        sections.append(Section("By layer", "Matrices within blocks.", [tables.layer_table(comparison)]))
    absent = tables.absent_table(comparison)
    if absent is not None:
        sections.append(Section("Not compared, or in part", "", [absent]))
    sections.append(
        Section("Tensor by tensor", "What is no matrix counts in no sum.", [tables.tensor_table(comparison)])
    )
    title = f"{_name(comparison.a)} and {_name(comparison.b)}"
    return page("Lineage: similarity of weights", title, tables.sentence(comparison), facts, sections)


def _name(path: str) -> str:
    return Path(path).name or path
