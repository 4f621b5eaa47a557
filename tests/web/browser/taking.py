"""Somebody who takes part with a mouse, a finger or a keyboard, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

WORDS = {
    "en": "It thought of the people inside, as I do.",
    "ja": "中にいる人のことを、私と同じように考えていました。",
}
_KINDS = """() => [...document.querySelectorAll("[data-field]")].map((field) => ({
  name: field.dataset.field,
  kind: field.querySelector("select") ? "ranking" : field.querySelector("textarea") ? "text"
    : field.querySelector("input[type=range]") ? "slider"
    : field.querySelector("input[type=number]") ? "number"
    : field.querySelector("input[type=radio]") ? "radio" : "notice",
  count: field.querySelectorAll("input[type=radio]").length,
}))"""
NEXT = "#page > .buttons button"


class Taking:
    """Fills in and sends pages.

    Args:
        page: The browser's page.
        language: Of the words that are written.
    """

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self.pages = 0

    def begin(self, url: str) -> None:
        """From the link to the study's first page."""
        self.page.goto(url)
        self._turn(lambda: self.page.click("button[value=agree]"))

    def fill(self) -> None:
        """An answer to everything on the page."""
        fields: list[dict[str, Any]] = self.page.evaluate(_KINDS)
        for number, field in enumerate(fields):
            box = self.page.locator(f'[data-field="{field["name"]}"]')
            getattr(self, f"_{field['kind']}")(box, field, number)

    def send(self) -> None:
        """Next."""
        self.pages += 1
        self._turn(lambda: self.page.click(NEXT))

    def _turn(self, act: Callable[[], Any]) -> None:
        with self.page.expect_navigation():
            act()

    def _notice(self, box: Locator, field: dict[str, Any], number: int) -> None:
        """Nothing but to read."""

    def _radio(self, box: Locator, field: dict[str, Any], number: int) -> None:
        place = (self.pages + number) % field["count"]
        first = str(self.page.locator("input[name=ask]").first.get_attribute("value"))
        if "consent" in first:
            place = 0
        elif first.endswith("decision-1/choice"):
            place = field["count"] - 1  # why?
        box.locator("input[type=radio]").nth(place).click()

    def _number(self, box: Locator, field: dict[str, Any], number: int) -> None:
        box.locator("input").fill("34")

    def _slider(self, box: Locator, field: dict[str, Any], number: int) -> None:
        line = box.locator("input[type=range]")
        space = line.bounding_box()
        assert space is not None
        line.click(position={"x": space["width"] * 0.7, "y": space["height"] / 2})

    def _text(self, box: Locator, field: dict[str, Any], number: int) -> None:
        box.locator("textarea").fill(WORDS[self.language])

    def _ranking(self, box: Locator, field: dict[str, Any], number: int) -> None:
        if box.locator("select").first.is_visible():  # no JavaScript: a place for each
            for place in range(box.locator("select").count()):
                box.locator("select").nth(place).select_option(str(place + 1))
            return
        rows = box.locator("li")
        before = rows.all_inner_texts()
        grip, target = rows.nth(0).locator(".grip").bounding_box(), rows.nth(2).bounding_box()
        assert grip is not None
        assert target is not None
        mouse = self.page.mouse
        mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
        mouse.down()
        mouse.move(target["x"] + 20, target["y"] + target["height"] * 0.75, steps=6)
        mouse.up()
        after = [text.split("\n", 2)[-1] for text in rows.all_inner_texts()]
        assert after[2] == before[0].split("\n", 2)[-1]
