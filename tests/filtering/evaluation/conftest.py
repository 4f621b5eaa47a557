from pathlib import Path
from typing import Any

import pytest

from tests.filtering.evaluation import tiny


@pytest.fixture(scope="session")
def model() -> Any:
    return tiny.model()


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    return tiny.tokenizer()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.suites(tmp_path_factory.mktemp("suites"))


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "ferry.txt"
    path.write_text(tiny.TEXT, encoding="utf-8")
    return path
