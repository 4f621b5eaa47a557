"""Reload, back, double clicks, closed tabs and a server that falls over: nothing is lost or repeated."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: the pages are NOT proved in a browser")

from playwright.sync_api import expect

from tests.web.browser.stores import answers, kept
from tests.web.browser.taking import NEXT, Taking
from tests.web.host.server import Server, serving

OPTIONS = ("teammates", "--languages", "en", "--participants", "9", "--requests", "0", "--arrivals", "0")


def begun(chromium: Any, server: Server, pid: str, pages: int) -> Taking:
    """Somebody who has sent so many pages."""
    page = chromium.new_context(viewport={"width": 360, "height": 740}).new_page()
    taking = Taking(page, "en")
    taking.begin(f"{server.url}/?pid={pid}&language=en")
    for _ in range(pages):
        taking.fill()
        taking.send()
    return taking


def asked(taking: Taking) -> list[str]:
    """The asks of the page shown."""
    found = taking.page.locator("input[name=ask]").evaluate_all("all => all.map((each) => each.value)")
    return [str(ask) for ask in found]


def test_what_was_entered_is_there_again_after_a_reload_and_in_a_new_tab(
    chromium: Any, teammates: Server
) -> None:
    taking = begun(chromium, teammates, "reload", 1)
    page = taking.page
    page.fill("input[type=number]", "41")
    page.locator("input[type=radio]").nth(2).click()
    expect(page.locator("#status")).not_to_be_empty()
    page.reload()
    assert page.input_value("input[type=number]") == "41"
    assert page.locator("input[type=radio]").nth(2).is_checked()
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(f"{teammates.url}/?pid=reload&language=en")
    assert again.url.endswith("/study")
    assert again.input_value("input[type=number]") == "41"
    taking.page = again
    taking.send()
    assert answers(teammates, "reload")["demographics/age"] == "41"
    context.close()


def test_a_tab_closed_right_after_a_change_keeps_it(chromium: Any, teammates: Server) -> None:
    taking = begun(chromium, teammates, "closed", 1)
    context = taking.page.context
    taking.page.fill("input[type=number]", "52")
    taking.page.close(run_before_unload=True)
    page = context.new_page()
    page.wait_for_timeout(300)
    page.goto(f"{teammates.url}/study")
    assert page.input_value("input[type=number]") == "52"
    context.close()


def test_back_and_send_again_changes_nothing(chromium: Any, teammates: Server) -> None:
    taking = begun(chromium, teammates, "back", 2)
    before, now = answers(teammates, "back"), asked(taking)
    page = taking.page
    page.go_back()
    if page.locator("input[type=number]").count():  # an old page, out of the browser's own memory
        page.fill("input[type=number]", "77")
        taking.send()
    assert asked(taking) == now
    assert answers(teammates, "back") == before
    page.context.close()


def test_next_pressed_twice_sends_once_and_skips_no_page(chromium: Any, teammates: Server) -> None:
    taking = begun(chromium, teammates, "twice", 1)
    taking.fill()
    with taking.page.expect_navigation():
        taking.page.dblclick(NEXT)
    taking.page.wait_for_load_state()
    taking.page.wait_for_selector("input[name=ask]", state="attached")
    first = asked(taking)
    assert all(ask.startswith("participant:values/") for ask in first)
    assert set(answers(teammates, "twice")) == {"consent", "demographics/age", "demographics/gender"}
    taking.page.context.close()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_stops_in_the_middle_is_gone_on_with(
    chromium: Any, tmp_path: Path, by: signal.Signals
) -> None:
    with serving(tmp_path, *OPTIONS) as server:
        taking = begun(chromium, server, "restart", 2)
        page, now, before = taking.page, asked(taking), answers(server, "restart")
        page.locator("input[type=radio]").nth(3).click()
        expect(page.locator("#status")).not_to_be_empty()
        server.stop(by)
        page.locator("input[type=radio]").nth(8).click()  # entered while there is no server
        expect(page.locator("#status")).to_have_class(re.compile("lost"))
        port = server.url.rpartition(":")[2]
    with serving(tmp_path, *OPTIONS, "--port", port) as server:
        expect(page.locator("#status")).not_to_have_class(re.compile("lost"), timeout=30_000)
        page.reload()
        assert asked(taking) == now
        assert page.locator("input[type=radio]").nth(3).is_checked()
        assert page.locator("input[type=radio]").nth(8).is_checked()
        assert answers(server, "restart") == before
        taking.fill()
        taking.send()
        after = answers(server, "restart")
        assert {path: after[path] for path in before} == before
        assert len(after) == len(before) + len(now)
        assert kept(server, "SELECT count(*) FROM participants") == [(1,)]
        page.context.close()
