"""Draws README's picture anew from the report of a dyad study: `make picture`.

Needs the extra ``browser`` and a Chromium on the path; plays the study as its defaults have it.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import homophily

TARGET = Path(__file__).parent / "images/report.png"
_WIDTH, _HEIGHT, _GAP = 800, 790, 18
_BACKGROUND = (232, 236, 239)
#: Where the two halves begin: the page's top, and the heading of the figures.
_HALVES = ("body", "h3:text-is('Similarity with trust and closeness')")


def main() -> None:
    """Play, photograph both halves of the report, and put them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        report = homophily.run("dyads", folder=folder).report()
        halves = photographs(report)
    from PIL import Image

    picture = Image.new("RGB", (2 * _WIDTH + 3 * _GAP, _HEIGHT + 2 * _GAP), _BACKGROUND)
    for place, half in enumerate(halves):
        picture.paste(Image.open(io.BytesIO(half)), (_GAP + place * (_WIDTH + _GAP), _GAP))
    picture.quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)
    print(f"written: {TARGET}")


def photographs(report: Path) -> list[bytes]:
    """The two halves as PNG, each ``_WIDTH`` by ``_HEIGHT`` pixels."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        taken = [photograph(page, beginning) for beginning in _HALVES]
        browser.close()
    return taken


def photograph(page: Any, beginning: str) -> bytes:
    """What stands below the beginning of an element."""
    top = max(0, page.locator(beginning).first.bounding_box()["y"] + page.evaluate("scrollY") - 20)
    page.evaluate(f"scrollTo(0, {top})")
    return bytes(page.screenshot())


if __name__ == "__main__":
    main()
