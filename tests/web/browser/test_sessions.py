"""Whole sessions of teammates in a real browser: every page looked at, in both languages, at both widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: the pages are NOT proved in a browser")
pytest.importorskip("axe_playwright_python", reason="no axe-playwright-python: NO page is proved accessible")

from tests.web.browser.looks import Looks, kind_of
from tests.web.browser.sheets import sheet
from tests.web.browser.stores import kept
from tests.web.browser.taking import Taking
from tests.web.host.server import Server

#: Kinds of pages that a session shows at least.
KINDS = {
    "welcome", "consent", "demographics", "values", "values-order", "briefing", "mission-introduction",
    "mission-decision-choice", "mission-decision-after", "mission-decision-confidence", "mission-similarity",
    "mission-trust", "mission-closeness", "mission-alone", "mission-open-trusted", "final-rank", "final-open",
    "debriefing", "done",
}  # fmt: skip


@pytest.mark.parametrize(("language", "width", "height"), [("en", 360, 740), ("ja", 1280, 900)])
def test_a_whole_session_is_accessible_and_uncut(
    chromium: Any, teammates: Server, pictures: Path, language: str, width: int, height: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale=language, has_touch=width < 500
    )
    looks, page = Looks(context, teammates.url, pictures, language), context.new_page()
    taking = Taking(page, language)
    page.goto(f"{teammates.url}/?pid={language}-whole")
    looks.at(page)
    taking.begin(f"{teammates.url}/?pid={language}-whole")
    while not page.url.endswith("/done"):
        looks.at(page)
        if page.url.endswith("/study") and taking.pages == 1:  # what is wrong is told, and looked at too
            taking.send()
            looks.at(page, "faults")
        taking.fill()
        looks.at(page) if taking.pages < 3 else None
        taking.send()
        assert taking.pages < 200
    looks.at(page, "done")
    assert set(looks.kinds) >= KINDS, KINDS - set(looks.kinds)
    ((session,),) = kept(teammates, "SELECT session FROM participants WHERE pid = ?", f"{language}-whole")
    answered = kept(teammates, "SELECT path, value FROM answers WHERE session = ?", session)
    assert all(value is not None for _, value in answered)
    assert session.startswith(f"{language}/")
    context.close()
    sheet(pictures, language)


def test_a_whole_session_goes_without_javascript_and_says_so(
    chromium: Any, teammates: Server, pictures: Path
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    with_script = chromium.new_context()
    looks = Looks(context, teammates.url, pictures, "plain", still=with_script.new_page())
    page = context.new_page()
    taking = Taking(page, "en")
    taking.begin(f"{teammates.url}/?pid=plain&language=en")
    while not page.url.endswith("/done"):
        if kind_of(page) not in looks.kinds:
            looks.at(page)
            assert "Without JavaScript" in page.inner_text("#page")
        taking.fill()
        taking.send()
        assert taking.pages < 200
    looks.at(page, "done")
    assert set(looks.kinds) >= KINDS - {"welcome"}
    context.close()
    with_script.close()
    sheet(pictures, "plain")
