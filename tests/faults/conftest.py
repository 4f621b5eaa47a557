"""What the tests of faults share: a model's server, a folder, and the data of an undisturbed run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults._harness import ASKS, PAIRS, STARTED, Lab, Model, Rows, modelled, told


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    """No command outlives its test, whatever became of that."""
    yield
    while STARTED:
        process = STARTED.pop()
        process.kill()
        process.communicate()


@pytest.fixture
def model() -> Iterator[Model]:
    """A model's server that takes ten milliseconds for a reply."""
    with modelled(0.01) as server:
        yield server


@pytest.fixture
def lab(tmp_path: Path, model: Model) -> Lab:
    """A folder with the study."""
    return Lab(tmp_path / "study", model.url)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What a run says to which nothing happens."""
    with modelled() as server:
        lab = Lab(tmp_path_factory.mktemp("undisturbed"), server.url)
        done = lab.call(*lab.play)
    assert done.code == 0, done.stderr
    rows = told(lab)
    assert len(rows) == len(set(server.seeds)) == PAIRS * ASKS
    return rows
