"""The tiny zoo, made once a run."""

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.lineage.exposure.models import zoo

    return zoo(tmp_path_factory.mktemp("exposure"))
