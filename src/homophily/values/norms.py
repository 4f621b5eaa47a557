"""Norms: mean value profiles of populations and the spread of people around them.

Source: European Social Survey rounds 9–11; aggregates only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from homophily.errors import UnknownName

__all__ = ["DEFAULT", "Population", "names", "population"]

#: Germany in round 9: the population whose covariance is known.
DEFAULT = "ESS9-DE"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Population:
    """The value profiles of a population.

    Attributes:
        name: Survey round and country (``ESS11-FI``), or ``ESS-all``.
        mean: Mean centred scores, (10,), in circle order.
        covariance: Covariance of centred scores, (10, 10); singular, as centred scores sum to zero by items.
        spread_of: The population the covariance was measured in.
        n: People behind the mean; None where the source does not say.
        weighted: Whether the mean is weighted by the survey's design.
        centring: What the source subtracted.
        source: Where the figures come from.
        citation: How to cite the data.
    """

    name: str
    mean: np.ndarray
    covariance: np.ndarray
    spread_of: str
    n: int | None
    weighted: bool
    centring: str
    source: str
    citation: str


def names() -> list[str]:
    """The populations with norms."""
    return sorted(_norms()["populations"])


def population(name: str = DEFAULT) -> Population:
    """The norms of a population.

    Only Germany's covariance is known (round 9); every population carries it, and says so.

    Raises:
        UnknownName: There are no norms of this name; the message suggests near names.
    """
    norms = _norms()
    if name not in norms["populations"]:
        raise UnknownName("population with norms", name, norms["populations"])
    entry = norms["populations"][name]
    return Population(
        name=name,
        mean=np.array(entry["mean"]),
        covariance=np.array(norms["covariance"]["values"]),
        spread_of=norms["covariance"]["population"],
        citation=norms["citation"],
        **{field: entry[field] for field in ("n", "weighted", "centring", "source")},
    )


@cache
def _norms() -> dict[str, Any]:
    norms: dict[str, Any] = json.loads(
        files("homophily.values").joinpath("data/norms.json").read_text(encoding="utf-8")
    )
    return norms
