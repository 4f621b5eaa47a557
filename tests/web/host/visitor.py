"""Whoever takes part in a test: reads a page's form, fills it in, sends it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx2

TEXT = "I would like to live near a park."


class Form:
    """The form of a page."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.hidden = {
            name: unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        }
        self.asks = [unescape(ask) for ask in re.findall(r'name="ask" value="([^"]*)"', page)]

    def filled(self, choose: Any = None, text: str = TEXT) -> dict[str, Any]:
        """The form with an answer to everything; `choose` picks one of a list's values by its ask."""
        choose = choose or (lambda ask, values: values[0 if "consent" in ask else len(values) // 2])
        data: dict[str, Any] = {"csrf": self.hidden["csrf"], "ask": self.asks}
        for number, ask in enumerate(self.asks):
            name = f"f{number}"
            part = self.page.split(f'data-field="{name}"')[1].split('data-field="')[0]
            values = [unescape(v) for v in re.findall(rf'type="radio" name="{name}" value="([^"]*)"', part)]
            places = re.findall(rf'<select name="({name}\.\w+)"', part)
            boxes = [unescape(v) for v in re.findall(rf'type="checkbox" name="{name}" value="([^"]*)"', part)]
            if places:
                data |= {place: str(number) for number, place in enumerate(places, start=1)}
            elif values:
                data[name] = choose(ask, values)
            elif boxes:
                data[name] = boxes[:1]
            elif 'type="number"' in part:
                data[name] = "60"
            elif f'name="{name}"' in part:
                data[name] = text
            if f'name="{name}.why"' in part:
                data[f"{name}.why"] = text
        return data


class Visitor:
    """A browser without JavaScript.

    Args:
        app: The application, or the URL of a server.
        language: What the browser prefers.
    """

    def __init__(self, app: Any, language: str = "en", **options: Any) -> None:
        transport = {} if isinstance(app, str) else {"transport": httpx2.ASGITransport(app=app)}
        self.client = httpx2.AsyncClient(
            **transport,
            base_url=app if isinstance(app, str) else "http://study.test",
            follow_redirects=True,
            headers={"accept-language": language},
            **options,
        )
        self.page: httpx2.Response = None  # type: ignore[assignment]

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def path(self) -> str:
        return self.page.url.path

    @property
    def form(self) -> Form:
        return Form(self.text)

    async def get(self, path: str = "/") -> httpx2.Response:
        self.page = await self.client.get(path)
        return self.page

    async def post(self, path: str, data: Any) -> httpx2.Response:
        self.page = await self.client.post(path, data=data)
        return self.page

    async def begin(self, link: str = "/") -> httpx2.Response:
        await self.get(link)
        return await self.post("/begin", {**self.form.hidden, "decision": "agree"})

    async def answer(self, choose: Any = None, **fields: Any) -> httpx2.Response:
        return await self.post("/study", self.form.filled(choose) | fields)

    async def finish(self, choose: Any = None, most: int = 300) -> int:
        """Answer page after page; how many there were."""
        for number in range(most):
            if self.path == "/done":
                return number
            if "data-waiting" in self.text:
                await self.get("/study")
                continue
            await self.answer(choose)
            assert self.page.status_code == 200, self.text
        raise AssertionError(f"not at the end after {most} pages")

    async def close(self) -> None:
        await self.client.aclose()
