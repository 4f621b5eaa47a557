"""A session by keyboard alone: ranking, sliders, scales; and the pages around it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: the pages are NOT proved in a browser")
pytest.importorskip("axe_playwright_python", reason="no axe-playwright-python: NO page is proved accessible")

from playwright.sync_api import Page

from tests.web.browser.looks import Looks, axe, layout
from tests.web.browser.sheets import sheet
from tests.web.browser.stores import answers, kept
from tests.web.browser.taking import WORDS, Taking
from tests.web.host.server import Server


class Keys(Taking):
    """Presses keys and nothing else; stops where the page cannot be worked so."""

    def begin(self, url: str) -> None:
        self.page.goto(url)
        self._turn(lambda: self._press_on("button[value=agree]"))

    def fill(self) -> None:
        for field in self.page.locator("[data-field]").all():
            name = f'[data-field="{field.get_attribute("data-field")}"]'
            if field.locator("li").count() and field.locator("select").count():
                self._rank(name)
            elif field.locator("input[type=range]").count():
                self._to(f"{name} input[type=range]")
                for _ in range(3):
                    self.page.keyboard.press("ArrowRight")
            elif field.locator("input[type=number]").count():
                self._to(f"{name} input[type=number]")
                self.page.keyboard.type("34")
            elif field.locator("textarea").count():
                self._to(f"{name} textarea")
                self.page.keyboard.type(WORDS["en"])
            elif field.locator("input[type=radio]").count():
                self._to(f"{name} input[type=radio]")
                self.page.keyboard.press("Space")
                if "consent" not in str(self.page.locator("input[name=ask]").first.get_attribute("value")):
                    self.page.keyboard.press("ArrowDown")

    def send(self) -> None:
        self.pages += 1
        self._turn(lambda: self._press_on("#page > .buttons button"))

    def _to(self, selector: str) -> None:
        """Tab on until there; the focus must be seen."""
        for _ in range(120):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"no way to {selector} by keyboard")
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        assert self.page.evaluate(ring) != "none", f"{selector} does not show its focus"

    def _press_on(self, selector: str) -> None:
        self._to(selector)
        self.page.keyboard.press("Enter")

    def _rank(self, name: str) -> None:
        rows = self.page.locator(f"{name} li")
        words = [str(row.get_attribute("data-text")) for row in rows.all()]
        down = f"{name} li:nth-child(2) .moves button:last-child"
        self._to(down)
        self.page.keyboard.press("Enter")
        told = self.page.locator(f"{name} [role=status]").inner_text()
        assert words[1] in told
        assert "3" in told
        now = [str(row.get_attribute("data-text")) for row in rows.all()]
        assert now == [words[0], words[2], words[1], *words[3:]]
        focus = "document.activeElement.closest('li').dataset.text"
        assert self.page.evaluate(focus) == words[1]  # it moves along, so that it can be pressed again


def test_a_whole_session_by_keyboard_alone(chromium: Any, teammates: Server) -> None:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    keys = Keys(page, "en")
    keys.begin(f"{teammates.url}/?pid=keys&language=en")
    while not page.url.endswith("/done"):
        keys.fill()
        keys.send()
        assert keys.pages < 200
    given = answers(teammates, "keys")
    assert {path for path in given if path.endswith("/alone/send-alone/1")} or any(
        "alone" in p for p in given
    )
    assert "final/rank" in given
    page.context.close()


def test_the_pages_around_a_session(chromium: Any, teammates: Server, pictures: Path) -> None:
    for language in ("en", "ja"):
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale=language)
        looks, page = Looks(context, teammates.url, pictures, f"around-{language}"), context.new_page()
        taking = Taking(page, language)
        taking.begin(f"{teammates.url}/?pid=around-{language}")
        for path in ("later", "withdraw"):
            page.goto(f"{teammates.url}/{path}")
            looks.at(page, path)
        with page.expect_navigation():
            page.click("button.grave")
        looks.at(page, "withdrawn")
        assert kept(teammates, "SELECT * FROM participants WHERE pid = ?", f"around-{language}") == []
        taking.begin(f"{teammates.url}/?pid=around-{language}")
        page.locator("input[type=radio]").nth(1).click()
        taking.send()
        looks.at(page, "declined")
        context.close()
        other = chromium.new_context(viewport={"width": 360, "height": 740}, locale=language)
        looks, page = Looks(other, teammates.url, pictures, f"shut-{language}"), other.new_page()
        for path, kind in (("/study", "gone"), ("/nowhere", "not-found")):
            page.goto(teammates.url + path)
            looks.heard.clear()  # of a page that is not there, Chromium notes the status
            looks.at(page, kind)
        other.close()
        sheet(pictures, f"around-{language}")


def test_the_first_page_weighs_little(chromium: Any, teammates: Server) -> None:
    page = chromium.new_context().new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda reply: sizes.update({reply.url: len(reply.body()) if reply.ok else 0}))
    page.goto(teammates.url, wait_until="networkidle")
    assert any(re.search(r"\.css$", url) for url in sizes)
    assert sum(sizes.values()) < 100_000, sizes
    page.context.close()


def test_the_checks_find_what_is_wrong(chromium: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page: Page = chromium.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.set_content(
        "<!doctype html><html lang=en><title>t</title><main><h1>Heading</h1><img src=x>"
        "<button style='width:3rem;overflow:hidden;white-space:nowrap'>A long word here</button>"
        "<p style='position:absolute;top:20px;left:10px'>Over the heading</p>"
        "<div style='border:1px solid;width:4rem;white-space:nowrap'>Out of its own box</div>"
        "<p style='width:900px;color:#bbb'>Wide and pale</p></main>"
    )
    faults = layout(page)
    for wanted in ("page 9", "is cut in BUTTON", "over", "sticks out of DIV"):
        assert any(wanted in fault for fault in faults), (wanted, faults)
    found = axe(Axe(), page)
    assert any(fault.startswith("image-alt") for fault in found)
    assert any(fault.startswith("color-contrast") for fault in found)
    page.context.close()
