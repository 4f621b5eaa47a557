"""Triton where it is installed; without it the kernels stay importable and are not run."""

from __future__ import annotations

import importlib.util
from types import SimpleNamespace
from typing import Any

__all__ = ["AVAILABLE", "jit", "tl"]

AVAILABLE = importlib.util.find_spec("triton") is not None

jit: Any
tl: Any
if AVAILABLE:
    import triton
    import triton.language as tl

    jit = triton.jit
else:
    tl = SimpleNamespace(constexpr=Any)

    def jit(function: Any) -> Any:
        """Leave the function as it is; `AVAILABLE` tells that it cannot run."""
        return function
