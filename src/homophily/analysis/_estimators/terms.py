"""Model terms: from ``outcome ~ similarity * language`` to a design matrix with sum coding.

The grammar is small on purpose: names joined by ``+``, ``a:b`` for a product, ``a * b`` for ``a + b + a:b``;
an intercept is always there. A categorical variable with levels l1 … lk (sorted) is *sum coded*: column j is
1 for level lj, −1 for the last level, 0 elsewhere, so that an intercept is the unweighted mean over levels,
and the slope of a variable that also stands in a product with it the unweighted mean of its slopes over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.errors import DataError, UsageError

__all__ = ["Matrix", "matrix"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A design matrix that remembers what its columns mean.

    Attributes:
        columns: (rows, terms), of full column rank.
        names: One a column: ``(intercept)``, ``similarity``, ``language[en]``, ``similarity:language[en]``.
        dropped: Columns left out because earlier ones imply them, or because they do not vary.
        levels: The levels of each categorical variable, in coding order.
    """

    columns: Array
    names: tuple[str, ...]
    dropped: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]

    def slope(self, variable: str, **at: str) -> Array:
        """The contrast that picks a variable's slope, at given levels or averaged over all.

        Args:
            variable: A numeric variable of the model.
            **at: Level by categorical variable, e.g. ``language="ja"``.

        Returns:
            Weights of the coefficients, (terms,).
        """
        weights = np.zeros(len(self.names))
        for place, name in enumerate(self.names):
            head, *rest = name.split(":")
            if head == variable:
                weights[place] = np.prod([_weight(part, self.levels, at) for part in rest]) if rest else 1.0
        if not weights.any():
            raise DataError(
                f"the slope of {variable!r} is not in the model: it does not vary, or is implied."
            )
        return weights


def matrix(frame: pd.DataFrame, terms: str) -> Matrix:
    """The design matrix of the right-hand side of a formula.

    Args:
        frame: One row an observation; numeric columns enter as they are, all others as categories.
        terms: For example ``similarity * language + partner_BE``.

    Raises:
        UsageError: A term names no column.
    """
    blocks: dict[str, Array] = {"(intercept)": np.ones(len(frame))}
    levels: dict[str, tuple[str, ...]] = {}
    for term in _expand(terms):
        product = {"": np.ones(len(frame))}
        for name in term:
            coded = _code(frame, name, levels)
            product = {
                f"{left}:{right}".strip(":"): a * b
                for left, a in product.items()
                for right, b in coded.items()
            }
        blocks.update(product)
    names, columns = list(blocks), np.column_stack(list(blocks.values()))
    kept = _independent(columns)
    return Matrix(
        columns=columns[:, kept],
        names=tuple(names[place] for place in kept),
        dropped=tuple(name for place, name in enumerate(names) if place not in kept),
        levels=levels,
    )


def _expand(terms: str) -> list[tuple[str, ...]]:
    expanded: dict[tuple[str, ...], None] = {}
    for summand in filter(None, (part.strip() for part in terms.split("+"))):
        crossed: list[tuple[str, ...]] = []
        for factor in summand.split("*"):
            name = tuple(part.strip() for part in factor.split(":"))
            crossed += [name, *((*other, *name) for other in crossed)]
        expanded.update(dict.fromkeys(crossed))
    return list(expanded)


def _code(frame: pd.DataFrame, name: str, levels: dict[str, tuple[str, ...]]) -> dict[str, Array]:
    if name not in frame.columns:
        raise UsageError(f"no column named {name!r} for the model; there are: {', '.join(frame.columns)}.")
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return {name: column.to_numpy(dtype=float)}
    text = column.astype(str).to_numpy()
    levels[name] = tuple(sorted(set(text)))
    *coded, last = levels[name]
    return {f"{name}[{level}]": 1.0 * (text == level) - 1.0 * (text == last) for level in coded}


def _weight(part: str, levels: dict[str, tuple[str, ...]], at: dict[str, str]) -> float:
    name, _, level = part.rstrip("]").partition("[")
    if name not in at:
        return 0.0
    if at[name] not in levels[name]:
        raise UsageError(f"{name} has no level {at[name]!r}; there are: {', '.join(levels[name])}.")
    return 1.0 * (at[name] == level) - 1.0 * (at[name] == levels[name][-1])


def _independent(columns: Array, tolerance: float = 1e-7) -> list[int]:
    """Columns that earlier ones do not imply, by modified Gram–Schmidt (as R drops aliased terms)."""
    kept: list[int] = []
    basis: list[Array] = []
    for place, column in enumerate(columns.T):
        rest = column.copy()
        for _ in range(2):
            for direction in basis:
                rest -= (direction @ rest) * direction
        norm = float(np.linalg.norm(rest))
        if norm > tolerance * max(float(np.linalg.norm(column)), 1e-300):
            kept.append(place)
            basis.append(rest / norm)
    return kept
