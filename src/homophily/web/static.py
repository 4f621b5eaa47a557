"""Files served as they stand, under an address that changes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["Static"]

_FOR_EVER = "public, max-age=31536000, immutable"


class Static:
    """The folder ``static`` of a package.

    Args:
        package: Its name.
        types: The files that are served, with their media types; there are no others.
        under: Where the route is mounted, as browsers see it.
    """

    def __init__(self, package: str, types: Mapping[str, str], *, under: str = "") -> None:
        self._package, self._types, self._under = package, types, under

    def address(self, name: str) -> str:
        """Where a file is; a digest of it is part of that, so that browsers may keep it for ever."""
        return f"{self._under}/static/{_read(self._package, name)[1]}/{name}"

    def route(self) -> Route:
        """The route that serves them."""
        return Route("/static/{digest}/{name}", self._serve)

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._types:
            raise HTTPException(404)
        content, digest = _read(self._package, name)
        fresh = request.path_params["digest"] == digest
        headers = {"cache-control": _FOR_EVER if fresh else "no-cache"}
        return Response(content, media_type=self._types[name], headers=headers)


@cache
def _read(package: str, name: str) -> tuple[bytes, str]:
    content = files(package).joinpath("static", name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]
