"""Faults: what goes wrong with a request, in the form that clients of the API know."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.responses import JSONResponse

from homophily.errors import UsageError
from homophily.inference.requests import ContextFull, Overloaded

__all__ = ["Fault", "fault_of"]


class Fault(Exception):
    """An error with its HTTP status.

    Args:
        status: HTTP status.
        message: What is wrong, and how to mend it.
        param: The field at fault.
        code: Machine-readable, as the API names it.
    """

    def __init__(
        self, status: int, message: str, *, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code

    def body(self) -> dict[str, Any]:
        """The error object."""
        kind = {401: "authentication_error", 429: "rate_limit_error"}.get(self.status)
        kind = kind or ("invalid_request_error" if self.status < 500 else "server_error")
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    def response(self) -> JSONResponse:
        """The error as it is sent."""
        headers = {"Retry-After": "1"} if self.status in (429, 503) else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(self.body(), self.status, headers)


def fault_of(error: Exception) -> Fault:
    """The fault that an exception amounts to; what is not the client's is a 500 with one line."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Fault(400, f"{where or 'body'}: {first['msg']}", param=where or None)
    if isinstance(error, ContextFull):
        return Fault(400, str(error), param="messages", code="context_length_exceeded")
    if isinstance(error, UsageError):
        return Fault(400, str(error))
    if isinstance(error, Overloaded):
        return Fault(429, str(error), code="rate_limit_exceeded")
    return Fault(500, f"{type(error).__name__}: {error}")
