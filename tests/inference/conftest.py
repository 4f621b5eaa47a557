"""Checkpoints made on the spot, and engines that close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from homophily.inference.engine import Engine
from tests.inference.models import checkpoint

Open = Callable[..., Engine]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of four layers with a chat template."""
    return checkpoint(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def opened(tiny: Path) -> Iterator[Open]:
    """Open engines that are closed at the test's end."""
    from homophily.inference import EngineSettings

    engines: list[Engine] = []

    def make(model: Path = tiny, *, filter: object = None, **settings: object) -> Engine:
        pairs = EngineSettings.pairs(filter)
        engines.append(Engine.open(EngineSettings(model=str(model), filter=pairs, **settings)))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
