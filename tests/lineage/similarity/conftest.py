"""A small model that others descend from."""

import numpy as np
import pytest

from tests.lineage.checkpoints.made import llama


@pytest.fixture
def parent() -> dict[str, np.ndarray]:
    return llama(np.random.default_rng(0), layers=3, width=32, vocab=200)
