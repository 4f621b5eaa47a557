"""A real Chromium and a real server, where both can be had."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.host.server import Server, serving

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser as long as a module's tests: with one open, no other event loop can run in this thread."""
    sync_api = pytest.importorskip(
        "playwright.sync_api",
        reason="playwright is not installed (extra 'browser'): the pages are NOT proved in a browser",
    )
    pytest.importorskip(
        "axe_playwright_python", reason="axe-playwright-python is not installed: NO page is proved accessible"
    )
    program = os.environ.get("HOMOPHILY_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("Chromium is not installed: the pages are NOT proved in a browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: ``HOMOPHILY_SCREENSHOTS``, else beside the tests' other files."""
    wanted = os.environ.get("HOMOPHILY_SCREENSHOTS")
    folder = Path(wanted) if wanted else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def teammates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The study on a server of its own, in both languages."""
    root = tmp_path_factory.mktemp("teammates")
    options = ("--languages", "en,ja", "--participants", "20", "--set", "forms.closeness=circles")
    with serving(root, "teammates", *options, "--requests", "0", "--arrivals", "0") as server:
        yield server
