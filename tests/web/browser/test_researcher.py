"""The researcher's pages in a real browser, with people under way, finished and gone."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: the pages are NOT proved in a browser")
pytest.importorskip("axe_playwright_python", reason="no axe-playwright-python: NO page is proved accessible")

from tests.web.browser.looks import Looks
from tests.web.browser.sheets import sheet
from tests.web.host.server import Server
from tests.web.host.visitor import Visitor

PAGES = (
    "",
    "people",
    "close",
    "export",
    "coding",
    "coding?coder=ann",
    "preview",
    "preview/1",
    "preview/8",
    "preview/30",
)


def people(url: str) -> None:
    """Some who finish, in both languages, and one who leaves in the middle."""

    async def come() -> None:
        for number, language in enumerate(("en", "ja", "en")):
            visitor = Visitor(url, language)
            await visitor.begin(f"/?pid=P-{number}&language={language}")
            if number < 2:
                await visitor.finish()
            else:
                for _ in range(9):
                    await visitor.answer()
            await visitor.close()

    asyncio.run(come())


def test_the_researcher_s_pages_are_accessible_and_uncut(
    chromium: Any, teammates: Server, pictures: Path
) -> None:
    coming = Thread(target=people, args=(teammates.url,))  # the browser's own loop runs in this thread
    coming.start()
    coming.join()
    token = re.findall(r"with the token (\S+)", teammates.log.read_text())[0]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    looks, page = Looks(context, teammates.url, pictures, "researcher"), context.new_page()
    page.goto(f"{teammates.url}/researcher/")
    looks.at(page, "login")
    page.fill("input[type=password], #token", token)
    with page.expect_navigation():
        page.click("main button")
    for path in PAGES:
        page.goto(f"{teammates.url}/researcher/{path}")
        looks.at(page, re.sub(r"\W+", "-", path) or "overview")
    page.goto(f"{teammates.url}/researcher/export")
    with page.expect_download() as saved:
        page.locator("a[href*='export.zip']").first.click()
    assert Path(saved.value.path()).stat().st_size > 10_000
    context.close()
    sheet(pictures, "researcher")
