"""Findings: what every analysis hands to a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one analysis.

    Attributes:
        name: The analysis, as the catalogue spells it.
        title: Heading in the report.
        text: What was found, in one or two honest sentences.
        estimates: One row an estimate: ``term``, then columns that set rows apart (``outcome``,
            ``language``, …), then ``estimate, low, high, p, n, method``; NaN where a quantity has none.
        warnings: What the reader must know before believing the estimates.
        figure: Name of the figure in ``report/figures`` that draws this finding; None for a table alone.
        data: The points behind the figure, tidy; None where the estimates suffice.
    """

    name: str
    title: str
    text: str
    estimates: pd.DataFrame
    warnings: tuple[str, ...] = ()
    figure: str | None = None
    data: pd.DataFrame | None = None
