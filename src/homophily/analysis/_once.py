"""Once: what several analyses of a plan estimate from the same rows is estimated a single time."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd

__all__ = ["once"]

T = TypeVar("T")
_MOST = 6  # a fit of 15,000 ratings by 500 agents holds some 50 MB
_kept: OrderedDict[bytes, Any] = OrderedDict()


def once(asked: Sequence[str], frame: pd.DataFrame, estimate: Callable[[], T]) -> T:
    """What `estimate` gives, or gave when the same was asked of equal rows; the last few are remembered.

    Args:
        asked: All that the estimate depends on beside the rows; told apart from other estimates by it.
        frame: The rows, of those columns alone that matter.
        estimate: Makes something that is not changed afterwards.
    """
    told = hashlib.blake2b(repr((*asked, *frame.columns, *map(str, frame.dtypes))).encode(), digest_size=16)
    told.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    key = told.digest()
    if key in _kept:
        _kept.move_to_end(key)
    else:
        _kept[key] = estimate()
        if len(_kept) > _MOST:
            _kept.popitem(last=False)
    found: T = _kept[key]
    return found
