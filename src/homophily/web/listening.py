"""Listening: an address taken before anything is opened, or refused in one line."""

from __future__ import annotations

import socket

from homophily.errors import UsageError

__all__ = ["listen", "need", "url_of"]


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: Address.
        port: Port; 0 for any free one.

    Raises:
        UsageError: The address is taken, or none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=1024)
        # Connections take this over. asyncio sets it only where a socket names its protocol, which these do
        # not; without it each page waits 40 ms for the client to acknowledge the headers sent before it.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        said = error.strerror or str(error)
        raise UsageError(
            f"cannot listen on {host}:{port} ({said}): try another --port, or 0 for any."
        ) from None


def url_of(listening: socket.socket) -> str:
    """Where it listens, as a URL without a path."""
    address, taken = listening.getsockname()[:2]
    return f"http://{f'[{address}]' if ':' in address else address}:{taken}"


def need(extras: str) -> None:
    """See to it that the server's packages are here.

    Args:
        extras: What to install where they are not, such as ``serve``.

    Raises:
        UsageError: One is missing.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the server needs {error.name}, not installed here: pip install 'homophily[{extras}]'."
        ) from None
