"""The circle of values: mean target profile beside the mean measured one; the dark ring is 0, centred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report._circles import circles

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw one circle a group.

    Reads ``data``: ``group`` (a panel's name; optional), ``value`` (code), and centred scores ``target`` and
    ``measured``, whose mean is drawn where a group has several rows a value.
    """
    return circles(finding.data, "target", "measured")
