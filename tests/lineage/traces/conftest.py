"""Traces of small models, recorded once."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from homophily.lineage.traces import Circumstances, Trace, make
from homophily.lineage.traces.families import FAMILIES, Family

SOME = ("bert", "gpt2", "llama", "t5", "gpt2-like", "torch encoder")


def some(names: tuple[str, ...] = SOME) -> dict[str, Family]:
    return {name: FAMILIES[name] for name in names}


@pytest.fixture(scope="session")
def recorded() -> list[Trace]:
    """Three traces of each of eleven classes, drawn by a seed of the tests' own."""
    few = Circumstances(tokens=(8, 16, 24), batches=(1, 2))
    return list(make(3, few, families=some(), seed=77))


@pytest.fixture(scope="session")
def fresh() -> list[Trace]:
    """One more of each, of other lengths, batch and dtype."""
    others = Circumstances(tokens=(40,), batches=(4,), dtypes=("bfloat16",))
    return list(make(1, others, families=some(), seed=78))
