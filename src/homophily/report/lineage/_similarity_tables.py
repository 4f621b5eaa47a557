"""A comparison in tables: overall beside null and control, by role, by block, by tensor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from homophily.report.tables import Cell, Head, Table

if TYPE_CHECKING:
    from homophily.lineage.similarity import Comparison, Group

__all__ = ["absent_table", "layer_table", "overall_table", "role_table", "sentence", "share", "tensor_table"]

_SHORT = (
    ("Cosine", "cosine"),
    ("Relative change", "relative_l2"),
    ("Sign", "sign"),
    ("Exponent", "exponent"),
    ("Identical", "identical"),
)


def share(value: float, digits: int = 4) -> str:
    """A number with as many digits as tell it from 0 and from 1; a dash for none."""
    if value != value:
        return "–"
    if value in (0.0, 1.0):
        return f"{value:.0f}"
    if 0 < abs(value) < 10**-digits:
        return f"{value:.1e}"
    # Near 1 rounding up would say that nothing changed.
    while digits < 9 and abs(value) < 1 and float(f"{abs(value):.{digits}f}") == 1:
        digits += 1
    return f"{value:.{digits}f}"


def overall_table(comparison: Comparison) -> Table:
    """Every measure over all matrices, beside the null and the control."""
    columns = {"A and B": comparison.overall.tally.measures()}
    if comparison.overall.null.words:
        columns["Null"] = comparison.overall.null.measures()
    if comparison.control is not None:
        columns["A and control"] = comparison.control.overall.tally.measures()
    lines = [_flat(measures) for measures in columns.values()]
    rows = [[Cell(name), *(Cell(line.get(name, "–"), "number") for line in lines)] for name in lines[0]]
    return Table([Head("Over all matrices"), *(Head(name, number=True) for name in columns)], rows)


def role_table(comparison: Comparison) -> Table:
    """Each role's matrices, beside their null."""
    return _groups("Role", [(role, group) for role, group in comparison.roles.items()])


def layer_table(comparison: Comparison) -> Table:
    """Each block's matrices, beside their null."""
    return _groups("Layer", [(str(layer), group) for layer, group in comparison.layers.items()])


def tensor_table(comparison: Comparison) -> Table:
    """Each tensor; those that are no matrices count in no sum."""
    heads = [
        Head("Tensor of A"),
        Head("Shape"),
        *(Head(name, number=True) for name, _ in _SHORT),
        Head("Null cosine", True),
    ]
    rows = [
        [
            Cell(row.name_a + (f" ({row.role})" if row.role not in row.name_a else "")),
            Cell(" × ".join(map(str, row.shape))),
            *(Cell(share(row.measures[key]), "number") for _, key in _SHORT),
            Cell(_near_zero(row.null.get("cosine", math.nan)), "number"),
        ]
        for row in comparison.rows
    ]
    return Table(heads, rows)


def absent_table(comparison: Comparison) -> Table | None:
    """What was not compared, and notes on what was compared in part; None where there is nothing to say."""
    lines = [("A", name, why) for name, why in comparison.only_a.items()]
    lines += [("B", name, why) for name, why in comparison.only_b.items()]
    lines += [("both", row.name_a, f"compared over {row.note}") for row in comparison.rows if row.note]
    if not lines:
        return None
    return Table([Head("In"), Head("Tensor"), Head("Why")], [[Cell(text) for text in line] for line in lines])


def sentence(comparison: Comparison) -> str:
    """What the figures say of the two: what was measured, never a verdict on descent."""
    found, null = comparison.overall.tally, comparison.overall.null
    if not found.words:
        return "No matrix was compared; see the tensors."
    text = f"Over {found.pairs:,} weights in matrices the cosine is {share(found.cosine)}"
    if null.words:
        text += f" (null {_near_zero(null.cosine)})"
    if comparison.control is not None:
        text += f", with the control {_near_zero(comparison.control.cosine)}"
    measures = found.measures()
    text += f"; {measures['sign']:.1%} agree in sign and {measures['exponent']:.1%} in exponent"
    if found.identical == found.words:
        return text + ": every compared word is the same."
    same = f"{measures['identical']:.1%}" if found.identical else "none"
    return text + f", {same} are the same in every bit."


def _small(value: float) -> str:
    return "–" if value != value else f"{value:.2e}"


def _near_zero(value: float) -> str:
    """Three digits, for what lies about 0 as a rule."""
    if abs(value) > 0.5:
        return share(value)
    return "–" if value != value else f"{value:.3f}".replace("-0.000", "0.000")


def _groups(first: str, groups: Sequence[tuple[str, Group]]) -> Table:
    heads = [
        Head(first),
        Head("Weights", True),
        *(Head(name, True) for name, _ in _SHORT),
        Head("Null cosine", True),
    ]
    rows = []
    for name, group in groups:
        measures = group.tally.measures()
        null = group.null.cosine if group.null.words else math.nan
        rows.append(
            [
                Cell(name),
                Cell(f"{measures['weights']:,}", "number"),
                *(Cell(share(measures[key]), "number") for _, key in _SHORT),
                Cell(_near_zero(null), "number"),
            ]
        )
    return Table(heads, rows)


def _flat(measures: Mapping[str, Any]) -> dict[str, str]:
    """Measures as a reader sees them, by their names."""
    found = {
        "Weights": f"{measures['weights']:,}",
        "Cosine": share(measures["cosine"]),
        "Relative change ‖B − A‖ / ‖A‖": share(measures["relative_l2"]),
        **{f"|Δ| up to {limit}": share(value) for limit, value in measures["within"].items()},
        "Median |Δ|": _small(measures["quantiles"]["0.5"]),
        "95 % of |Δ| below": _small(measures["quantiles"]["0.95"]),
        "Same sign": share(measures["sign"]),
        "Same exponent": share(measures["exponent"]),
    }
    for place, value in enumerate(measures["mantissa"][:4], start=1):
        found[f"Same mantissa bit {place}"] = share(value)
    found["Same in every bit"] = share(measures["identical"])
    if measures["nonfinite"]:
        found["Not finite, left out"] = f"{measures['nonfinite']:,}"
    return found
