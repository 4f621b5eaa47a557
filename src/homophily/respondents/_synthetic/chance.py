"""Chance by name: one number from one hash, for draws too many and too small for a generator each."""

from __future__ import annotations

from statistics import NormalDist

from homophily.seeds import derive

__all__ = ["coin", "normal", "uniform"]

_QUANTILE = NormalDist().inv_cdf


def uniform(*names: object) -> float:
    """A number in (0, 1), fixed by the path of names; neither end is ever reached."""
    return ((derive(*names) >> 11) + 0.5) / 2**52


def normal(*names: object) -> float:
    """A standard normal deviate, fixed by the path of names."""
    return _QUANTILE(uniform(*names))


def coin(n: int, *names: object) -> int:
    """One of 0 … n − 1, all equally likely, fixed by the path of names."""
    return int(uniform(*names) * n)
