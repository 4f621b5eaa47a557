"""What lineage's tests share."""

from __future__ import annotations

import pytest

from tests.lineage.zoo import Zoo, make


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    """A tiny zoo of models whose descent is known; made in seconds, once a session and worker."""
    pytest.importorskip("transformers")
    return make(tmp_path_factory.mktemp("zoo"))
