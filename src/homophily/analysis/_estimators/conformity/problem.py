"""The inertia–conformity model as a problem to be solved: its likelihood, slope and curvature.

Verdicts given in the same situation (group, dilemma, effects' columns) are one row with a count each, so that
replicated debates cost hardly more than one of each. Rows are sorted by the group that shares coefficients
(model and protocol) and by dilemma, so that all sums over rows are sums over consecutive ones. Verdicts are
taken relative to their mean through an orthonormal contrast, which leaves an independent prior on every
verdict of θ and φ what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.form import Form
from homophily.analysis._estimators.conformity.rows import Rows
from homophily.errors import DataError

__all__ = ["Problem", "contrasts"]

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def contrasts(kinds: int) -> Array:
    """Orthonormal columns that sum to 0, (kinds, kinds − 1)."""
    raw = np.eye(kinds)[:, 1:] - np.tri(kinds, kinds - 1) / np.arange(kinds, 0, -1)[:, None]
    return np.linalg.qr(raw - raw.mean(axis=0))[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows laid out for Newton's method.

    Attributes:
        form: The form of the model.
        rows: One row a situation, sorted by group and dilemma; of its verdicts the first.
        groups: (model, protocol) of each group.
        places: Where each group's coefficients are in the shared ones, (columns,) each.
        names: (effect, model, protocol) of each shared effect, −1 where all share it; base rates come before.
        columns: (n, kinds, columns): the contrast of verdicts, then the effects.
        starts: The first row of each segment of one group and dilemma.
        group: Each segment's group.
        dilemma: Each segment's dilemma.
        allowed: Verdicts that can occur at all, (dilemmas, kinds); None for all.
        chosen: How often each verdict was given in each situation, (n, kinds).
        total: How many verdicts were, (n,).
    """

    form: Form
    rows: Rows
    groups: Codes
    places: list[Codes]
    names: list[tuple[str, int, int]]
    columns: Array
    starts: Codes
    group: Codes
    dilemma: Codes
    models: int
    dilemmas: int
    allowed: NDArray[np.bool_] | None = None
    chosen: Array = field(default_factory=lambda: np.zeros((0, 0)))
    total: Array = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(
        cls, rows: Rows, form: Form, *, models: int, dilemmas: int, allowed: NDArray[np.bool_] | None = None
    ) -> Problem:
        """Lay out rows for a form; an effect whose column is 0 throughout its group has no coefficient.

        Raises:
            DataError: There is no verdict.
        """
        if not len(rows):
            raise DataError("no verdict of the debates could be read.")
        groups, code = np.unique(np.column_stack([rows.model, rows.protocol]), axis=0, return_inverse=True)
        effects = form.columns(rows)
        first, place = _alike([code.reshape(-1), rows.dilemma, *effects.reshape(len(rows), -1).T])
        chosen = np.bincount(place * rows.kinds + rows.verdict, minlength=len(first) * rows.kinds)
        chosen = chosen.reshape(len(first), rows.kinds).astype(float)
        code, effects, rows = code.reshape(-1)[first], effects[first], rows.take(first)
        contrast = contrasts(rows.kinds)
        base = np.broadcast_to(contrast, (len(rows), *contrast.shape))
        starts = np.flatnonzero(np.r_[True, (np.diff(code) != 0) | (np.diff(rows.dilemma) != 0)])
        names, places = _layout(form, groups, code, effects, models * contrast.shape[1])
        return cls(
            form=form,
            rows=rows,
            groups=groups,
            places=places,
            names=names,
            columns=np.concatenate([base, effects], axis=2),
            starts=starts,
            group=code[starts],
            dilemma=rows.dilemma[starts],
            models=models,
            dilemmas=dilemmas,
            allowed=allowed,
            chosen=chosen,
            total=chosen.sum(axis=1),
        )

    @property
    def free(self) -> int:
        """How many contrasts of verdicts there are."""
        return self.rows.kinds - 1

    @property
    def shared(self) -> int:
        """How many shared coefficients there are: base rates, then effects."""
        return self.models * self.free + len(self.names)

    def logits(self, beta: Array, leaning: Array) -> Array:
        """Of each row, (n, kinds), from shared coefficients and leanings' contrasts (dilemmas, kinds − 1)."""
        padded = np.append(beta, 0.0)
        local = np.stack([padded[place] for place in self.places])
        sizes = np.diff(np.append(self.starts, len(self.rows)))
        every = local[self.group]
        every[:, : self.free] += leaning[self.dilemma]
        found = np.matmul(self.columns, np.repeat(every, sizes, axis=0)[:, :, None])[:, :, 0]
        if self.allowed is not None:
            found = np.where(self.allowed[self.rows.dilemma], found, -np.inf)
        return np.asarray(found)

    def gathered(self, each: Array) -> Array:
        """Sums of rows over each segment."""
        return np.asarray(np.add.reduceat(each, self.starts, axis=0))


def _alike(columns: Sequence[NDArray[np.generic]]) -> tuple[Codes, Codes]:
    """The first of all rows that are alike, in the columns' order, and to which of them each row belongs.

    Args:
        columns: Whole numbers from 0 up, the first counting most, (n,) each.
    """
    code, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        values = column.astype(np.int64)
        many = int(values.max(initial=0)) + 1
        if size * many > 2**62:  # numbered anew, in the same order
            code = np.unique(code, return_inverse=True)[1].reshape(-1)
            size = int(code.max(initial=0)) + 1
        code, size = code * many + values, size * many
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    return first, place.reshape(-1)


def _layout(
    form: Form, groups: Codes, code: Codes, effects: Array, before: int
) -> tuple[list[tuple[str, int, int]], list[Codes]]:
    """Name the shared effects, and say where each group finds its coefficients; −1 (a 0) for none."""
    free = effects.shape[1] - 1
    used = np.zeros((len(groups), effects.shape[2]), dtype=bool)
    np.logical_or.at(used, code, (effects != 0).any(axis=1))
    names: list[tuple[str, int, int]] = []
    places = [np.r_[np.arange(free) + int(m) * free, np.zeros(effects.shape[2], int)] for m, _ in groups]
    for column, (effect, by) in enumerate(form.shared.items()):
        for g, (model, protocol) in enumerate(groups):
            name = (effect, -1 if by == "all" else int(model), int(protocol) if by == "protocol" else -1)
            if used[g, column] and name not in names:
                names.append(name)
            places[g][free + column] = before + names.index(name) if used[g, column] else -1
    return names, places
