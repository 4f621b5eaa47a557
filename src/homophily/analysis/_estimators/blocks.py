"""The block-diagonal part of mixed-model equations: one factor and all that are nested in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Blocks", "family"]

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
_DENSE = 50_000  # entries up to which cross-products are kept dense, being faster there


def family(codes: Sequence[Codes]) -> tuple[int, list[int]]:
    """The factor in which most levels are nested, and the factors nested in it (itself first)."""
    best, size = (0, [0]), -1
    for outer, over in enumerate(codes):
        inside = [outer, *(k for k, code in enumerate(codes) if k != outer and _nested(code, over))]
        levels = sum(int(codes[k].max()) + 1 for k in inside)
        if levels > size:
            best, size = (outer, inside), levels
    return best


class Blocks:
    """Cross-products of nested factors with one another, by block, and with all other columns.

    A block is one level of the outer factor. Each factor has as many slots in a block as it has levels there
    at most; an empty slot is a row of zeros and changes nothing. With t the θ of each slot, H a block's own
    cross-products and C those with the other columns, the equations' part is tHt + I and K its inverse.

    Args:
        codes: Level numbers by factor, each (n,).
        outer: The factor whose levels are the blocks.
        inside: The factors nested in it, itself included.
        right: The other columns, (n, m).
    """

    def __init__(
        self, codes: Sequence[Codes], outer: int, inside: Sequence[int], right: sparse.csr_array
    ) -> None:
        self.inside = list(inside)
        block, count = codes[outer], int(codes[outer].max()) + 1
        slots = {k: _slots(codes[k], block) for k in inside}
        widths = [int(slots[k].max()) + 1 for k in inside]
        starts = np.concatenate([[0], np.cumsum(widths)])
        self.size, self.count = int(starts[-1]), count
        self.part = {k: slice(int(a), int(b)) for k, a, b in zip(inside, starts, starts[1:], strict=False)}
        rows = np.tile(np.arange(block.size), len(self.inside))
        places = [block * self.size + self.part[k].start + slots[k] for k in inside]
        ones = np.ones(rows.size)
        shape = (block.size, count * self.size)
        left = sparse.csr_array((ones, (rows, np.concatenate(places))), shape)
        self.cross = sparse.csr_array(left.T @ right)
        self.dense = None
        if self.cross.shape[0] * self.cross.shape[1] <= _DENSE:
            self.dense = self.cross.toarray().reshape(count, self.size, -1)
        self.own, self.kind = _kinds(left, count, self.size)
        self.filled = {k: int(codes[k].max()) + 1 for k in inside}

    def eliminate(self, theta: Array) -> tuple[Array, float]:
        """C'tKtC summed over blocks, (m, m), and the log determinant of the blocks."""
        t, inverse, logdet = self._inverse(theta)
        inner = inverse * t * t[:, None]
        if self.dense is not None:
            weighted = inner[self.kind] @ self.dense
            flat = self.dense.reshape(-1, self.dense.shape[-1])
            return flat.T @ weighted.reshape(flat.shape), logdet
        return np.asarray((self.cross.T @ (self._diagonal(inner) @ self.cross)).toarray()), logdet

    def remainders(self, theta: Array, left: Array) -> tuple[dict[int, Array], Array]:
        """For each factor Z_k'V⁻¹ of the combined columns, given their fit on the rest; and t u of all slots.

        Args:
            theta: Relative standard deviations.
            left: Combination of the other columns, (m, c).
        """
        t, inverse, _ = self._inverse(theta)
        given = (self.cross @ left).reshape(self.count, self.size, -1)
        taken = (inverse * t * t[:, None])[self.kind] @ given
        rest = given - self.own[self.kind] @ taken
        roots = {k: rest[:, part].reshape(-1, rest.shape[-1]) for k, part in self.part.items()}
        return roots, taken.reshape(self.count * self.size, -1)

    def pull(self, taken: Array) -> Array:
        """C' of a quantity of all slots."""
        return np.asarray(self.cross.T @ taken)

    def traces(self, theta: Array, inverse: Array, scale: Array) -> dict[int, float]:
        """The trace of each factor's block of the inverse of the whole equations.

        Args:
            theta: Relative standard deviations.
            inverse: Lower half of the inverse of what remains, (m − 1, m − 1), zeros above.
            scale: θ of each of its columns.
        """
        t, own, _ = self._inverse(theta)
        half = inverse.copy()
        half[np.diag_indices_from(half)] /= 2
        half *= scale
        half *= scale[:, None]
        inner = own * t
        traces = {}
        weighted = None if self.dense is None else inner[self.kind] @ self.dense[..., :-1]
        spread = (
            None if self.dense is not None else sparse.csr_array(self._diagonal(inner) @ self.cross[:, :-1])
        )
        for k, part in self.part.items():
            by_kind = np.trace(own[:, part, part], axis1=1, axis2=2)
            empty = self.count * (part.stop - part.start) - self.filled[k]
            alone = float(by_kind[self.kind].sum()) - empty
            if weighted is not None:
                rows = weighted[:, part].reshape(-1, half.shape[0])
                through = 2 * float(np.sum(half * (rows.T @ rows)))
            else:
                mine = np.arange(self.count * self.size).reshape(self.count, -1)[:, part].ravel()
                square = (spread[mine].T @ spread[mine]).tocoo()  # type: ignore[index]
                through = 2 * float(half[square.row, square.col] @ square.data)
            traces[k] = alone + through
        return traces

    def _inverse(self, theta: Array) -> tuple[Array, Array, float]:
        t = np.empty(self.size)
        for k, part in self.part.items():
            t[part] = theta[k]
        blocks = self.own * t * t[:, None] + np.eye(self.size)
        logdet = np.linalg.slogdet(blocks)[1]
        return t, np.asarray(np.linalg.inv(blocks), dtype=float), float(logdet[self.kind].sum())

    def _diagonal(self, inner: Array) -> sparse.csr_array:
        places = np.arange(self.count + 1)
        square = (self.count * self.size,) * 2
        return sparse.csr_array(sparse.bsr_array((inner[self.kind], places[:-1], places), square))


def _nested(code: Codes, over: Codes) -> bool:
    """Whether each level of one factor belongs to a single level of the other."""
    pairs = np.unique(np.column_stack([code, over]), axis=0)
    return bool(len(pairs) == int(code.max()) + 1)


def _slots(code: Codes, block: Codes) -> Codes:
    """The place of each row's level among its factor's levels in the same block."""
    levels, first = np.unique(code, return_index=True)
    home = block[first]
    order = np.lexsort((levels, home))
    starts = np.searchsorted(home[order], home[order], side="left")
    slot = np.empty(levels.size, dtype=np.intp)
    slot[order] = np.arange(levels.size) - starts
    return slot[code]


def _kinds(left: sparse.csr_array, count: int, size: int) -> tuple[Array, Codes]:
    """The different blocks of own cross-products, (kinds, size, size), and the kind of each block."""
    own = sparse.coo_array(left.T @ left)
    blocks = np.zeros((count, size, size))
    blocks[own.row // size, own.row % size, own.col % size] = own.data
    kinds, kind = np.unique(blocks.reshape(count, -1), axis=0, return_inverse=True)
    return kinds.reshape(-1, size, size), kind.ravel()
