"""The application: routes, keys, limits, and clients who hang up."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from homophily.inference.engine import Engine
from homophily.web.chat_api.answering import Answering
from homophily.web.chat_api.bodies import Chat, Completion
from homophily.web.chat_api.faults import Fault, fault_of

__all__ = ["application"]


def application(
    engine: Engine, name: str, *, key: str = "", fingerprint: str = "", largest: int = 4 << 20
) -> Starlette:
    """The API as an ASGI application; the engine is closed with it.

    Args:
        engine: Who answers.
        name: The model's name, which every request must give.
        key: What ``Authorization: Bearer`` must hold; empty to let everybody in.
        fingerprint: Of the checkpoint's content.
        largest: Bytes of a request's body at most.
    """
    api = _Api(engine, name, key, fingerprint, largest)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(engine.close)

    return Starlette(
        routes=[
            Route("/health", api.health),
            Route("/v1/models", api.models),
            Route("/v1/models/{name:path}", api.model),
            Route("/v1/chat/completions", api.chat, methods=["POST"]),
            Route("/v1/completions", api.completions, methods=["POST"]),
        ],
        exception_handlers={HTTPException: _no_route, Exception: _failed},
        lifespan=lifespan,
    )


class _Api:
    def __init__(self, engine: Engine, name: str, key: str, fingerprint: str, largest: int) -> None:
        self._engine, self._name, self._key = engine, name, key.encode()
        self._fingerprint, self._largest = fingerprint, largest

    async def health(self, request: Request) -> Response:
        """Whether it works, and what it has done."""
        totals = asdict(self._engine.totals)
        return JSONResponse(
            {"status": "ok", "model": self._name, "waiting": self._engine.waiting, "totals": totals}
        )

    async def models(self, request: Request) -> Response:
        """The one model."""
        return await self._told(request, lambda: {"object": "list", "data": [self._about()]})

    async def model(self, request: Request) -> Response:
        """About the one model."""

        def about() -> dict[str, Any]:
            self._named(request.path_params["name"])
            return self._about()

        return await self._told(request, about)

    async def chat(self, request: Request) -> Response:
        """Chat completions."""
        return await self._answered(request, Chat)

    async def completions(self, request: Request) -> Response:
        """Plain completions."""
        return await self._answered(request, Completion)

    async def _told(self, request: Request, tell: Callable[[], dict[str, Any]]) -> Response:
        try:
            self._let_in(request)
            return JSONResponse(tell())
        except Fault as fault:
            return fault.response()

    async def _answered(self, request: Request, kind: type[Chat | Completion]) -> Response:
        try:
            self._let_in(request)
            body = kind.model_validate(await self._json(request))
            self._named(body.model)
            answering = Answering(self._engine, body, self._fingerprint)
            prompts = await asyncio.to_thread(answering.prepare)
            if body.stream:
                return await _streamed(answering.stream(prompts[0]))
            return JSONResponse(await _unless_gone(request, answering.whole(prompts)))
        except ClientDisconnect:
            return Response(status_code=499)
        except ExceptionGroup as group:
            return fault_of(group.exceptions[0]).response()
        except Exception as error:
            return fault_of(error).response()

    def _let_in(self, request: Request) -> None:
        if not self._key:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._key):
            raise Fault(401, "this server wants its key: Authorization: Bearer …", code="invalid_api_key")

    async def _json(self, request: Request) -> Any:
        """The body; only as JSON, so that no web page can send one unasked."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Fault(415, "send the body as JSON, with Content-Type: application/json.")
        content = bytearray()
        async for part in request.stream():
            content += part
            if len(content) > self._largest:
                raise Fault(413, f"the body is larger than {self._largest:,} bytes.")
        try:
            return json.loads(content)
        except ValueError as error:
            raise Fault(400, f"the body is no JSON: {error}") from None

    def _named(self, name: str) -> None:
        if name != self._name:
            raise Fault(
                404,
                f"there is no model {name!r} here, but {self._name!r}.",
                param="model",
                code="model_not_found",
            )

    def _about(self) -> dict[str, Any]:
        return {
            "id": self._name,
            "object": "model",
            "created": 0,
            "owned_by": "local",
            "context_length": self._engine.checkpoint.context,
            "fingerprint": self._fingerprint,
        }


async def _unless_gone(request: Request, answering: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """The answer; given up when the client hangs up first."""
    work = asyncio.ensure_future(answering)
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientDisconnect
        return work.result()
    finally:
        for task in (work, gone):
            task.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _streamed(chunks: AsyncGenerator[dict[str, Any], None]) -> Response:
    """Server-sent events; the first chunk is awaited, so that a request turned away gets its own status."""
    first = await anext(chunks)

    async def events() -> AsyncIterator[str]:
        try:
            yield _event(first)
            async for chunk in chunks:
                yield _event(chunk)
            yield "data: [DONE]\n\n"
        except Exception as error:
            yield _event(fault_of(error).body())
        finally:
            await chunks.aclose()

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


def _event(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def _no_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = "is not served here" if status == 404 else "cannot be asked for in this way"
    return Fault(status, f"{request.method} {request.url.path} {said}.").response()


def _failed(request: Request, error: Exception) -> Response:
    return fault_of(error).response()
