"""Serving: one checkpoint behind the chat API until it is told to stop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from homophily.web.listening import listen, need, url_of

if TYPE_CHECKING:
    from homophily.inference import EngineSettings
    from homophily.inference.totals import Totals

__all__ = ["serve"]


def serve(
    settings: EngineSettings,
    *,
    name: str,
    host: str = "127.0.0.1",
    port: int = 8000,
    key: str = "",
    grace: int = 30,
    access_log: bool = False,
    ready: Callable[[str], None] = lambda url: None,
) -> Totals:
    """Serve until Ctrl-C or SIGTERM; requests under way are given time to end.

    Args:
        settings: The model, and what it may use.
        name: Its name for clients.
        host: Address to listen on.
        port: Port; 0 for any free one.
        key: What clients must send as their key; empty for none.
        grace: Seconds for requests under way at the end.
        access_log: Log every request on stderr.
        ready: Told the API's base once it answers.

    Returns:
        What was done.

    Raises:
        UsageError: A package is missing, the model cannot be served, or the address is taken.
        DataError: The checkpoint cannot be read.
    """
    need("local,serve")
    import uvicorn

    from homophily.inference.checkpoint import digest
    from homophily.inference.engine import Engine
    from homophily.web.chat_api import application

    listening = listen(host, port)
    engine = Engine.open(settings)
    fingerprint = digest(settings.model)[:16]
    app = application(engine, name, key=key, fingerprint=fingerprint)
    level = "info" if access_log else "warning"
    config = uvicorn.Config(app, log_level=level, access_log=access_log, timeout_graceful_shutdown=grace)
    ready(f"{url_of(listening)}/v1")
    try:
        with contextlib.suppress(KeyboardInterrupt):  # raised again by uvicorn, once all is done
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
        engine.close()
    return engine.totals
