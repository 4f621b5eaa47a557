"""What every page must be: free of axe's violations, whole, uncut, quiet, and from one server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

#: WCAG 2.2 AA, as axe tags its rules.
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
WIDTHS = (360, 1280)

_LAYOUT = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")


class Looks:
    """Looks at the pages of a browser's window, and remembers what went wrong on the way.

    Args:
        context: The browser's context; all its pages are listened to.
        url: The one server that anything may come from.
        pictures: Folder of the screenshots.
        name: First part of their names.
        still: Where the context runs no JavaScript, a page of one that does, since axe needs it: it is given
            a copy.
    """

    def __init__(
        self, context: BrowserContext, url: str, pictures: Path, name: str, *, still: Page | None = None
    ) -> None:
        self._url, self._pictures, self._name, self._still = url, pictures, name, still
        self._axe = Axe()
        self.heard: list[str] = []
        self.kinds: list[str] = []
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("weberror", lambda fault: self.heard.append(str(fault.error)))
        context.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str) -> None:
        # A page with faults comes with the status 422, which Chromium notes.
        if kind in ("error", "warning") and "422" not in text:
            self.heard.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self._url + "/", "data:")):
            self.heard.append(f"a request to {url}")

    def at(self, page: Page, kind: str = "") -> None:
        """Check a page as it stands; the first time its kind is seen, at the other widths too.

        Raises:
            AssertionError: What is wrong with it.
        """
        kind = kind or kind_of(page)
        size = page.viewport_size
        assert size is not None
        widths, new = [size["width"]], kind not in self.kinds
        if new:
            self.kinds.append(kind)
            widths += [width for width in WIDTHS if width != size["width"]]
        faults = []
        for width in reversed(widths):
            if new:
                page.set_viewport_size({"width": width, "height": size["height"]})
                self._picture(page, kind, width)
            seen = copied(page, self._still) if self._still else page
            faults += [f"at {width} px: {fault}" for fault in [*layout(page), *axe(self._axe, seen)]]
        assert not faults, f"{kind}: {faults}"
        assert not self.heard, f"{kind}: {self.heard}"

    def _picture(self, page: Page, kind: str, width: int) -> None:
        number = len(self.kinds)
        page.screenshot(path=self._pictures / f"{self._name}-{width}-{number:02}-{kind}.png", full_page=True)


def axe(how: Axe, page: Page) -> list[str]:
    """axe's violations of WCAG 2.2 AA, with the elements that have them."""
    found: dict[str, Any] = how.run(page, options=_RULES).response
    return [f"{each['id']}: {[n['html'][:200] for n in each['nodes']]}" for each in found["violations"]]


def layout(page: Page) -> list[str]:
    """What is cut, sticks out or overlaps."""
    found: list[str] = page.evaluate(_LAYOUT)
    return found


def copied(page: Page, still: Page) -> Page:
    """A page as it stands without JavaScript, in a page that has it; what is in ``noscript`` is shown."""
    html = re.sub(r"<script.*?</script>", "", page.content()).replace("noscript>", "div>")
    assert page.viewport_size is not None
    still.set_viewport_size(page.viewport_size)
    still.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
    still.goto(page.url)
    still.unroute(page.url)
    return still


def kind_of(page: Page) -> str:
    """A page's name over agents and items."""
    asks = page.locator("input[name=ask]")
    if not asks.count():
        return re.sub(r"\W+", "-", page.url.split("/", 3)[3].partition("?")[0]).strip("-") or "welcome"
    path = str(asks.first.get_attribute("value")).partition(":")[2]
    path = re.sub(r"(values(?!/order)|similarity|trust|closeness|alone|demographics)/.*", r"\1", path)
    return re.sub(r"-?\d+", "", path).replace("/", "-")
