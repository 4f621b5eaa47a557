"""Nulls: what two tensors of these distributions show when they have nothing to do with one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.checkpoints import _dtypes as dtypes
from homophily.lineage.checkpoints._dtypes import Dtype

__all__ = ["NULLS", "unrelated"]

#: Each null with what a reader is told of it.
NULLS = {
    "turned": "the numbers of B out of place: every sampled stretch turned by a random offset",
    "noise": "Gaussian numbers with the standard deviation of B, stretch by stretch",
}


def unrelated(
    b: NDArray[Any], dtype: Dtype, kind: str, width: int, random: np.random.Generator
) -> NDArray[Any] | None:
    """Numbers that stand to ``a`` as those of another model of B's distribution would.

    `turned` keeps the distribution of B exactly, whatever it is; `noise` keeps its standard deviation, as an
    initialisation from another seed does.

    Args:
        b: (numbers,) stored as `dtype.stored`, rows one after the other.
        dtype: What they are.
        kind: One of `NULLS`.
        width: Numbers in a row; an offset is no multiple of it, so columns too are out of place.
        random: Where chance comes from.

    Returns:
        As b; None where there are too few numbers to be moved.
    """
    if kind == "noise":
        wide = dtypes.widen(b, dtype).astype(np.float64)
        finite = wide[np.isfinite(wide)]
        spread = float(finite.std()) if len(finite) else 0.0
        noise = (random.standard_normal(len(b), dtype=np.float32) * np.float32(spread)).astype(np.float32)
        if dtype.size == 1:
            return None
        return np.asarray(dtypes.narrow(noise, dtype))
    if len(b) < 4:
        return None
    offset = int(random.integers(len(b) // 4, max(len(b) // 4 + 1, 3 * len(b) // 4)))
    if width > 1 and offset % width == 0:
        offset += 1
    return np.concatenate((b[offset:], b[:offset]))
