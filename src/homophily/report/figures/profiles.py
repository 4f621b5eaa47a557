"""Values shown in debate beside values stated in a questionnaire, in units of each profile's own spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report._circles import circles

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw one circle a model.

    Reads ``data``: ``group`` (the model), ``value`` (code), and ``stated`` and ``shown``, standardised over
    the ten values.
    """
    return circles(finding.data, "stated", "shown")
